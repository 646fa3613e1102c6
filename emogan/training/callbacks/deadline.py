"""Stops a training when its time is up."""

import time
from typing import Any

import pytorch_lightning as pl


class Deadline(pl.Callback):
    """Stops after the first step that ends after ``minutes`` of training; None: never."""

    def __init__(self, minutes: float | None) -> None:
        self.minutes, self.began, self.passed = minutes, 0.0, False

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.began = self.began or time.monotonic()  # a second try gets no more time

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self._look(trainer)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._look(trainer)

    def _look(self, trainer: pl.Trainer) -> None:
        if self.minutes is not None and time.monotonic() - self.began >= 60 * self.minutes:
            trainer.should_stop = self.passed = True
