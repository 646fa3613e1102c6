import errno
import itertools
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from omegaconf import DictConfig

from emogan.core.errors import UserError
from emogan.training.build import build
from emogan.training.callbacks.checkpoints import AtomicCheckpoints, checkpoint_size
from emogan.training.loop import train

Compose = Callable[..., DictConfig]


def test_the_announced_size_is_the_files_size(train_config: Compose) -> None:
    cfg = train_config("epochs=1", "grid.every=1", "image_size=64", "model.discriminator.hidden=[128,32,16]")
    folder = train(cfg).folder
    size = (folder / "checkpoints" / "last.ckpt").stat().st_size
    assert checkpoint_size(build(cfg)) == pytest.approx(size, rel=0.05)


def test_sizes_are_told_in_units_that_say_something(train_config: Compose, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    train(train_config("epochs=1"))
    assert re.search(r"A checkpoint takes \d+(\.\d)? KB; at most two are kept", caplog.text)


def test_slow_saves_become_rarer(train_config: Compose, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saving is made to cost 0.2 s: at a tenth of the time, 1 s of training holds few of them."""
    saves: list[float] = []
    save = AtomicCheckpoints.save_checkpoint

    def slow_save(self: AtomicCheckpoints, *args: Any, **kwargs: Any) -> None:
        time.sleep(0.2)
        saves.append(time.monotonic())
        save(self, *args, **kwargs)

    monkeypatch.setattr(AtomicCheckpoints, "save_checkpoint", slow_save)
    train(train_config("epochs=60", "grid.every=60", "checkpoint.share=0.1"))
    gaps = [later - earlier for earlier, later in itertools.pairwise(saves[:-1])]  # the last save waits for nothing
    assert len(saves) >= 2  # the first epoch's and the last's
    assert all(gap >= 2 for gap in gaps)


@pytest.mark.parametrize("final", [False, True])
def test_a_full_disk_ends_the_run_only_when_there_is_nothing_left_to_train(
    train_config: Compose, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, final: bool
) -> None:
    save = AtomicCheckpoints.save_checkpoint

    def sometimes_full(self: AtomicCheckpoints, checkpoint: dict[str, Any], *further: Any, **named: Any) -> None:
        if checkpoint["position"]["steps"] == (2 if final else 1):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        save(self, checkpoint, *further, **named)

    monkeypatch.setattr(AtomicCheckpoints, "save_checkpoint", sometimes_full)
    cfg = train_config("epochs=2", "batch_size=10", "checkpoint.share=1000")  # epochs of one step
    if final:
        with pytest.raises(UserError, match="is full: the checkpoint after epoch 2 was not saved"):
            train(cfg)
        assert (Path(cfg.run_dir) / "checkpoints" / "last.ckpt").exists()
        assert "failed" in (Path(cfg.run_dir) / "run.json").read_text()
    else:
        train(cfg)
        assert "the checkpoint after epoch 1 was not saved" in caplog.text
        assert (Path(cfg.run_dir) / "checkpoints" / "last.ckpt").exists()
