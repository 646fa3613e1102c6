import errno
import itertools
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from omegaconf import DictConfig

from emogan.core.errors import UserError
from emogan.training.build import build
from emogan.training.callbacks.checkpoints import AtomicCheckpoints, Checkpoints, checkpoint_size
from emogan.training.loop import train

Compose = Callable[..., DictConfig]


def test_two_are_kept_and_nothing_else(tmp_path: Path) -> None:
    io = AtomicCheckpoints()
    for number in range(4):
        io.save_checkpoint({"number": number}, tmp_path / "last.ckpt")
    assert {path.name for path in tmp_path.iterdir()} == {"last.ckpt", "previous.ckpt"}
    assert io.load_checkpoint(tmp_path / "last.ckpt")["number"] == 3
    assert io.load_checkpoint(tmp_path / "previous.ckpt")["number"] == 2


def test_a_save_that_fails_leaves_the_last_one_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    io = AtomicCheckpoints()
    io.save_checkpoint({"number": 1}, tmp_path / "last.ckpt")

    def full(content: Any, file: Any) -> None:
        file.write(b"half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(OSError, match="No space left"):
        io.save_checkpoint({"number": 2}, tmp_path / "last.ckpt")
    assert [path.name for path in tmp_path.iterdir()] == ["last.ckpt"]
    assert io.load_checkpoint(tmp_path / "last.ckpt")["number"] == 1


def test_a_checkpoint_that_would_run_code_is_refused(tmp_path: Path) -> None:
    torch.save({"x": Checkpoints(tmp_path, 1, 1)}, tmp_path / "bad.ckpt")
    with pytest.raises(Exception, match="weights_only"):
        AtomicCheckpoints().load_checkpoint(tmp_path / "bad.ckpt")


def test_the_announced_size_is_the_files_size(train_config: Compose) -> None:
    cfg = train_config("epochs=1", "grid.every=1", "image_size=64", "model.discriminator.hidden=[128,32,16]")
    folder = train(cfg).folder
    size = (folder / "checkpoints" / "last.ckpt").stat().st_size
    assert checkpoint_size(build(cfg)) == pytest.approx(size, rel=0.05)


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
    calls = 0
    save = AtomicCheckpoints.save_checkpoint

    def sometimes_full(self: AtomicCheckpoints, *args: Any, **kwargs: Any) -> None:
        nonlocal calls
        calls += 1
        if (calls == 1) is not final:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        save(self, *args, **kwargs)

    monkeypatch.setattr(AtomicCheckpoints, "save_checkpoint", sometimes_full)
    cfg = train_config("epochs=2", "checkpoint.share=1000")
    if final:
        with pytest.raises(UserError, match="is full: the checkpoint of epoch 2 was not saved"):
            train(cfg)
        assert (Path(cfg.run_dir) / "checkpoints" / "last.ckpt").exists()
        assert "failed" in (Path(cfg.run_dir) / "run.json").read_text()
    else:
        train(cfg)
        assert "the checkpoint of epoch 1 was not saved" in caplog.text
        assert (Path(cfg.run_dir) / "checkpoints" / "last.ckpt").exists()
