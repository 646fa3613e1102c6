import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from omegaconf import DictConfig
from safetensors.torch import load_file, save_file

from emogan.config.compose import plain
from emogan.core.errors import UserError
from emogan.runs.generator_file import load_generator, save_generator
from emogan.sampling.conditioning import pure
from emogan.sampling.sampler import draw, latents_of
from emogan.training.build import build
from emogan.training.loop import train

Compose = Callable[..., DictConfig]
ANGRY = pure(torch.full((150,), 3))


@pytest.fixture
def generator_file(train_config: Compose, tmp_path: Path) -> Path:
    cfg = train_config()
    save_generator(build(cfg).sampler, plain(cfg), 70, tmp_path / "generator.safetensors")
    return tmp_path / "generator.safetensors"


def test_a_generator_comes_back_as_it_was_saved(train_config: Compose, generator_file: Path) -> None:
    trained = load_generator(generator_file)
    assert (trained.emotion, trained.centred, trained.images_seen) == ("raiva", True, 70)
    state = load_file(generator_file)
    assert all(torch.equal(value, state[name]) for name, value in trained.network.state_dict().items())
    assert not trained.network.training
    assert not list(generator_file.parent.glob("*.part"))


@pytest.mark.parametrize("ema", ["2000", "null"])
def test_a_checkpoint_holds_the_generator_that_samples_come_from(train_config: Compose, ema: str) -> None:
    folder = train(train_config(f"ema_images={ema}")).folder / "checkpoints"
    alone, checkpoint = load_generator(folder / "generator.safetensors"), load_generator(folder / "last.ckpt")
    latents = latents_of(alone, 3, seed=0)
    assert torch.equal(draw(alone, latents, ANGRY[:3], median=True), draw(checkpoint, latents, ANGRY[:3], median=True))
    assert alone.images_seen == checkpoint.images_seen == 30


def test_faces_are_bytes_and_a_median_cleans_them(generator_file: Path) -> None:
    trained = load_generator(generator_file)
    latents = latents_of(trained, 150, seed=3)
    images = draw(trained, latents, ANGRY, median=False)
    assert images.shape == (150, 1, 16, 16) and images.dtype == torch.uint8
    with torch.no_grad():
        expected = (trained.network(latents[:100]) + 1) / 2 * 255
    assert (images[:100].float() - expected).abs().max() <= 0.51
    cleaned = draw(trained, latents, ANGRY, median=True).float()
    assert cleaned.diff(dim=3).abs().mean() < images.float().diff(dim=3).abs().mean()


def test_a_file_cannot_make_us_build_anything_else(generator_file: Path) -> None:
    trap = {"_target_": "builtins.open", "file": str(generator_file.with_name("trap")), "mode": "w"}
    inside = {"_target_": "emogan.networks.paper.PaperGenerator", "latent_dim": trap}
    for config in (trap, inside, {"_target_": "emogan.networks.paper.nn.Identity"}):
        facts = {"generator": json.dumps(config), "values": "[0, 1]", "emotion": "raiva", "images_seen": "1"}
        save_file({"x": torch.zeros(1)}, generator_file, facts)
        with pytest.raises(UserError, match=r"is not loaded: expected one of|cannot be read as a generator"):
            load_generator(generator_file)
    assert not generator_file.with_name("trap").exists()


@pytest.mark.parametrize("name", ["g.safetensors", "last.ckpt"])
def test_what_is_no_generator_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match=r"does not exist: expected a generator\.safetensors or a last\.ckpt"):
        load_generator(tmp_path / name)
    (tmp_path / name).write_bytes(b"no tensors here")
    with pytest.raises(UserError, match=f"{name} cannot be read as a generator of emogan"):
        load_generator(tmp_path / name)
