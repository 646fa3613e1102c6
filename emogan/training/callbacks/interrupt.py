"""Ctrl-C (or SIGTERM): finish the epoch, save everything, stop."""

import signal
import threading
from types import FrameType
from typing import Any

import pytorch_lightning as pl

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopOnSignal(pl.Callback):
    """The first signal stops at the end of the epoch, where a checkpoint is exact; the second stops at once."""

    def __init__(self) -> None:
        self.received = False
        self._former: dict[signal.Signals, Any] = {}

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Listen; not before, since Lightning installs handlers of its own first."""
        if threading.current_thread() is threading.main_thread():  # Python allows handlers nowhere else
            self._former = {number: signal.signal(number, self._note) for number in SIGNALS}

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.received:
            raise KeyboardInterrupt
        self.received = True
        print(
            "\nStopping at the end of this epoch; press Ctrl-C again to stop at once and lose this epoch.", flush=True
        )

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if self.received:
            trainer.should_stop = True

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Give the handlers back; here, since at ``teardown`` Lightning has put back its own predecessors already."""
        for number, former in self._former.items():
            signal.signal(number, former)
        self._former = {}

    def on_exception(self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException) -> None:
        self.on_train_end(trainer, pl_module)
