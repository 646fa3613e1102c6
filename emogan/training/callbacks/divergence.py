"""Notices when a training has gone wrong for good: losses that are no numbers, faces that fell apart."""

import math

import pytorch_lightning as pl

from emogan.runs.losses import read_losses
from emogan.training.callbacks.curves import Curves
from emogan.training.module import EmotionGAN

FLOOR = 0.2  # KID of good faces is near 0, on either side by chance


class TrainingFailedError(Exception):
    """The training has gone wrong.

    Attributes:
        reason: what was seen, as the end of a sentence.
        good_until: epochs after which all was well.
    """

    def __init__(self, reason: str, good_until: int) -> None:
        super().__init__(reason)
        self.reason, self.good_until = reason, good_until


class Watch(pl.Callback):
    """Raises :class:`TrainingFailedError` at the end of an epoch in which the training went wrong.

    It looks before the epoch's checkpoint is written.

    Args:
        curves: knows the epoch's mean losses, and KID where it was measured.
        collapse: how many times the best KID so far, or ``FLOOR``, means that the faces fell apart.
    """

    def __init__(self, curves: Curves, collapse: float) -> None:
        self.curves, self.collapse = curves, collapse
        self.best = math.inf
        self.good_until = 0

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        past = read_losses(self.curves.path)
        measured = [(int(e), k) for e, k in zip(past.get("epoch", []), past.get("kid", []), strict=False) if k == k]
        self.best = min((kid for _, kid in measured), default=math.inf)
        self.good_until = max((epoch for epoch, _ in measured), default=0)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: EmotionGAN) -> None:  # type: ignore[override]
        epoch = trainer.current_epoch + 1
        for name, loss in self.curves.means.items():
            if not math.isfinite(loss):
                raise TrainingFailedError(f"the {name}'s loss became {loss} in epoch {epoch}", epoch - 1)
        if self.curves.kid is None:
            return
        if self.curves.kid > self.collapse * max(self.best, FLOOR):
            raise TrainingFailedError(
                f"the faces fell apart: KID {self.curves.kid:.2f} in epoch {epoch}, {self.best:.2f} at best before",
                self.good_until,
            )
        self.best = min(self.best, self.curves.kid)
        self.good_until = epoch
