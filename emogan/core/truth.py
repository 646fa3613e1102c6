"""``truth.csv``: what is known of rendered faces, one row a file. Who renders writes it, who learns reads it."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from emogan.core.errors import UserError
from emogan.core.files import atomic

NAME = "truth.csv"
PARTS = "truth*.csv"  # a part of a database that many machines render has a table of its own
LANDMARKS = 70  # the usual 68 in their usual order, then the pupils: first the one on the picture's left


@dataclass(frozen=True)
class Truth:
    """What is known of one picture. Angles are degrees, lengths metres unless said otherwise."""

    file: str  # below KDEF: AF01/AF01ANS.JPG
    person: str  # F01: the same in all sessions
    session: str
    angle: str  # of KDEF: S is straight
    emotion: str
    strength: float  # 1 is full; 0 for neutral faces
    way: str  # which of the ways to show the emotion
    look: str  # studio or wild
    focal: float  # mm on small film
    distance: float  # from the camera to the eyes
    yaw: float  # of the camera around the sitter, towards the sitter's left
    pitch: float  # above the sitter
    roll: float  # of the camera, clockwise
    gaze_left: float  # of the eyes against the head
    gaze_up: float
    light_side: float  # where the main light stands, left > 0
    light_height: float  # above the eyes
    light_key: float  # radiances: of the main light, of the one that fills, from everywhere
    light_fill: float
    light_ambient: float
    exposure: float  # stops
    backdrop: str
    occluder: str  # empty for none
    blur: float  # thousandths of the height
    grain: float  # of 1 for white
    quality: int  # of the JPEG
    width: int  # pixels
    height: int
    landmarks: tuple[tuple[float, float], ...]  # x to the right and y down from the upper left corner
    actions: Mapping[str, float]


_PLAIN = tuple(field for field in fields(Truth) if field.name not in ("landmarks", "actions"))
_PLACES = tuple(f"{axis}{number}" for number in range(1, LANDMARKS + 1) for axis in "xy")


def header(actions: Iterable[str]) -> list[str]:
    """The names of the columns: what stands above, landmarks ``x1 y1 x2 …`` and one column a facial action."""
    return [*(field.name for field in _PLAIN), *_PLACES, *actions]


def row(truth: Truth, actions: Iterable[str]) -> list[str]:
    """The cells of one picture; actions that rest are 0, landmarks are told to a hundredth of a pixel."""
    plain = (getattr(truth, field.name) for field in _PLAIN)
    places = (value for place in truth.landmarks for value in place)
    moved = (truth.actions.get(name, 0.0) for name in actions)
    return [
        *(_cell(value) for value in plain),
        *(_cell(value, 2) for value in places),
        *(_cell(value) for value in moved),
    ]


def _cell(value: str | float, digits: int = 4) -> str:
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def write_truth(path: Path, truths: Iterable[Truth], actions: Iterable[str]) -> None:
    """Write a whole table, sorted by file, in one step."""
    names = list(actions)
    with atomic(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header(names))
        writer.writerows(row(truth, names) for truth in sorted(truths, key=lambda truth: truth.file))


def read_truth(folder: Path) -> dict[str, Truth]:
    """What is known of the pictures of a rendered database, by file below its ``KDEF``: 15 KB of memory for each.

    Args:
        folder: what was given as ``out``; without a table in it, nothing is known.

    Raises:
        UserError: when a table is not one that ``emogan render`` wrote.
    """
    return {truth.file: truth for truth in each_truth(folder)}


def each_truth(folder: Path) -> Iterator[Truth]:
    """The same one after the other, for who keeps a part of it; where a file comes twice, the later one holds."""
    for path in sorted(folder.glob(PARTS)):
        yield from each_row(path)


def strengths(folder: Path) -> dict[str, float]:
    """How strong the expressions of a rendered database are, by file below its ``KDEF``; {} where nothing is known.

    Raises:
        UserError: when a table is not one that ``emogan render`` wrote.
    """
    known: dict[str, float] = {}
    for path in sorted(folder.glob(PARTS)):
        with path.open(newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            names = next(rows, [])
            if "file" not in names or "strength" not in names:
                raise UserError(f"{path} is no table of truth: expected what emogan render writes.")
            which, strong = names.index("file"), names.index("strength")
            try:
                known.update((row[which], float(row[strong])) for row in rows if len(row) == len(names))
            except ValueError as error:
                raise UserError(f"{path} is damaged: a strength in it is no number; render again.") from error
    return known


def each_row(path: Path) -> Iterator[Truth]:
    """The same of one table."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(line for line in file if line.endswith("\n"))  # a killed process tears the last
        names, start = next(lines, []), len(_PLAIN) + len(_PLACES)
        if names and names[:start] != header(()):
            raise UserError(f"{path} is no table of truth of this version: expected what emogan render writes.")
        for number, cells in enumerate(lines, 2):
            try:
                yield _parsed(names[start:], cells)
            except ValueError as error:
                raise UserError(f"{path} is damaged in line {number}: delete that line, and render again.") from error


def _parsed(actions: list[str], cells: list[str]) -> Truth:
    start = len(_PLAIN) + len(_PLACES)
    if len(cells) != start + len(actions):
        raise ValueError
    plain: dict[str, Any] = {field.name: _value(field.type, cell) for field, cell in zip(_PLAIN, cells, strict=False)}
    numbers = [float(cell) for cell in cells[len(_PLAIN) :]]
    places = tuple((numbers[k], numbers[k + 1]) for k in range(0, len(_PLACES), 2))
    return Truth(**plain, landmarks=places, actions=dict(zip(actions, numbers[len(_PLACES) :], strict=True)))


def _value(kind: object, cell: str) -> str | float:
    return cell if kind is str else int(cell) if kind is int else float(cell)
