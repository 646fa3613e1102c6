import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_dir

from emogan.config.compose import conf_dir
from emogan.core.errors import UserError
from emogan.runs.find import FOLDER, GENERATOR, find_generator
from emogan.runs.generator_file import load_generator
from emogan.sampling.conditioning import pure
from emogan.sampling.sampler import draw, latents_of
from emogan.training.build import build
from emogan.training.warm_start import start_from


def test_the_packaged_weights_are_small_and_have_a_card() -> None:
    files = sorted(path.name for path in FOLDER.iterdir() if not path.name.startswith("__"))
    assert files == ["CARD.md", "discriminator.safetensors", "generator.safetensors"]
    assert sum(path.stat().st_size for path in FOLDER.glob("*.safetensors")) <= 8e6
    card = (FOLDER / "CARD.md").read_text()
    for word in ("emogan.train", "KID", "coverage", "sha256"):
        assert word in card
    for path in FOLDER.glob("*.safetensors"):
        assert f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" in card


def test_the_packaged_generator_draws_varied_faces_in_all_six_emotions() -> None:
    trained = load_generator(find_generator("packaged"))
    assert trained.emotion == "todas" and trained.centred
    images = draw(trained, latents_of(trained, 12, 1), pure(torch.arange(12) % 6), median=True)
    assert images.shape == (12, 1, 128, 128)
    values = np.asarray(images, dtype=float)
    assert values.std(axis=(1, 2, 3)).min() > 20  # not flat
    assert values.std(axis=0).mean() > 10  # not all alike


def test_training_starts_from_the_packaged_weights() -> None:
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        gan = build(compose("train", ["emotion=raiva", "run_dir=unused"]))
    start_from(gan, "packaged")
    expected = load_generator(GENERATOR).network.state_dict()
    for name, value in gan.generator.state_dict().items():
        torch.testing.assert_close(value, expected[name])


def test_what_holds_no_generator_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"{tmp_path} holds no generator: expected packaged"):
        find_generator(str(tmp_path))
