"""The runs of the page, and what each says of itself. Nothing in a run's folder is trusted."""

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.runs.claim import is_claimed
from emogan.runs.folder import RunFolder
from emogan.runs.losses import Losses, read_losses
from emogan.runs.record import UNENDED, Record, read_record
from emogan.web.networks import Outputs

Stamp = tuple[int, int]  # of a file: when it was written, and its size

OWN = {"samples", "checkpoints", "tensorboard", "evaluation"}  # folders in a run that no run lies in


@dataclass(frozen=True)
class Summary:
    """A run in a line; None for what it does not say.

    Attributes:
        name: its path below the folder of runs.
        ended: as it says itself.
        running: whether something trains into it now.
        resumable: whether it can be gone on with.
        drawable: whether it has a network.
        kid, emotion_accuracy: as last measured while it trained.
        fault: why it cannot be read; "" where it can.
    """

    name: str
    emotion: str = ""
    started: str = ""
    ended: str = ""
    running: bool = False
    resumable: bool = False
    drawable: bool = False
    epochs: int | None = None
    images_seen: int | None = None
    minutes: float | None = None
    kid: float | None = None
    emotion_accuracy: float | None = None
    fault: str = ""


def listed(outputs: Outputs) -> list[Summary]:
    """All runs, the newest first, those that cannot be read at the end."""
    found = [summary(outputs, folder) for folder in folders(outputs.folder.resolve())]
    found.sort(key=lambda one: one.started, reverse=True)
    return found


def folders(root: Path) -> Iterator[RunFolder]:
    """The folders of runs below ``root``."""
    for place, below, files in os.walk(root):
        if "run.json" in files:
            below[:] = [one for one in below if one not in OWN]
            yield RunFolder(Path(place))


def summary(outputs: Outputs, folder: RunFolder) -> Summary:
    """A run in a line."""
    name = folder.path.relative_to(outputs.folder.resolve()).as_posix()
    try:
        files = own(outputs, folder.record), own(outputs, folder.losses)
        found, unfinished = _read(name, *files, _stamp(files[0]), _stamp(files[1]))
    except UserError as error:
        return Summary(name, fault=printable(str(error)))
    running = found.ended == UNENDED and is_claimed(folder.path)
    saved = folder.newest_checkpoint is not None
    drawable = saved or folder.generator.is_file()
    return replace(found, running=running, resumable=saved and unfinished and not running, drawable=drawable)


@lru_cache(maxsize=1024)  # lines only: what stands in the files is theirs to keep
def _read(
    name: str, record_file: Path, losses_file: Path, record_stamp: Stamp, losses_stamp: Stamp
) -> tuple[Summary, bool]:
    """A run in a line, without what may change while its files do not; whether it has epochs to go."""
    record, losses = read_record(record_file), read_losses(losses_file)
    last = {key: values[-1] for key, values in losses.items()}
    done, planned = _whole(last.get("epoch")), record.config.get("epochs")
    found = Summary(
        name,
        emotion=printable(record.emotion)[:100],
        started=printable(str(record.facts.get("started", "")))[:40],
        ended=printable(record.ended)[:300],
        epochs=done,
        images_seen=_whole(last.get("images_seen")),
        minutes=None if record.seconds is None else round(record.seconds / 60, 2),
        kid=_newest(losses, "kid"),
        emotion_accuracy=_newest(losses, "emotion_accuracy"),
    )
    return found, not isinstance(planned, int) or (done or 0) < planned


def record_of(outputs: Outputs, folder: RunFolder) -> Record:
    """What a run says of itself.

    Raises:
        UserError: when it says nothing that can be read.
    """
    return read_record(own(outputs, folder.record))


def losses_of(outputs: Outputs, folder: RunFolder) -> Losses:
    """Its losses; {} where there are none."""
    try:
        return read_losses(own(outputs, folder.losses))
    except UserError:
        return {}


def own(outputs: Outputs, file: Path) -> Path:
    """``file`` where no link leads out of the folder of runs.

    Raises:
        UserError: where one does.
    """
    path = file.resolve()
    if not path.is_relative_to(outputs.folder.resolve()):
        raise UserError(f"{printable(file.name)} of that run leads elsewhere and is not shown.")
    return path


def number_of(value: Any) -> float | None:
    """A finite number; None for what is none."""
    fine = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if fine else None


def _newest(losses: Losses, name: str) -> float | None:
    return next((value for value in reversed(losses.get(name, [])) if math.isfinite(value)), None)


def _whole(value: float | None) -> int | None:
    return int(value) if value is not None and math.isfinite(value) else None


def _stamp(file: Path) -> Stamp:
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


FACTS = {
    "emotion": "emotion",
    "images": "images.count",
    "left_out": "images.left_out",
    "model": "config.model.generator._target_",
    "data": "config.data.read._target_",
    "image_size": "config.image_size",
    "batch_size": "config.batch_size",
    "lr": "config.lr",
    "seed": "config.seed",
    "init_from": "config.init_from",
    "minutes": "config.minutes",
    "epochs": "config.epochs",
    "seconds": "seconds",
    "images_seen": "images_seen",
    "peak_memory_bytes": "peak_memory_bytes",
    "device": "machine.device",
    "threads": "machine.threads",
    "precision": "precision",
    "version": "versions.emogan",
    "started": "started",
    "ended": "ended",
    "gone_wrong": "gone_wrong",
}


def facts_of(record: Record) -> dict[str, str | float | None]:
    """What is worth showing of a record, as numbers and short texts; None for what it does not say."""
    return {name: _fact(record.facts, key) for name, key in FACTS.items()}


def _fact(facts: Mapping[str, Any], key: str) -> str | float | None:
    value: Any = facts
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return None if value is None or not math.isfinite(value) else value
    text = printable(str(value))[:300]
    return text.rpartition(".")[2] if key.endswith("._target_") else text
