from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from PIL import Image

from emogan.core.emotions import EMOTIONS
from emogan.core.images import as_shown
from emogan.runs.generator_file import load_generator
from emogan.sampling.conditioning import pure
from emogan.sampling.sampler import latents_of
from emogan.training.callbacks.samples import SampleGrids
from emogan.training.module import EmotionGAN


def test_a_grid_shows_the_people_that_generate_draws_with_its_seed(conditional_run: Path, tmp_path: Path) -> None:
    trained = load_generator(conditional_run / "checkpoints" / "generator.safetensors")
    module: Any = SimpleNamespace(
        latent_dim=8,
        sample=torch.no_grad()(trained.network),
        position=SimpleNamespace(name="now", epochs=1),
        measured=lambda _: {},
    )
    module.pictures = partial(EmotionGAN.pictures, module)
    examples: Any = SimpleNamespace(emotions=torch.arange(len(EMOTIONS)))
    board: Any = SimpleNamespace(picture=lambda *_: None)
    SampleGrids(tmp_path, board, every=1, count=12, seed=7, examples=examples).draw(module)
    expected = as_shown(module.sample(latents_of(trained, 2, 7), pure(torch.zeros(2, dtype=torch.int64))))
    sheet = np.asarray(Image.open(tmp_path / "now.png"))
    assert np.array_equal(sheet[:16, :16], expected[0, :, :, 0])
    assert np.array_equal(sheet[:16, 18:34], expected[1, :, :, 0])
