"""Ctrl-C, SIGTERM or a closed terminal: finish the step, save everything, stop."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

import pytorch_lightning as pl

from emogan.core.console import say

# A terminal that closes sends SIGHUP, which Windows does not have.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
NOTHING_YET = "interrupted before the training began: nothing was lost."


class StopOnSignal(pl.Callback):
    """The first signal stops after the current step; a second, or one before the training has begun, stops at once.

    Used as a context: it listens until the end of the block.
    """

    def __init__(self) -> None:
        self.received = False
        self._training = False
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "StopOnSignal":
        if threading.current_thread() is threading.main_thread():  # Python allows handlers nowhere else
            for number in SIGNALS:
                # nohup and shells have SIGHUP ignored on purpose
                if not (number.name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN):
                    self._former[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number, former in self._former.items():
            signal.signal(number, former)
        self._former = {}

    def _note(self, number: int, frame: FrameType | None) -> None:
        if not self._training:
            raise KeyboardInterrupt(NOTHING_YET)
        if self.received:
            raise KeyboardInterrupt
        self.received = True
        say("\nStopping after this step; press Ctrl-C again to stop at once and lose what is not saved.")

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """From here on there is something to save. Lightning has put a handler of its own in place of ours."""
        self._training = True
        for number in self._former:
            signal.signal(number, self._note)

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        trainer.should_stop |= self.received

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        trainer.should_stop |= self.received
