"""Disks that are full or read-only, nobody at the other end of the pipe, settings that would end a training early."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from omegaconf import DictConfig, open_dict

from emogan.core.errors import UserError
from emogan.runs.checkpoint import read_checkpoint
from emogan.runs.folder import RunFolder
from emogan.runs.record import RunRecord
from emogan.training.loop import cannot_write, train
from tests.conftest import TINY

Compose = Callable[..., DictConfig]
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def fail(*_: Any, **__: Any) -> None:
    raise FULL


@pytest.mark.parametrize("where", ["| head -1", "> /dev/full"])
def test_a_training_that_nobody_listens_to_ends_as_any_other(tmp_path: Path, drawn_faces: Path, where: str) -> None:
    settings = ["emogan.train", "emotion=raiva", "data=folder", f"data.root={drawn_faces}", *TINY, "run_dir=run"]
    command = " ".join(f"'{one}'" for one in [sys.executable, "-m", *settings])
    ended = subprocess.run(
        ["bash", "-c", f"{command} {where}; exit ${{PIPESTATUS[0]}}"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    run = RunFolder(tmp_path / "run")
    assert run.read_record().ended == "finished" and run.generator.is_file()
    assert read_checkpoint(run.last)["position"]["steps"] == 9


@pytest.mark.parametrize("at", ["Curves.on_train_epoch_end", "TrainingProgress.on_train_epoch_end"])
def test_checkpoints_come_before_talk(train_config: Compose, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    """What comes last, fails last: then all is saved."""
    module = "curves" if at.startswith("Curves") else "progress"
    monkeypatch.setattr(f"emogan.training.callbacks.{module}.{at}", fail)
    cfg = train_config("epochs=1", "checkpoint.every_minutes=60")
    with pytest.raises(OSError, match="No space left"):
        train(cfg)
    assert RunFolder(Path(cfg.run_dir)).last.exists() is (module == "progress")


def test_a_disk_that_fills_up_while_training_costs_pictures_and_curves_only(
    train_config: Compose, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("PIL.Image.Image.save", fail_for("epoch_"))
    monkeypatch.setattr("tensorboard.summary.writer.record_writer.RecordWriter.write", fail)
    run = RunFolder(train(train_config()).folder)
    assert run.read_record().ended == "finished" and run.generator.is_file()
    assert "epoch_000002.png was not written (No space left on device); training goes on" in caplog.text
    assert "TensorBoard's curves end here" in caplog.text


def fail_for(name: str) -> Callable[..., None]:
    from PIL.Image import Image

    save = Image.save

    def saved(self: Image, to: Any, *further: Any, **named: Any) -> None:
        if name in str(to):
            raise FULL
        save(self, to, *further, **named)

    return saved


@pytest.mark.parametrize(
    "broken", ["emogan.training.module.save_generator", "emogan.training.loop.draw_losses", "RunRecord.update"]
)
def test_what_cannot_be_written_at_the_end_is_a_sentence_and_the_rest_is_there(
    train_config: Compose, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    cfg = train_config("epochs=1")
    if broken == "RunRecord.update":
        monkeypatch.setattr(RunRecord, "update", fail)
    else:
        monkeypatch.setattr(broken, fail)
    with pytest.raises(
        UserError, match=r"run cannot be written \(No space left on device\): its checkpoints are whole"
    ):
        train(cfg)
    run = RunFolder(Path(cfg.run_dir))
    assert read_checkpoint(run.last)["position"]["steps"] == 3
    assert run.generator.exists() is (not broken.endswith("save_generator"))
    assert run.losses_figure.exists() is (not broken.endswith("draw_losses"))


def test_a_record_that_cannot_be_written_does_not_hide_what_happened(
    train_config: Compose, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(RunRecord, "update", fail)
    monkeypatch.setattr("emogan.training.module.EmotionGAN.training_step", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        train(train_config())
    assert "run.json was not brought up to date (No space left on device)" in caplog.text


def test_a_run_folder_that_cannot_be_made_is_a_sentence(train_config: Compose, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"The run folder .*/file/run cannot be written \(.*\): give another with run_"):
        train(train_config(f"run_dir={tmp_path / 'file' / 'run'}"))


def test_a_disk_without_hard_links_will_do(train_config: Compose, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", fail)
    run = RunFolder(train(train_config()).folder)
    assert run.last.is_file() and run.previous.is_file()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_epochs", 1),
        ("max_steps", 1),
        ("fast_dev_run", True),
        ("limit_train_batches", 1),
        ("max_time", "00:00:01:00"),
        ("devices", 3),
        ("devices", "auto"),
        ("num_nodes", 2),
    ],
)
def test_settings_that_would_end_it_early_or_take_more_devices_are_refused(
    train_config: Compose, name: str, value: object
) -> None:
    cfg = train_config()
    with open_dict(cfg.trainer):
        cfg.trainer[name] = value
    with pytest.raises(UserError, match=rf"trainer\.{name}"):
        train(cfg)
    assert not Path(cfg.run_dir).exists()


def test_a_run_that_is_being_trained_can_be_read(train_config: Compose, tmp_path: Path) -> None:
    from emogan.runs.claim import claim
    from emogan.runs.systems import find_system

    folder = train(train_config()).folder
    with claim(folder) or pytest.fail("nobody trains it"):
        assert RunFolder(folder).read_record().emotion == "raiva"
        assert len(find_system(folder, "last", None).sources) == 1


def test_everywhere_another_folder_is_given_in_the_same_way(
    train_config: Compose, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = r"with run_dir=FOLDER \(hydra\.sweep\.dir=FOLDER in a sweep\)\."
    monkeypatch.setattr("emogan.training.callbacks.checkpoints.checkpoint_size", lambda _: 10**18)
    with pytest.raises(UserError, match=r"Only .* are free at .*, or choose another disk " + way):
        train(train_config())
    with pytest.raises(UserError, match=r"cannot be written \(No space left on device\): give another " + way):
        raise cannot_write(Path("run"), FULL)
