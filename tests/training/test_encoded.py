"""A tiny training with an encoder, from a database to a photograph's face."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from omegaconf import DictConfig

import emogan
from emogan.core.errors import UserError
from emogan.data.datamodule import FaceDataModule
from emogan.runs.encoder_file import NAME, load_encoder
from emogan.runs.weights import read_weights, write_weights
from emogan.sampling.sampler import Sampler
from emogan.training.build import build, build_data
from emogan.training.encoded import EncodedGAN
from emogan.training.loop import train
from tests.test_train import assert_same

Compose = Callable[..., DictConfig]
TINY = [
    *("model=encoded", "data.partners=true", "module.encoder.width=4", "module.encoder.widest=8"),
    *("module.encoder.features=8", "batch_size=8", "samples_per_emotion=4"),
]


@pytest.fixture
def encoded_config(style_config: Compose) -> Compose:
    return lambda *overrides: style_config(*TINY, *overrides)


def weights(run: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(run / "checkpoints" / "last.ckpt", weights_only=True)
    return state


def test_a_resumed_run_ends_like_one_that_never_stopped(encoded_config: Compose, tmp_path: Path) -> None:
    common = ["module.encoding.alone=20", "emotion=todas"]
    whole = train(encoded_config(*common, f"run_dir={tmp_path / 'whole'}", "epochs=3")).folder
    half = train(encoded_config(*common, f"run_dir={tmp_path / 'half'}", "epochs=1")).folder
    train(encoded_config(*common, "epochs=3", f"ckpt_path={half / 'checkpoints' / 'last.ckpt'}"))
    assert (whole / "losses.csv").read_bytes() == (half / "losses.csv").read_bytes()
    for part in ("state_dict", "optimizer_states", "rng"):
        assert_same(weights(whole)[part], weights(half)[part])


def test_the_generator_learns_of_the_encoder_from_so_many_images_on(encoded_config: Compose, tmp_path: Path) -> None:
    ends = {}
    for alone, pixels in ((10**6, 0.0), (10**6, 9.0), (0, 0.0), (0, 9.0)):
        run = tmp_path / f"{alone}_{pixels}"
        settings = [f"module.encoding.alone={alone}", f"module.encoding.pixels={pixels}", "epochs=1"]
        ends[alone, pixels] = weights(train(encoded_config(*settings, f"run_dir={run}")).folder)["state_dict"]
    one, other = ends[10**6, 0.0], ends[10**6, 9.0]
    for name, value in one.items():
        if name.startswith(("generator.", "discriminator.")):
            assert torch.equal(value, other[name])
    assert any(not torch.equal(value, other[name]) for name, value in one.items() if name.startswith("encoder."))
    one, other = ends[0, 0.0], ends[0, 9.0]
    assert any(not torch.equal(value, other[name]) for name, value in one.items() if name.startswith("generator."))


def test_its_encoder_lies_beside_its_generator_and_begins_the_search(
    encoded_config: Compose, style_config: Compose, tmp_path: Path
) -> None:
    run = train(encoded_config("epochs=2", f"run_dir={tmp_path / 'run'}")).folder
    file = run / "checkpoints" / "generator.safetensors"
    assert file.with_name(NAME).is_file()
    found = load_encoder(file)
    assert found is not None
    encoder, _ = found
    state = weights(run)["state_dict"]
    for name, value in encoder.state_dict().items():
        assert torch.equal(value, state[f"encoder_ema.module.{name}"])
    sampler = Sampler.of(str(run))
    assert sampler.encoder is not None
    # Other programs read the same with it.
    made = emogan.export(network="encoder", weights=run, out=tmp_path / "exported", format="torch")
    faces = torch.rand(3, 1, 16, 16, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        outputs, read = torch.export.load(made.files[0]).module()(faces), encoder(faces * 2 - 1)
    for mine, theirs in zip(outputs, (read.latents, read.weights, read.strengths), strict=True):
        assert torch.allclose(mine, theirs, atol=1e-5)
    # Another training takes both along.
    further = build(encoded_config(f"init_from={run}"))
    assert isinstance(further, EncodedGAN)
    further.started_from(str(run))
    assert_same(further.encoder.state_dict(), encoder.state_dict())
    assert_same(further.reader.state_dict(), encoder.state_dict())
    # One without an encoder has none.
    alone = train(style_config("epochs=1", f"run_dir={tmp_path / 'alone'}")).folder
    assert Sampler.of(str(alone)).encoder is None
    with pytest.raises(UserError, match="has no encoder: expected those of a run with model=encoded, which leaves one"):
        emogan.export(network="encoder", weights=alone, out=tmp_path / "none")


def test_an_encoder_that_is_none_is_told(encoded_config: Compose, tmp_path: Path) -> None:
    run = train(encoded_config("epochs=1", f"run_dir={tmp_path / 'run'}")).folder
    file = run / "checkpoints" / NAME
    kept = read_weights(file)
    write_weights(kept.tensors, {"encoder": '{"_target_": "os.system"}'}, file)
    with pytest.raises(UserError, match=r"A network of os.system is not loaded: expected one of .*StyleEncoder"):
        Sampler.of(str(run))
    write_weights(kept.tensors, {"encoder": "[1"}, file)
    with pytest.raises(UserError, match=r"encoder.safetensors cannot be read as an encoder of emogan: JSONDecodeError"):
        Sampler.of(str(run))


def test_images_that_come_alone_are_refused(encoded_config: Compose, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"they come alone \(data.partners=false\): give data.partners=true"):
        train(encoded_config("data.partners=false"))
    with pytest.raises(UserError, match=r"they come alone \(data.partners=false\)"):  # from trained networks as well
        train(encoded_config("data.partners=false", "init_from=packaged"))
    with pytest.raises(UserError, match="but nobody is shown twice in a session"):
        train(encoded_config("emotion=medo"))


def test_each_image_comes_with_another_of_its_person(encoded_config: Compose) -> None:
    data = build_data(encoded_config())
    assert isinstance(data, FaceDataModule)
    data.setup()
    for batch in data.train_dataloader():
        for image, emotion, other, shown in zip(
            batch.images, batch.emotions, batch.other_images, batch.other_emotions, strict=True
        ):
            assert emotion != shown and not torch.equal(image, other)
