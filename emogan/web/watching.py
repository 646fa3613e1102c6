"""How the training is that the page started."""

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from emogan.core.errors import UserError
from emogan.runs.record import Record
from emogan.web.networks import Outputs
from emogan.web.runs import losses_of, number_of, record_of, summary
from emogan.web.trainer import Trainer, Training

State = Literal["none", "preparing", "running", "stopping", "finished", "stopped", "failed"]


@dataclass(frozen=True)
class Now:
    """The training, or the last one; None for what is not known yet.

    Attributes:
        run: its name, once there is such a run.
        seconds: that it has trained, without what comes before.
        share: of its time, from 0 to 1.
        step: what it said last, where it has not begun to train yet.
        losses, measures: of the last epoch; measures are those that there are.
        grid, grid_written, losses_written: the newest grid, and times that change when a picture does.
        error: why it failed.
    """

    state: State
    run: str | None = None
    emotion: str | None = None
    minutes: float | None = None
    seconds: float | None = None
    share: float | None = None
    step: str | None = None
    epoch: int | None = None
    epochs: int | None = None
    images_seen: int | None = None
    losses: dict[str, float | None] | None = None
    grid: str | None = None
    grid_written: int | None = None
    losses_written: int | None = None
    resumable: bool = False
    drawable: bool = False
    error: str | None = None

    @property
    def alive(self) -> bool:
        """Whether more is to come."""
        return self.state in ("preparing", "running", "stopping")


def now(trainer: Trainer, outputs: Outputs) -> Now:
    """How it is."""
    one = trainer.last
    if one is None:
        return Now("none")
    ended = one.program.ended
    record = _record(outputs, one)
    state: State = ended or ("stopping" if one.program.unwanted else "running" if record else "preparing")
    if record is None:
        said = one.program.last_lines()[-1:]
        step = said[0] if said and ended is None else None
        return Now(state, None, one.emotion, one.minutes, step=step, error=one.program.error)
    line, losses = summary(outputs, one.run), losses_of(outputs, one.run)
    epochs = record.config.get("epochs")
    newest = one.run.grids[-1:]
    since = (record.seconds or 0) if ended else time.time() - (began(record) or one.program.began)
    by_epochs = (line.epochs or 0) / epochs if isinstance(epochs, int) and epochs > 0 else 0.0
    return Now(
        state,
        outputs.name_of(one.run),
        one.emotion,
        one.minutes,
        seconds=round(since, 1),
        share=1.0 if ended == "finished" else min(max(since / (60 * one.minutes), by_epochs), 1.0),
        epoch=line.epochs or 0,
        epochs=epochs if isinstance(epochs, int) else None,
        images_seen=line.images_seen,
        losses={name: number_of(values[-1]) for name, values in losses.items()} or None,
        grid=str(newest[0]) if newest else None,
        grid_written=_time(one.run.grid(newest[0])) if newest else None,
        losses_written=_time(one.run.losses) if losses else None,
        resumable=line.resumable and ended is not None,
        drawable=line.drawable,
        error=one.program.error,
    )


def _record(outputs: Outputs, one: Training) -> Record | None:
    """What the run says, once it is this training that says it."""
    try:
        record = record_of(outputs, one.run)
    except UserError:
        return None
    moment = began(record)
    return record if moment is not None and moment >= one.program.began - 1 else None  # whole seconds


def began(record: Record) -> float | None:
    """When the training began or went on the last time."""
    resumed = record.facts.get("resumed")
    moment = resumed[-1] if isinstance(resumed, list) and resumed else record.facts.get("started")
    try:
        return datetime.fromisoformat(str(moment)).timestamp()
    except (ValueError, OverflowError):
        return None


def _time(file: Path) -> int | None:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return None
