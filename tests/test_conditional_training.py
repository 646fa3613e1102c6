import csv
import json
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig
from PIL import Image
from torch import Tensor

from emogan.config.compose import conf_dir
from emogan.core.errors import UserError
from emogan.data.batches import Batch
from emogan.generate import generate
from emogan.runs.checkpoint import read_checkpoint, write_checkpoint
from emogan.runs.folder import RunFolder
from emogan.runs.generator_file import load_generator
from emogan.training.build import build
from emogan.training.callbacks.divergence import TrainingFailedError
from emogan.training.loop import train
from emogan.training.module import EmotionGAN
from emogan.training.rollback import step_back
from emogan.training.warm_start import start_from
from tests.test_train import assert_same

Compose = Callable[..., DictConfig]


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "losses.csv").open() as file:
        return list(csv.DictReader(file))


def test_a_conditional_run_shows_the_same_people_in_every_emotion(style_config: Compose) -> None:
    folder = train(style_config()).folder
    picture = np.asarray(Image.open(folder / "samples" / "epoch_000003.png"))
    assert picture.shape == (6 * 16 + 5 * 2, 2 * 16 + 2)  # a row for each emotion, two people
    record = json.loads((folder / "run.json").read_text())
    assert record["emotion"] == "todas" and record["images"]["count"] > 100
    assert load_generator(folder / "checkpoints" / "generator.safetensors").emotion == "todas"
    assert "ModulatedConvolution" not in (folder / "summary.txt").read_text()  # leaves only
    assert "Conv2d" in (folder / "summary.txt").read_text()


@pytest.mark.parametrize("emotion", ["todas", "medo"])
def test_a_resumed_run_of_the_recommended_pair_ends_like_one_that_never_stopped(
    style_config: Compose, tmp_path: Path, emotion: str
) -> None:
    """With augmentations that adapt, and penalties at some steps."""
    common = [f"emotion={emotion}", "augment.strength.every=1", "penalties.every=3", "penalties.fake=1.0"]
    whole = train(style_config(*common, f"run_dir={tmp_path / 'whole'}", "epochs=4")).folder
    half = train(style_config(*common, f"run_dir={tmp_path / 'half'}", "epochs=2")).folder
    last = half / "checkpoints" / "last.ckpt"
    train(style_config(*common, "epochs=4", f"ckpt_path={last}"))
    assert (whole / "losses.csv").read_bytes() == (half / "losses.csv").read_bytes()
    states = [torch.load(run / "checkpoints" / "last.ckpt", weights_only=True) for run in (whole, half)]
    for part in ("state_dict", "optimizer_states", "rng"):
        assert_same(states[0][part], states[1][part])


def test_the_strength_of_augmentations_moves_where_people_are_kept_aside(style_config: Compose, tmp_path: Path) -> None:
    """And stays where nobody is."""
    ends = {}
    for people in ("train", "all"):
        cfg = style_config(f"data.people={people}", "augment.strength.every=1", f"run_dir={tmp_path / people}")
        state = torch.load(train(cfg).folder / "checkpoints" / "last.ckpt", weights_only=True)["state_dict"]
        ends[people] = state["augmented"].item()
        assert 0 <= ends[people] <= cfg.augment.strength.most
    assert ends["all"] == pytest.approx(0.6)
    assert abs(ends["train"] - 0.6) > 1e-4


def test_a_step_with_and_without_augmentation_and_penalty_differ(style_config: Compose, tmp_path: Path) -> None:
    ends = []
    for name, *settings in (("plain", "augment=none", "penalties.real=0"), ("r1", "augment=none"), ("both",)):
        folder = train(style_config(f"run_dir={tmp_path / name}", "epochs=1", *settings)).folder
        ends.append(rows(folder)[-1]["discriminator"])
    assert len(set(ends)) == 3


def test_colour_and_other_sizes(style_config: Compose) -> None:
    folder = train(style_config("channels=3", "image_size=32", "epochs=1", "grid.every=1")).folder
    with Image.open(folder / "samples" / "epoch_000001.png") as picture:
        assert picture.mode == "RGB" and picture.height == 6 * 32 + 5 * 2
    out = generate_config(folder)
    with Image.open(generate(out).folder / "medo_s1_0000.png") as face:
        assert face.mode == "RGB" and face.size == (32, 32)


def generate_config(run: Path) -> DictConfig:
    """One afraid face of a run."""
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        return compose("generate", ["emotion=medo", "n=1", f"weights={run}", f"out={run / 'faces'}"])


