"""What a run says of itself: ``run.json``."""

import json
import logging
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import torch

from emogan.core.errors import UserError
from emogan.core.files import as_json, atomic_write
from emogan.core.machine import peak_memory
from emogan.core.renamed import as_now
from emogan.core.versions import versions
from emogan.runs.plain import check_plain
from emogan.runs.version import check_version

log = logging.getLogger(__name__)

UNENDED = "still running, or killed"  # how a run ended that did not get to say so
LARGEST = 1 << 24  # bytes of a run.json; ours have a few thousand


@dataclass(frozen=True)
class Images:
    """The images that a run learnt from: how many, and their digest."""

    count: int
    sha256: str


@dataclass(frozen=True)
class Record:
    """What a run says of itself, read and checked.

    Attributes:
        emotion: what it learnt, as the person called it.
        config: its settings, as plain values.
        ended: how; "" where it does not say.
        images: what it learnt from; None where it does not say.
        seconds, peak_memory_bytes: what it took; None where it does not say.
        version: the emogan that wrote it; None where it does not say.
        facts: everything that is there, not checked.
    """

    emotion: str
    config: Mapping[str, Any]
    ended: str
    images: Images | None
    seconds: float | None
    peak_memory_bytes: float | None
    version: str | None
    facts: Mapping[str, Any]

    def setting(self, key: str) -> Any:
        """A setting by its dotted key; None where it is not there."""
        value: Any = self.config
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value


def read_record(path: Path) -> Record:
    """The record that a run left in ``path``.

    Raises:
        UserError: when there is none, it is none of emogan's, or one of a newer version.
    """
    if not path.is_file():
        raise UserError(f"{path} does not exist: expected the folder of a run that emogan train left.")
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"{path.stat().st_size:,} bytes")
        facts: Any = json.loads(path.read_text(encoding="utf-8-sig"))
        check_plain(facts)
        return _checked(facts, path)
    except UserError:
        raise
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror or error}): allow it, or give another run.") from error
    except (ValueError, TypeError, RecursionError) as error:
        reason = str(error).split("\n")[0][:100]
        raise UserError(f"{path} is no record of a run ({reason}): expected what emogan train writes.") from error


def _checked(facts: Any, path: Path) -> Record:
    """Raises ValueError or TypeError for what is no record."""
    if not isinstance(facts, dict):
        raise TypeError("no object")
    versions, images = _typed(facts, "versions", dict, {}), _typed(facts, "images", dict, None)
    written = versions.get("emogan")
    check_version(written, path)
    found = Record(
        emotion=_typed(facts, "emotion", str),
        config=as_now(_typed(facts, "config", dict)),
        ended=_typed(facts, "ended", str, ""),
        images=Images(_typed(images, "count", int), _typed(images, "sha256", str)) if images else None,
        seconds=_typed(facts, "seconds", (int, float), None),
        peak_memory_bytes=_typed(facts, "peak_memory_bytes", (int, float), None),
        version=written if isinstance(written, str) else None,
        facts=facts,
    )
    for name in ("seconds", "peak_memory_bytes"):
        if not 0 <= (getattr(found, name) or 0) <= 1e18:  # also what is no number
            raise ValueError(f"{name} is no amount")
    if not isinstance(found.config.get("data"), dict):
        raise TypeError("config.data is missing")
    return found


_NEEDED = object()


def _typed(facts: dict[str, Any], name: str, kind: type | tuple[type, ...], otherwise: Any = _NEEDED) -> Any:
    if name not in facts and otherwise is not _NEEDED:
        return otherwise
    if name not in facts:
        raise TypeError(f"{name} is missing")
    value = facts[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{name} is of another kind")
    return value


@dataclass
class RunRecord:
    """The facts of a run, kept in ``run.json`` from its start to its end; a resumed run adds to what is there."""

    path: Path
    facts: dict[str, Any]
    began: float
    seconds_before: float

    @classmethod
    def start(cls, path: Path, facts: dict[str, Any]) -> "RunRecord":
        """Write the record of a run that starts or goes on now."""
        before = _before(path)
        times = {
            "started": before.get("started", _now()),
            "resumed": [*_typed(before, "resumed", list, []), *[_now()] * bool(before)],
        }
        kept: dict[str, Any] = {name: before[name] for name in ("gone_wrong", "measuring_seconds") if name in before}
        facts = {
            "versions": versions(),
            "machine": machine_facts(),
            **times,
            **facts,
            **kept,
            "ended": UNENDED,
        }
        record = cls(path, facts, time.monotonic(), before.get("seconds", 0.0))
        record.write()
        return record

    def update(self, **facts: Any) -> None:
        """Set facts, refresh the running ones, and write the file."""
        self.facts.update(facts)
        self.write()

    def write(self) -> None:
        """Write the file, whole or not at all."""
        self.facts["seconds"] = round(self.seconds_before + time.monotonic() - self.began, 3)
        self.facts["peak_memory_bytes"] = peak_memory()
        atomic_write(self.path, as_json(self.facts))


class Unwritten(RunRecord):
    """The record of a run in a process that does not write it: another one does."""

    def write(self) -> None:
        """Leave the file alone."""


def machine_facts() -> dict[str, object]:
    """What of the machine a training's bits and time depend on."""
    return {
        "system": platform.platform(),
        "cpu": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
    }


def _before(path: Path) -> dict[str, Any]:
    """What earlier commands recorded of a run. One that cannot be read is no reason not to go on: the log tells it."""
    if not path.exists():
        return {}
    try:
        facts = dict(read_record(path).facts)
        _typed(facts, "resumed", list, [])
    except (UserError, TypeError) as error:
        log.warning("%s It is written anew, from here on.", error)
        return {}
    return facts


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
