import json
import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from omegaconf import DictConfig
from safetensors.torch import load_file, save_file

from emogan.config.compose import plain
from emogan.core.errors import UserError
from emogan.runs.checkpoint import read_checkpoint, write_checkpoint
from emogan.runs.generator_file import discriminator_beside, load_generator, save_generator
from emogan.runs.weights import read_weights, write_weights
from emogan.sampling.conditioning import pure
from emogan.sampling.sampler import draw, latents_of
from emogan.training.build import build
from emogan.training.loop import train
from tests.runs.conftest import MakeRun

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


@pytest.mark.parametrize("hidden", [[25000, 25000, 64], [60000, 60000, 64], [1] * 2_000_000, [4000, 4000, 4000]])
def test_a_small_file_takes_no_memory_for_a_large_network(tmp_path: Path, hidden: list[int]) -> None:
    """356 bytes took 3 GB."""
    settings = {"_target_": "emogan.networks.paper.PaperGenerator", "latent_dim": 8, "image_size": 16, "channels": 1}
    settings |= {"hidden": hidden, "norm_eps": 1e-5, "dropout": 0.2}
    path, weights = tmp_path / "g.safetensors", {"layers.0.weight": torch.zeros(3, 8)}
    facts = {"generator": json.dumps(settings), "values": "[0, 1]", "emotion": "raiva", "images_seen": "1"}
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    save_file(weights, path, facts)
    with pytest.raises(UserError, match=r"g\.safetensors cannot be read as a generator of emogan"):
        load_generator(path)
    kept = {"settings": {"model": {"generator": settings}, "emotion": "raiva", "data": {"centred": True}}}
    state = {f"generator.{name}": value for name, value in weights.items()} | {"images_seen": torch.tensor(1)}
    write_checkpoint({"epoch": 1, "state_dict": state, "hyper_parameters": kept}, tmp_path / "last.ckpt")
    with pytest.raises(UserError, match=r"last\.ckpt cannot be read as a generator of emogan"):
        load_generator(tmp_path / "last.ckpt")
    assert time.monotonic() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kB


@pytest.mark.parametrize(
    "change",
    [
        {"generator": "{"},
        {"generator": "[]"},
        {"generator": '"x"'},
        {"values": "x"},
        {"images_seen": "many"},
        {"generator": "[" * 100_000},
    ],
)
def test_facts_of_another_kind_are_told_in_a_sentence(generator_file: Path, change: dict[str, str]) -> None:
    weights = read_weights(generator_file)
    write_weights(weights.tensors, {**weights.facts, **change}, generator_file)
    with pytest.raises(UserError, match="cannot be read as a generator of emogan") as told:
        load_generator(generator_file)
    assert "\n" not in str(told.value) and len(str(told.value)) < 500


@pytest.mark.parametrize("name", ["emotion", "generator", "values", "images_seen"])
def test_missing_facts_are_told(generator_file: Path, name: str) -> None:
    weights = read_weights(generator_file)
    facts = {key: one for key, one in weights.facts.items() if key != name}
    write_weights(weights.tensors, facts, generator_file)
    with pytest.raises(UserError, match="cannot be read as a generator of emogan: KeyError"):
        load_generator(generator_file)


def test_weights_that_are_no_numbers_draw_nothing(make_run: MakeRun, train_config: Compose) -> None:
    """They drew black images."""
    run = make_run()
    weights = read_weights(run.generator)
    weights.tensors["layers.0.weight"][0, 0] = float("nan")
    write_weights(weights.tensors, weights.facts, run.generator)
    content = read_checkpoint(run.last)
    for name, value in content["state_dict"].items():
        if name.endswith("layers.0.weight"):
            value[0, 0] = float("inf")
    write_checkpoint(content, run.last)
    for path in (run.generator, run.last):
        with pytest.raises(UserError, match=r"holds values that are no numbers \(in layers\.0\.weight\)"):
            load_generator(path)
    assert discriminator_beside(run.generator) == {}


def test_a_damaged_discriminator_is_left_behind_with_a_warning(
    make_run: MakeRun, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    run = make_run()
    expected = discriminator_beside(run.generator)
    assert "layers.0.weight" in expected
    damage(run.last)
    assert discriminator_beside(run.generator).keys() == expected.keys()  # of the checkpoint before
    assert f"{run.last} is damaged" in caplog.text
    alone = run.checkpoints / "discriminator.safetensors"
    write_weights(expected, {}, alone)
    assert discriminator_beside(run.generator).keys() == expected.keys()
    damage(alone)
    run.previous.write_bytes(b"")
    assert discriminator_beside(run.generator) == {}
    assert f"{alone} is damaged" in caplog.text


def test_the_same_run_leaves_the_same_bytes(train_config: Compose, tmp_path: Path) -> None:
    cfg = train_config()
    for name in ("a", "b"):
        torch.manual_seed(1)
        save_generator(build(cfg).sampler, plain(cfg), 70, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
