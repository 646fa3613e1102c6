from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.tensorboard.writer import SummaryWriter

from emogan.core.emotions import EMOTIONS
from emogan.core.images import as_shown
from emogan.runs.generator_file import load_generator
from emogan.sampling.conditioning import pure
from emogan.sampling.sampler import latents_of
from emogan.training.callbacks.samples import SampleGrids


def test_a_grid_shows_the_people_that_generate_draws_with_its_seed(conditional_run: Path, tmp_path: Path) -> None:
    trained = load_generator(conditional_run / "checkpoints" / "generator.safetensors")

    class Module:
        latent_dim = 8

        @staticmethod
        def sample(latents: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
            with torch.no_grad():
                return trained.network(latents, weights)  # type: ignore[no-any-return]

    with SummaryWriter(str(tmp_path)) as writer:
        path = SampleGrids(tmp_path, writer, 1, 12, 7, EMOTIONS).draw(Module(), 1)  # type: ignore[arg-type]
    people = latents_of(trained, 2, 7)
    expected = as_shown(Module.sample(people, pure(torch.zeros(2, dtype=torch.int64))))
    sheet = np.asarray(Image.open(path))
    assert np.array_equal(sheet[:16, :16], expected[0, :, :, 0])
    assert np.array_equal(sheet[:16, 18:34], expected[1, :, :, 0])
