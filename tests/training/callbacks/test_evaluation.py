import csv
import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import pytorch_lightning as pl
import torch
from omegaconf import DictConfig
from safetensors import safe_open
from safetensors.torch import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import emogan
from emogan.training.loop import train

Compose = Callable[..., DictConfig]

QUICK = ["recogniser.steps=5", "recogniser.batch=8", "evaluate_every=20", "evaluate_faces=20", "epochs=5"]


@pytest.fixture
def measured_config(train_config: Compose, six_emotions: Path) -> Compose:
    """Like ``train_config``, on six emotions, with measures after every 20 images."""
    return lambda *overrides: train_config(f"data.root={six_emotions}", "data.people=train", *QUICK, *overrides)


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "losses.csv").open() as file:
        return list(csv.DictReader(file))


def test_kid_and_accuracy_go_to_the_curves_and_the_best_is_kept(measured_config: Compose) -> None:
    folder = train(measured_config()).folder
    per_epoch = json.loads((folder / "run.json").read_text())["images"]["count"]
    found = {int(row["images_seen"]): float(row["kid"]) for row in rows(folder) if row["kid"]}
    seen = [int(row["images_seen"]) for row in rows(folder)]
    due = [now for before, now in zip([0, *seen], seen, strict=False) if now // 20 > before // 20]
    assert per_epoch > 0 and sorted({*due, seen[-1]}) == sorted(found)
    record = json.loads((folder / "run.json").read_text())
    assert 0 < record["measuring_seconds"] < record["seconds"]
    assert all(0 <= float(row["emotion_accuracy"]) <= 1 for row in rows(folder) if row["kid"])

    with safe_open(folder / "checkpoints" / "best.safetensors", "pt") as file:
        assert int(file.metadata()["images_seen"]) == min(found, key=lambda images: found[images])
    events = EventAccumulator(str(folder / "tensorboard"))
    events.Reload()
    points = [event.value for event in events.Scalars("kid")]
    assert points == pytest.approx([found[images] for images in sorted(found)], rel=1e-5)


def test_a_resumed_run_measures_the_same(measured_config: Compose, tmp_path: Path) -> None:
    whole = train(measured_config(f"run_dir={tmp_path / 'whole'}")).folder
    part = train(measured_config(f"run_dir={tmp_path / 'part'}", "epochs=2")).folder
    train(measured_config(f"ckpt_path={part / 'checkpoints' / 'last.ckpt'}"))
    assert rows(part)[2:] == rows(whole)[2:]


def test_measuring_changes_nothing_in_the_training(measured_config: Compose, tmp_path: Path) -> None:
    """Neither with a recogniser that is trained now, nor with one that is remembered."""
    ends = []
    for name in ("cold", "warm", "off"):
        further = ["evaluate_every=null"] if name == "off" else []
        cache = f"data.cache={tmp_path / 'cache'}"
        folder = train(measured_config(f"run_dir={tmp_path / name}", cache, *further)).folder
        ends.append(load_file(folder / "checkpoints" / "generator.safetensors"))
    for name, value in ends[0].items():
        assert torch.equal(value, ends[1][name]) and torch.equal(value, ends[2][name])


def test_without_all_six_emotions_training_goes_on_unmeasured(
    train_config: Compose, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    folder = train(train_config("evaluate_every=10")).folder
    assert "No KID while training. The recogniser needs at least 10 faces of every emotion" in caplog.text
    assert {row["kid"] for row in rows(folder)} == {""}
    assert not (folder / "checkpoints" / "best.safetensors").exists()


def test_callbacks_of_whoever_calls_see_the_measures_and_may_end_it(measured_config: Compose) -> None:
    seen: list[float] = []

    class Ending(pl.Callback):
        def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
            seen.append(float(trainer.callback_metrics["kid"]))
            trainer.should_stop = len(seen) == 2

    result = emogan.train(measured_config(), callbacks=[Ending()])
    kids = [float(row["kid"]) for row in rows(result.folder)]
    assert seen == pytest.approx(kids) and len(kids) == 2
    assert result.interrupted and result.record.facts["ended"] == "interrupted after epoch 2"
    assert (result.folder / "checkpoints" / "last.ckpt").is_file()  # to go on with
