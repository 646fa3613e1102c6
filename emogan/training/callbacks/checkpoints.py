"""Checkpoints: at most two, whole or not at all, and never more than a small share of the time."""

import errno
import logging
import math
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch
from pytorch_lightning.plugins.io import CheckpointIO
from torch import nn

from emogan.core.errors import UserError
from emogan.runs.folder import LAST, PREVIOUS
from emogan.training.module import EmotionGAN

log = logging.getLogger(__name__)

BYTES_PER_VALUE = 4  # fp32
GUESSED_SPEED = 200e6  # bytes per second, until the first save was timed


class AtomicCheckpoints(CheckpointIO):
    """Writes a checkpoint beside its place and moves it there when it is whole; the one before becomes ``previous``.

    It is written straight to disk: Lightning's own writer first builds it in memory, twice.
    """

    def save_checkpoint(self, checkpoint: dict[str, Any], path: str | Path, storage_options: Any = None) -> None:
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        try:
            with part.open("wb") as file:
                torch.save(checkpoint, file)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        if path.exists():
            # A second name first, then the swap: killed in between, the last checkpoint is still there.
            link = path.with_suffix(".link")
            link.unlink(missing_ok=True)
            link.hardlink_to(path)
            link.replace(path.with_name(PREVIOUS))
        part.replace(path)

    def load_checkpoint(
        self, path: str | Path, map_location: Any = "cpu", weights_only: bool | None = None
    ) -> dict[str, Any]:
        # Tensors and plain values only: a checkpoint from elsewhere can run no code.
        loaded: dict[str, Any] = torch.load(path, map_location=map_location or "cpu", weights_only=True, mmap=True)
        return loaded

    def remove_checkpoint(self, path: str | Path) -> None:
        Path(path).unlink(missing_ok=True)


class Checkpoints(pl.callbacks.Checkpoint):
    """Saves ``last.ckpt`` at ends of epochs: when it is due, and at the last one.

    Args:
        folder: where to write.
        every_minutes: the least time between two saves.
        share: the most of the running time that saving may take; slow saves become rarer.
    """

    def __init__(self, folder: Path, every_minutes: float, share: float) -> None:
        self.folder, self.every, self.share = folder, 60 * every_minutes, share
        self.cost = 0.0
        self.saved_at = 0.0

    @property
    def last(self) -> Path:
        """The newest checkpoint."""
        return self.folder / LAST

    def on_train_start(self, trainer: pl.Trainer, pl_module: EmotionGAN) -> None:  # type: ignore[override]
        """Say how large a checkpoint is; check that the disk has room for what will be kept, and one more of each."""
        size = checkpoint_size(pl_module)
        self.folder.mkdir(parents=True, exist_ok=True)
        for torn in self.folder.glob("*.part"):  # a run that was killed while saving
            torn.unlink()
        generators = 3 * BYTES_PER_VALUE * sum(t.numel() for t in pl_module.sampler.state_dict().values())
        needed = 3 * size + generators  # two are kept of each kind, and one is being written
        kept = sum(file.stat().st_size for file in self.folder.iterdir())
        free = shutil.disk_usage(self.folder).free
        log.info("A checkpoint takes %.2f GB; at most two are kept in %s.", size / 1e9, self.folder)
        if free + kept < needed:
            raise UserError(
                f"Only {(free + kept) / 1e9:.2f} GB are free at {self.folder}, expected {needed / 1e9:.2f} GB for two"
                " checkpoints, two generators and one more of each being written: free space, or choose another disk"
                " with hydra.run.dir=FOLDER (hydra.sweep.dir=FOLDER in a sweep)."
            )
        self.cost = size / GUESSED_SPEED
        # A fresh run saves its first epoch whatever it costs: from then on there is something to go on from.
        self.saved_at = time.monotonic() if trainer.current_epoch else -math.inf

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Save if it is due. This runs after the other callbacks, so files they write are never behind."""
        final = trainer.should_stop or trainer.current_epoch + 1 == trainer.max_epochs
        waited = time.monotonic() - self.saved_at
        if not final and waited < max(self.every, self.cost / self.share):
            return
        began = time.monotonic()
        try:
            trainer.save_checkpoint(self.last)
        except (OSError, RuntimeError) as error:
            if not _disk_is_full(error, self.folder, checkpoint_size(pl_module)):
                raise
            message = (
                f"The disk of {self.folder} is full: the checkpoint of epoch {trainer.current_epoch + 1} was not saved"
            )
            if final:
                raise UserError(f"{message}, older ones are still there; free space and resume.") from error
            log.warning("%s; training goes on, free some space.", message)
        self.saved_at = time.monotonic()
        self.cost = self.saved_at - began


def checkpoint_size(module: nn.Module) -> int:
    """Estimated bytes of a full checkpoint: what the module holds, and Adam's two moments of what is trained."""
    trained = sum(p.numel() for p in module.parameters() if p.requires_grad)
    held: int = sum(t.numel() for t in module.state_dict().values())
    return BYTES_PER_VALUE * (held + 2 * trained)


def _disk_is_full(error: Exception, folder: Path, size: int) -> bool:
    """torch.save hides the disk's error behind a RuntimeError; then the room that is left tells."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return shutil.disk_usage(folder).free < size
