"""One progress bar over the whole training, and plain lines where there is no terminal."""

import math
import time

import pytorch_lightning as pl
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from emogan.training.callbacks.curves import Curves

LINE_EVERY = 30.0  # seconds between two lines in a log


class TrainingProgress(pl.Callback):
    """Epoch, both losses and the time left. An epoch may be a single step, so the bar counts epochs.

    Args:
        title: what is being trained.
        curves: where the losses come from.
        minutes: the most to train; None: only the epochs count.
    """

    def __init__(self, title: str, curves: Curves, minutes: float | None) -> None:
        self.limit = math.inf if minutes is None else 60 * minutes
        self.curves, self.title = curves, title
        self.console = Console()
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("epoch {task.completed:.0f}/{task.total:.0f}  {task.fields[losses]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(elapsed_when_finished=False),
            console=self.console,
            refresh_per_second=4,
            speed_estimate_period=300,
            disable=not self.console.is_terminal,
        )
        self.task = self.bar.add_task(title, total=None, losses="")
        self.began = self.line_at = 0.0
        self.first = 0

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.first = trainer.current_epoch
        self.began = self.line_at = time.monotonic()
        self.bar.update(self.task, total=trainer.max_epochs, completed=self.first)
        self.bar.start()

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        epoch, now = trainer.current_epoch + 1, time.monotonic()
        losses = "  ".join(f"{name} {value:.3f}" for name, value in self.curves.means.items())
        in_time = self.limit / (now - self.began) * (epoch - self.first) + self.first  # epochs, at this pace
        self.bar.update(self.task, completed=epoch, total=min(trainer.max_epochs or epoch, in_time), losses=losses)
        final = epoch == trainer.max_epochs or trainer.should_stop
        if self.bar.disable and (now - self.line_at >= LINE_EVERY or final):
            self.line_at = now
            left = (now - self.began) / (epoch - self.first) * ((trainer.max_epochs or epoch) - epoch)
            left = min(left, max(0.0, self.began + self.limit - now))
            print(f"{self.title} epoch {epoch}/{trainer.max_epochs}  {losses}  {left:.0f} s left", flush=True)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.bar.stop()

    def on_exception(self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException) -> None:
        self.bar.stop()
