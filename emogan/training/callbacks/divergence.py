"""Notices when a training has gone wrong for good: losses that are no numbers, faces that fell apart."""

import math
from typing import Any

import pytorch_lightning as pl
from torch.nn.utils import get_total_norm

from emogan.training.adversarial import Adversarial
from emogan.training.callbacks.curves import NETWORKS, Curves

FLOOR = 0.2  # KID of good faces is near 0, on either side by chance


class TrainingFailedError(Exception):
    """The training has gone wrong.

    Attributes:
        reason: what was seen, as the end of a sentence.
        good_until: images seen when all was well.
    """

    def __init__(self, reason: str, good_until: int) -> None:
        super().__init__(reason)
        self.reason, self.good_until = reason, good_until


class Watch(pl.Callback):
    """Raises :class:`TrainingFailedError` after a step or an epoch in which the training went wrong.

    Losses are seen when they are read. Before a checkpoint is written all of them are, and the weights are looked at.

    Args:
        curves: knows the losses, and KID where it was measured.
        collapse: how many times the best KID so far, or ``FLOOR``, means that the faces fell apart.
    """

    def __init__(self, curves: Curves, collapse: float) -> None:
        self.curves, self.collapse = curves, collapse
        self.best = min((kid for _, kid in curves.rows.past), default=math.inf)
        self.good_until = max((seen for seen, _ in curves.rows.past), default=0)

    def on_train_batch_end(  # type: ignore[override]
        self, trainer: pl.Trainer, pl_module: Adversarial, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self._look(trainer)

    def on_save_checkpoint(  # type: ignore[override]
        self, trainer: pl.Trainer, pl_module: Adversarial, checkpoint: dict[str, Any]
    ) -> None:
        self._look(trainer)
        for name in NETWORKS:
            if not get_total_norm(getattr(pl_module, name).parameters()).isfinite():
                epoch, seen = trainer.current_epoch + 1, int(pl_module.images_seen)
                raise TrainingFailedError(f"the {name}'s weights became no numbers in epoch {epoch}", seen)

    def _look(self, trainer: pl.Trainer) -> None:
        if wrong := self.curves.wrong:
            reason = f"the {wrong.network}'s loss became {wrong.loss} in epoch {trainer.current_epoch + 1}"
            raise TrainingFailedError(reason, wrong.images_seen)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: Adversarial) -> None:  # type: ignore[override]
        if self.curves.kid is None:
            return
        if self.curves.kid > self.collapse * max(self.best, FLOOR):
            epoch = trainer.current_epoch + 1
            raise TrainingFailedError(
                f"the faces fell apart: KID {self.curves.kid:.2f} in epoch {epoch}, {self.best:.2f} at best before",
                self.good_until,
            )
        self.best = min(self.best, self.curves.kid)
        self.good_until = int(pl_module.images_seen)
