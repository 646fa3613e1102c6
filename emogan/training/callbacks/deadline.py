"""Stops a training when its time is up."""

import time

import pytorch_lightning as pl


class Deadline(pl.Callback):
    """Stops at the first end of an epoch after ``minutes`` of training; None: never."""

    def __init__(self, minutes: float | None) -> None:
        self.minutes, self.began, self.passed = minutes, 0.0, False

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.began = self.began or time.monotonic()  # a second try gets no more time

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if self.minutes is not None and time.monotonic() - self.began >= 60 * self.minutes:
            trainer.should_stop = self.passed = True