def test_all_six_need_a_network_that_tells_them_apart(train_config: Compose) -> None:
    with pytest.raises(UserError, match="emotion=todas needs a conditional network, which PaperGenerator is not"):
        train(train_config("emotion=todas"))


def fail_once(patch: pytest.MonkeyPatch, at: int, always: bool = False) -> None:
    """Make the generator's loss NaN in epoch ``at``, counted from 0; once, or at every try."""
    step = EmotionGAN.training_step

    def failing(self: EmotionGAN, batch: Batch, batch_idx: int) -> dict[str, Tensor]:
        losses = step(self, batch, batch_idx)
        if self.trainer.current_epoch == at and (always or not self.other_way):
            losses["generator"] = torch.tensor(float("nan"))
        return losses

    patch.setattr(EmotionGAN, "training_step", failing)


def test_nan_leads_back_to_the_last_good_checkpoint(
    style_config: Compose, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    straight = train(style_config("epochs=4", f"run_dir={tmp_path / 'straight'}", "checkpoint.share=1000")).folder
    fail_once(monkeypatch, at=2)
    folder = train(style_config("epochs=4", "checkpoint.share=1000")).folder
    assert "the generator's loss became nan in epoch 3. Going back to epoch 2" in caplog.text
    assert [row["epoch"] for row in rows(folder)] == ["1", "2", "3", "4"]
    assert rows(folder)[:2] == rows(straight)[:2]
    assert rows(folder)[2] != rows(straight)[2]  # by another way
    record = json.loads((folder / "run.json").read_text())
    assert record["ended"] == "finished"
    assert record["gone_wrong"] == "the generator's loss became nan in epoch 3; went back to epoch 2"


@pytest.mark.parametrize(("at", "says"), [(0, "before there was a checkpoint"), (2, "again, after a second try")])
def test_a_training_that_cannot_be_saved_says_so(
    style_config: Compose, monkeypatch: pytest.MonkeyPatch, at: int, says: str
) -> None:
    fail_once(monkeypatch, at, always=True)
    cfg = style_config("epochs=4", "checkpoint.share=1000")
    with pytest.raises(UserError, match=says):
        train(cfg)
    assert json.loads(Path(cfg.run_dir, "run.json").read_text())["ended"].startswith("failed: Training went wrong")
    state = torch.load(Path(cfg.run_dir, "checkpoints", "last.ckpt"), weights_only=True) if at else {"state_dict": {}}
    assert all(bool(value.isfinite().all()) for value in state["state_dict"].values())


def test_faces_that_fall_apart_lead_back_too(
    style_config: Compose, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kids = iter([0.5, -0.1, 9.0, 0.3, 0.2])  # KID is unbiased: near 0 it may fall below
    monkeypatch.setattr("emogan.training.callbacks.evaluation.Evaluation.measure", lambda *_: (next(kids), 0.5))
    quick = ["evaluate_every=1", "recogniser.steps=2", "recogniser.batch=4", "checkpoint.share=1000"]
    folder = train(style_config("epochs=4", "batch_size=200", *quick)).folder  # epochs of one step
    assert "the faces fell apart: KID 9.00 in epoch 3, -0.10 at best before. Going back to epoch 2" in caplog.text
    assert [row["kid"] for row in rows(folder)] == ["0.5", "-0.1", "0.3", "0.2"]


@pytest.mark.parametrize("part", ["state_dict", "optimizer_states"])
def test_numbers_that_are_none_are_nowhere_to_go_back_to(
    style_config: Compose, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    folder = train(style_config("epochs=2", "batch_size=200")).folder
    run = RunFolder(folder)
    content = read_checkpoint(run.last)
    spoil(content[part])
    write_checkpoint(content, folder / "spoilt.ckpt")
    (folder / "spoilt.ckpt").replace(run.last)
    failure = TrainingFailedError("something happened", good_until=10**6)
    saved, note = step_back(run, failure, None)
    assert saved.path == run.last and saved.position.epochs == 1 and note == "something happened; went back to epoch 1"
    assert "last.ckpt holds values that are no numbers" in caplog.text
    assert not run.previous.exists() and read_checkpoint(run.last)["epoch"] == 0
    with pytest.raises(UserError, match="before there was a checkpoint to go back to but its own: something happened"):
        step_back(run, failure, saved)  # what failed from there does not go there again


def spoil(found: Any) -> None:
    """Make the first tensor of floats in ``found`` NaN."""
    for value in found.values() if isinstance(found, dict) else found:
        if isinstance(value, dict | list):
            return spoil(value)
        if isinstance(value, Tensor) and value.is_floating_point() and value.ndim:
            value.fill_(float("nan"))
            return None
    return None


def test_a_second_try_leaves_a_torn_checkpoint_aside(
    style_config: Compose, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = train(style_config("epochs=2", "batch_size=200")).folder
    run = RunFolder(folder)
    os.truncate(run.previous, 1000)
    fail_once(monkeypatch, at=2, always=True)
    with pytest.raises(UserError, match="before there was a checkpoint to go back to but its own"):
        train(style_config("epochs=3", "batch_size=200", f"ckpt_path={run.last}"))
    assert "previous.ckpt" in caplog.text


def test_minutes_end_a_training_as_if_it_were_the_last_epoch(
    style_config: Compose, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "emogan")  # as the command line asks for
    folder = train(style_config("epochs=100000", "minutes=0.02", "grid.every=100000", "batch_size=200")).folder
    record = json.loads((folder / "run.json").read_text())
    done = record["epochs_done"]
    assert record["ended"] == "finished" and 0 < done < 1000
    assert (folder / "samples" / f"epoch_{done:06d}.png").is_file()
    assert torch.load(folder / "checkpoints" / "last.ckpt", weights_only=True)["epoch"] == done - 1
    assert f"todas epoch {done}/100000" in capsys.readouterr().out


def test_a_start_gives_every_network_the_runs_weights(conditional_run: Path, style_config: Compose) -> None:
    """The generator's average, and the discriminator."""
    gan: Any = build(style_config())
    start_from(gan, str(conditional_run))
    state = torch.load(conditional_run / "checkpoints" / "last.ckpt", weights_only=True)["state_dict"]
    for name, value in gan.generator.state_dict().items():
        assert torch.equal(value, state[f"ema.module.{name}"])
        assert torch.equal(value, gan.ema.module.state_dict()[name])
    for name, value in gan.discriminator.state_dict().items():
        assert torch.equal(value, state[f"discriminator.{name}"])


def test_a_specialised_run_starts_where_the_conditional_one_ended(
    conditional_run: Path, style_config: Compose, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    cfg = style_config("emotion=medo", f"init_from={conditional_run}", "lr=1e-9", "epochs=1", "samples_per_emotion=12")
    folder = train(cfg).folder
    assert f"Starting from {conditional_run}: generator and discriminator." in caplog.text
    before, after = (
        load_generator(run / "checkpoints" / "generator.safetensors").network.state_dict()
        for run in (conditional_run, folder)
    )
    for name, value in before.items():
        torch.testing.assert_close(value, after[name], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("init_from=nowhere", "nowhere holds no generator: expected packaged, the folder of a run"),
        ("init_from={run} image_size=32", r"other networks \(.*give the model, image_size, channels and latent_dim"),
    ],
)
def test_a_start_that_does_not_fit_is_said_before_anything_is_written(
    conditional_run: Path, style_config: Compose, override: str, says: str
) -> None:
    cfg = style_config(*override.format(run=conditional_run).split())
    with pytest.raises(UserError, match=says):
        train(cfg)
    assert not Path(cfg.run_dir).exists()


def test_some_emotions_share_one_conditional_network(style_config: Compose, tmp_path: Path) -> None:
    """Where there are no others: one network, a row of the grid each, and faces of each."""
    cfg = style_config("emotion=[raiva,medo]", "epochs=1", "grid.every=1")
    root = tmp_path / "two"
    for emotion in ("medo", "raiva"):
        shutil.copytree(Path(cfg.data.root) / emotion, root / emotion)
    cfg.data.root = str(root)
    folder = train(cfg).folder
    record = RunFolder(folder).read_record()
    assert record.emotion == "medo+raiva" and record.setting("emotion") == "medo+raiva"
    with Image.open(folder / "samples" / "epoch_000001.png") as picture:
        assert picture.height == 2 * 16 + 2
    assert (generate(generate_config(folder)).folder / "medo_s1_0000.png").is_file()
    again = train(
        style_config(
            f"ckpt_path={folder / 'checkpoints/last.ckpt'}",
            "emotion=[medo,raiva]",
            "epochs=2",
            f"data.root={root}",
            "grid.every=1",
        )
    )
    assert again.folder == folder and again.position.epochs == 2


def test_some_emotions_need_a_network_that_tells_them_apart(train_config: Compose) -> None:
    with pytest.raises(
        UserError, match=r"emotion=medo\+raiva needs a conditional network, which PaperGenerator is not"
    ):
        train(train_config("emotion=[raiva,medo]"))
