"""Checkpoints: at most two, whole or not at all, and never more than a small share of the time."""

import copy
import errno
import logging
import shutil
import time
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
from pytorch_lightning.plugins.io import CheckpointIO
from torch import nn

from emogan.core.errors import UserError
from emogan.core.files import SUFFIX
from emogan.core.machine import size
from emogan.runs.checkpoint import LAST, read_checkpoint, write_checkpoint
from emogan.runs.claim import ANOTHER
from emogan.training.adversarial import Adversarial
from emogan.training.position import Position

log = logging.getLogger(__name__)

BYTES_PER_VALUE = 4  # fp32
GUESSED_SPEED = 200e6  # bytes per second, until the first save was timed
FIRST = 10.0  # seconds of training after which there is something to go on from, where saving is cheap


class AtomicCheckpoints(CheckpointIO):
    """Lightning's way to :mod:`emogan.runs.checkpoint`."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: str | Path, storage_options: Any = None) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        write_checkpoint(checkpoint, Path(path))

    def load_checkpoint(
        self, path: str | Path, map_location: Any = "cpu", weights_only: bool | None = None
    ) -> dict[str, Any]:
        content = read_checkpoint(Path(path))
        # PyTorch takes Adam's state over as it is, here mapped from a file that others may cut off or a drive may lose.
        content["optimizer_states"] = copy.deepcopy(content["optimizer_states"])
        return content

    def remove_checkpoint(self, path: str | Path) -> None:
        Path(path).unlink(missing_ok=True)


class Checkpoints(pl.Callback):
    """Saves ``last.ckpt`` after a step: when it is due, and after the last one.

    No ``Checkpoint`` of Lightning's, which it would move behind all other callbacks: progress is to be told after it.

    Args:
        folder: where to write.
        every_minutes: the least time between two saves.
        share: the most of the running time that saving may take; slow saves become rarer.

    Attributes:
        saved: where the newest checkpoint of this try stands; None before there is one.
        images_seen: by the training that it holds.
    """

    def __init__(self, folder: Path, every_minutes: float, share: float) -> None:
        self.folder, self.every, self.share = folder, 60 * every_minutes, share
        self.cost = 0.0
        self.began = 0.0
        self.saved: Position | None = None
        self.images_seen = 0
        self.resumed = False

    def on_train_start(self, trainer: pl.Trainer, pl_module: Adversarial) -> None:  # type: ignore[override]
        """Say how large a checkpoint is; check that the disk has room for what will be kept, and one more of each."""
        one = checkpoint_size(pl_module)
        self.folder.mkdir(parents=True, exist_ok=True)
        for torn in self.folder.glob(f".*{SUFFIX}"):  # a run that was killed while saving
            torn.unlink()
        generators = 3 * BYTES_PER_VALUE * sum(t.numel() for t in pl_module.sampler.state_dict().values())
        needed = 3 * one + generators  # two are kept of each kind, and one is being written
        room = shutil.disk_usage(self.folder).free + sum(file.stat().st_size for file in self.folder.iterdir())
        log.info("A checkpoint takes %s; at most two are kept in %s.", size(one), self.folder)
        if room < needed:
            raise UserError(
                f"Only {size(room)} are free at {self.folder}, expected {size(needed)} for two"
                " checkpoints, two generators and one more of each being written: free space, or choose another disk"
                f" with {ANOTHER}."
            )
        self.cost = one / GUESSED_SPEED
        self.began = time.monotonic()
        self.resumed = pl_module.position.steps > 0

    @property
    def wait(self) -> float:
        """Seconds from the last save, or from the start, to the next."""
        usual = max(self.every, self.cost / self.share)
        if self.saved or self.resumed:
            return usual
        # Whatever it costs, a fresh run is not without one for longer than is usual between two.
        return min(usual, max(FIRST, min(self.cost / self.share, self.every)))

    def on_train_batch_end(  # type: ignore[override]
        self, trainer: pl.Trainer, pl_module: Adversarial, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        if batch_idx + 1 < trainer.num_training_batches:  # else the end of the epoch comes first
            self._look(trainer, pl_module, trainer.should_stop)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: Adversarial) -> None:  # type: ignore[override]
        """Save if it is due; a fresh run its first epoch in any case."""
        if pl_module.position.step:
            return  # it was stopped in the middle, and saved there: Lightning counts the epoch as done by now
        final = trainer.should_stop or trainer.current_epoch + 1 == trainer.max_epochs
        first = self.saved is None and not self.resumed
        self._look(trainer, pl_module, final, first)

    def _look(self, trainer: pl.Trainer, module: Adversarial, final: bool, first: bool = False) -> None:
        if not final and not first and time.monotonic() - self.began < self.wait:
            return
        began = time.monotonic()
        try:
            trainer.save_checkpoint(self.folder / LAST)
            self.saved, self.images_seen = module.position, int(module.images_seen)
        except OSError as error:
            where = module.position.of(int(trainer.max_epochs or 0))
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            reason = f"The disk of {self.folder} is full" if full else f"{self.folder} cannot be written ({error})"
            message = f"{reason}: the checkpoint {where} was not saved"
            if final:
                raise UserError(f"{message}, older ones are still there; free space and resume.") from error
            log.warning("%s; training goes on, free some space.", message)
        self.began = time.monotonic()
        self.cost = self.began - began


def checkpoint_size(module: nn.Module) -> int:
    """Estimated bytes of a full checkpoint: what the module holds, and Adam's two moments of what is trained."""
    trained = sum(p.numel() for p in module.parameters() if p.requires_grad)
    held: int = sum(t.numel() for t in module.state_dict().values())
    return BYTES_PER_VALUE * (held + 2 * trained)
