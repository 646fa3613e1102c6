"""One progress bar over the whole training, and plain lines where there is no terminal."""

import logging
import math
import sys
import time
from typing import IO, Any, cast

import pytorch_lightning as pl
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from emogan.core.console import Unbreakable, say
from emogan.training.adversarial import Adversarial
from emogan.training.callbacks.curves import Curves

log = logging.getLogger(__name__)

LINE_EVERY = 30.0  # seconds between two lines in a log
BAR_EVERY = 0.25  # seconds between two looks at a bar


class TrainingProgress(pl.Callback):
    """Epoch, both losses and the time left. An epoch may be a single step, or take hours: the bar counts its parts.

    Who calls a training as a function, with Python's logging as it is, has not asked to be told.

    Args:
        title: what is being trained.
        curves: where the losses come from.
        minutes: the most to train; None: only the epochs count.
    """

    def __init__(self, title: str, curves: Curves, minutes: float | None) -> None:
        self.limit = math.inf if minutes is None else 60 * minutes
        self.curves, self.title = curves, title
        self.wanted = log.isEnabledFor(logging.INFO)
        self.console = Console(file=cast(IO[str], Unbreakable(sys.stdout)))
        self.bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[place]}  {task.fields[losses]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(elapsed_when_finished=False),
            console=self.console,
            refresh_per_second=4,
            speed_estimate_period=300,
            disable=not (self.wanted and self.console.is_terminal),
        )
        self.task = self.bar.add_task(title, total=None, losses="", place="")
        self.began = self.told_at = 0.0
        self.first = 0.0
        self.epochs = 0

    def on_train_start(self, trainer: pl.Trainer, pl_module: Adversarial) -> None:  # type: ignore[override]
        self.began = self.told_at = time.monotonic()
        self.epochs = int(trainer.max_epochs or 0)
        self.first = self._done(pl_module)
        self.bar.update(self.task, total=self.epochs, completed=self.first)
        self.bar.start()

    def on_train_batch_end(  # type: ignore[override]
        self, trainer: pl.Trainer, pl_module: Adversarial, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        if batch_idx + 1 < trainer.num_training_batches and not trainer.should_stop:
            read = self.curves.steps
            means = {name: total / read for name, total in self.curves.sums.items()} if read else self.curves.means
            self._tell(pl_module, means)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: Adversarial) -> None:  # type: ignore[override]
        final = trainer.current_epoch + 1 == trainer.max_epochs or trainer.should_stop
        self._tell(pl_module, self.curves.means, final)

    def _tell(self, module: Adversarial, means: dict[str, float], final: bool = False) -> None:
        now = time.monotonic()
        if not final and now - self.told_at < (LINE_EVERY if self.bar.disable else BAR_EVERY):
            return
        self.told_at = now
        done, place = self._done(module), module.position
        losses = "  ".join(f"{name} {value:.3f}" for name, value in means.items())
        where = f"epoch {place.epochs}/{self.epochs}"
        if place.step:
            where = f"epoch {place.epochs + 1}/{self.epochs} step {place.step}/{place.per_epoch}"
        pace = (now - self.began) / (done - self.first) if done > self.first else 0.0  # seconds of an epoch
        in_time = self.limit / pace + self.first if pace else math.inf
        total = min(self.epochs, in_time)
        self.bar.update(self.task, completed=done, total=total, losses=losses, place=where)
        if self.wanted and self.bar.disable:
            say(f"{self.title} {where}  {losses}  {max(0.0, (total - done) * pace):.0f} s left")

    def _done(self, module: Adversarial) -> float:
        return module.position.steps / module.position.per_epoch

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.bar.stop()

    def on_exception(self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException) -> None:
        self.bar.stop()
