"""How many faces of each emotion there are, are wanted, and are missing."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emogan.config.values import MOST_FACES
from emogan.core import emotions
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.core.tables import Table
from emogan.data.reading import UnusableImageError, read_bytes

LARGEST = "max"  # as many of each as the largest emotion has
MOST_BYTES = 2**20  # of a table of targets


@dataclass(frozen=True)
class Need:
    """Faces of an emotion: how many there are, and how many there shall be."""

    emotion: Emotion
    there: int
    target: int

    @property
    def missing(self) -> int:
        """How many are to be generated; real ones are never taken away."""
        return max(self.target - self.there, 0)


def needs_of(there: Mapping[Emotion, int], target: str | int) -> list[Need]:
    """What each emotion that a database has needs, in the order of the menu.

    Args:
        there: faces of each emotion.
        target: ``max``, a number for each, or a CSV file with the columns emotion and count; what it does not name
            stays as it is.

    Raises:
        UserError: when the file cannot be used, or names an emotion that the database has no face of.
    """
    counts = {emotion: there[emotion] for emotion in EMOTIONS if there.get(emotion)}
    if target == LARGEST:
        wanted = dict.fromkeys(counts, max(counts.values()))
    elif isinstance(target, int):
        wanted = dict.fromkeys(counts, target)
    else:
        wanted = read_targets(Path(target))
        if absent := [str(emotion) for emotion in wanted if emotion not in counts]:
            raise UserError(
                f"target={target} asks for {' and '.join(absent)}, of which the database has no face: nothing says what"
                " it looks like there; add some, or leave the line out."
            )
    return [Need(emotion, count, wanted.get(emotion, count)) for emotion, count in counts.items()]


def read_targets(path: Path) -> dict[Emotion, int]:
    """The faces of each emotion that a CSV file asks for: lines ``emotion,count``, with or without a header.

    Raises:
        UserError: naming the first line that cannot be used.
    """
    form = "lines such as raiva,140"
    try:
        text = read_bytes(path, MOST_BYTES).decode("utf-8-sig")
    except UnusableImageError as error:
        raise UserError(
            f"target={path} cannot be used ({error.detail}): expected max, a number or a CSV file with {form}."
        ) from error
    except UnicodeDecodeError as error:
        raise UserError(f"target={path} is no text: expected a CSV file with {form}.") from error
    found: dict[Emotion, int] = {}
    try:
        lines = [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(text))]
    except csv.Error as error:
        raise UserError(f"target={path} is no table ({error}): expected {form}.") from error
    for number, line in enumerate(lines, start=1):
        if not any(line) or (number == 1 and [cell.lower() for cell in line] == ["emotion", "count"]):
            continue
        emotion = emotions.find(line[0]) if len(line) == 2 else None
        count = int(line[1]) if emotion and line[1].isascii() and line[1].isdigit() and len(line[1]) < 10 else -1
        if emotion is None or emotion in found or not 0 <= count <= MOST_FACES:
            raise UserError(
                f"target={path}, line {number}, is {','.join(line)!r:.60}: expected an emotion, each once, and a number"
                f" from 0 to {MOST_FACES:,}, {form}."
            )
        found[emotion] = count
    if not found:
        raise UserError(f"target={path} names no emotion: expected {form}.")
    return found


def table_of(needs: Sequence[Need]) -> Table:
    """The plan as a table."""
    numbers = {need.emotion.value: (need.there, need.target, need.missing) for need in needs}
    numbers["all"] = tuple(sum(column) for column in zip(*numbers.values(), strict=True))
    return Table("Faces", ("emotion", "real", "target", "missing"), [(name, *row) for name, row in numbers.items()])
