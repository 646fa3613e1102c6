"""Where each generated face comes from (``manifest.csv``), and how the tree came about (``balance.json``)."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from emogan.core.errors import UserError
from emogan.core.files import as_json
from emogan.core.renamed import as_now
from emogan.runs.record import LARGEST

MANIFEST, RECORD, SHEET = "manifest.csv", "balance.json", "contact_sheet.png"
FINISHED = "finished"


@dataclass(frozen=True)
class Line:
    """A generated face.

    Attributes:
        file: in the tree.
        emotion, seed, number: which face of the network it is.
        source: the real face's file in the tree that it was made of; "" where it shows nobody.
        weights_sha256: of the network's file.
        confidence: the recogniser's, in the emotion.
        nearest: the nearest real face's file in the tree, and the ``distance`` to it.
        sha256: of the file.
    """

    file: str
    emotion: str
    seed: int
    number: int
    source: str
    weights_sha256: str
    confidence: str
    nearest: str
    distance: str
    sha256: str


def table_of(lines: Sequence[Line]) -> str:
    """The manifest's text."""
    text = io.StringIO()
    names = [one.name for one in fields(Line)]
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(names)
    rows.writerows([getattr(line, name) for name in names] for line in lines)
    return text.getvalue()


def read_lines(out: Path) -> list[Line]:
    """The faces that the manifest of ``out`` names; none where there is no manifest."""
    if not (out / MANIFEST).is_file():
        return []
    with (out / MANIFEST).open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    return [Line(**{**row, "seed": int(row["seed"]), "number": int(row["number"])}) for row in rows]


def holds_all(out: Path) -> bool:
    """Whether every face that the manifest of ``out`` names is there, byte for byte, and no other."""
    try:
        with (out / MANIFEST).open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            lines = list(csv.DictReader(file))
        return all(hashlib.sha256((out / line["file"]).read_bytes()).hexdigest() == line["sha256"] for line in lines)
    except (OSError, KeyError, csv.Error, TypeError, ValueError):
        return False


def read_record(out: Path) -> dict[str, Any] | None:
    """What ``balance.json`` in ``out`` says; None where there is none.

    Raises:
        UserError: when it is none of emogan's.
    """
    path = out / RECORD
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"{path.stat().st_size:,} bytes")
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict) or not isinstance(found.get("asked"), dict):
            raise ValueError("it has other content")
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"{path} is no record of emogan balance ({error!s:.80}): give another out=FOLDER.") from error
    return {**found, "asked": as_now(found["asked"])}


def check_same(out: Path, had: Mapping[str, Any], has: Mapping[str, Any]) -> None:
    """Raise a UserError when what is asked of ``out`` now is not what it was begun with."""
    keys = [key for key in (*has, *had) if had.get(key) != has.get(key)]
    if keys:
        told = ", ".join(
            f"{key} ({_short(had.get(key))} then, {_short(has.get(key))} now)" for key in dict.fromkeys(keys)
        )
        raise UserError(
            f"out={out} was begun with other settings or images: {told}; give those of then, or another out=FOLDER."
        )


def record_of(asked: Mapping[str, Any], facts: Mapping[str, Any], ended: str) -> str:
    """The text of ``balance.json``: nothing in it depends on when or where it was written."""
    return as_json({"asked": dict(asked), **facts, "ended": ended})


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}…"
