import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from omegaconf import DictConfig

from emogan.config import compare
from emogan.core.errors import UserError
from emogan.training.loop import train
from tests.test_train import assert_same

Compose = Callable[..., DictConfig]


@pytest.fixture
def stopped(train_config: Compose, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A run of 4 epochs that was killed when its second checkpoint had been written; ``outputs/`` is where it lies."""
    monkeypatch.chdir(tmp_path)
    cfg = train_config("epochs=4", "run_dir=outputs/train/raiva/first", "checkpoint.share=1000")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "emogan.training.callbacks.interrupt.StopOnSignal.on_train_epoch_start", killed_at_epoch(2), raising=False
        )
        with pytest.raises(RuntimeError, match="pulled plug"):
            train(cfg)
    return Path("outputs/train/raiva/first")


def killed_at_epoch(epoch: int) -> Callable[..., None]:
    def hook(self: object, trainer: object, module: object) -> None:
        if trainer.current_epoch == epoch:  # type: ignore[attr-defined]
            raise RuntimeError("pulled plug")

    return hook


def test_auto_goes_on_with_the_newest_unfinished_run(train_config: Compose, stopped: Path, tmp_path: Path) -> None:
    whole = train(train_config("epochs=4", f"run_dir={tmp_path / 'whole'}")).folder
    ended = train(
        train_config("epochs=4", "resume=auto", "checkpoint.share=1000", "run_dir=outputs/train/raiva/second")
    )
    assert ended.folder == stopped
    assert not Path("outputs/train/raiva/second").exists()
    assert (stopped / "losses.csv").read_bytes() == (whole / "losses.csv").read_bytes()
    states = [torch.load(run / "checkpoints" / "last.ckpt", weights_only=True) for run in (whole, stopped)]
    assert_same(states[0]["state_dict"], states[1]["state_dict"])


def test_auto_starts_anew_when_nothing_fits(train_config: Compose, stopped: Path) -> None:
    other = train(train_config("epochs=4", "resume=auto", "lr=0.001", "run_dir=outputs/train/raiva/other"))
    assert other.folder == Path("outputs/train/raiva/other")
    train(train_config("epochs=4", "resume=auto", "run_dir=outputs/train/raiva/x"))  # finishes the stopped one
    again = train(train_config("epochs=4", "resume=auto", "run_dir=outputs/train/raiva/again"))
    assert again.folder == Path("outputs/train/raiva/again")


def test_other_settings_are_named_and_refused(train_config: Compose, stopped: Path) -> None:
    checkpoint = stopped / "checkpoints" / "last.ckpt"
    with pytest.raises(UserError) as error:
        train(train_config("epochs=4", f"ckpt_path={checkpoint}", "lr=0.001", "data.rotation=2"))
    assert "data.rotation (5 then, 2 now), lr (5e-05 then, 0.001 now)" in str(error.value)


def test_a_finished_run_goes_on_only_with_more_epochs(train_config: Compose, stopped: Path) -> None:
    checkpoint = stopped / "checkpoints" / "last.ckpt"
    train(train_config("epochs=4", f"ckpt_path={checkpoint}"))
    with pytest.raises(UserError, match="has done 4 epochs already"):
        train(train_config("epochs=4", f"ckpt_path={checkpoint}"))
    train(train_config("epochs=5", f"ckpt_path={checkpoint}"))
    assert (stopped / "losses.csv").read_text().splitlines()[-1].startswith("5,")


def test_a_checkpoint_that_is_not_there_lists_those_that_are(train_config: Compose, stopped: Path) -> None:
    with pytest.raises(UserError, match=r"lost.ckpt does not exist.*there: .*last.ckpt, .*previous.ckpt"):
        train(train_config(f"ckpt_path={stopped / 'checkpoints' / 'lost.ckpt'}"))


def test_a_torn_checkpoint_is_named(train_config: Compose, stopped: Path) -> None:
    checkpoint = stopped / "checkpoints" / "last.ckpt"
    os.truncate(checkpoint, 1000)
    with pytest.raises(UserError, match=r"cannot be read as a checkpoint.*previous\.ckpt"):
        train(train_config(f"ckpt_path={checkpoint}"))


def test_a_run_folder_is_never_written_over(train_config: Compose, stopped: Path) -> None:
    with pytest.raises(UserError, match="holds a run already"):
        train(train_config(f"run_dir={stopped}"))


def test_differences_name_only_what_may_not_change() -> None:
    had = {"lr": 1, "epochs": 3, "data": {"flip": 0.5, "root": "a"}, "grid": {"every": 1}}
    has = {"lr": 1, "epochs": 9, "data": {"flip": 0.1, "root": "a"}, "grid": {"every": 2}}
    assert compare.differences(had, has) == {"data.flip": (0.5, 0.1)}
