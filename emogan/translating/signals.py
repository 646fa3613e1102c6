"""Labels over time, from whatever told them: EEG, a voice, a text. A face follows them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import isfinite
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emogan.core.emotions import COUNT, EMOTIONS, Emotion, find, fold
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.data.reading import UnusableImageError, read_bytes

Floats = NDArray[np.float64]
TIME, ONSET, DURATION, DESCRIPTION = "time", "onset", "duration", "description"
EXPECTED = (
    "expected a table with the columns time (seconds) and emotions (weights), or MNE's onset, duration, description"
)
MOST = 100_000  # frames
BLINK = 1e-6  # seconds between one label's end and the next one's beginning


@dataclass(frozen=True, eq=False)
class Signal:
    """Weights of the emotions over time.

    Attributes:
        times: (n,) seconds, rising.
        weights: (n, 6) at least 0, each row's sum 1, in the order of :data:`emogan.core.emotions.EMOTIONS`.
        left_out: what else the file holds.
    """

    times: Floats
    weights: Floats
    left_out: Sequence[str] = ()

    def frames(self, fps: float, smooth: float) -> Floats:
        """Weights (frames, 6) at equal steps from the first moment to the last, each row's sum 1.

        Args:
            smooth: seconds; the standard deviation of the bell that they are averaged under. 0: as they are.

        Raises:
            UserError: when they would be more than :data:`MOST`.
        """
        count = int((self.times[-1] - self.times[0]) * fps + 1e-6) + 1
        if count > MOST:
            raise UserError(f"signal= lasts {count} frames at fps={fps:g}: expected at most {MOST}, give a lower fps.")
        at = self.times[0] + np.arange(count) / fps
        drawn = np.stack([np.interp(at, self.times, column) for column in self.weights.T], 1)
        if smooth:
            reach = max(1, min(round(4 * smooth * fps), count))
            bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (smooth * fps)) ** 2)
            padded = np.pad(drawn, ((reach, reach), (0, 0)), mode="edge")
            drawn = np.stack([np.convolve(column, bell / bell.sum(), "valid") for column in padded.T], 1)
        return np.asarray(drawn / drawn.sum(1, keepdims=True))


def read_signal(path: Path) -> Signal:
    """Read a table of labels: CSV, or semicolons or tabs for commas; MNE's annotations as CSV or as text.

    Raises:
        UserError: when it cannot be read, or is no such table; with the line.
    """
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnusableImageError as error:
        raise UserError(f"signal={printable(path)} cannot be read ({error}): {EXPECTED}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"signal={printable(path)} is no text in UTF-8: {EXPECTED}.") from error
    try:
        return _signal(text)
    except _WrongError as error:
        raise UserError(f"signal={printable(path)} is not usable ({error}): {EXPECTED}.") from error


class _WrongError(Exception):
    pass


def _signal(text: str) -> Signal:
    heading, lines = _lines(text)
    names = [fold(name) for name in heading]
    if {ONSET, DESCRIPTION} <= set(names):
        return _annotated(names, lines)
    if TIME not in names:
        raise _WrongError(f"its columns are {', '.join(heading)[:80] or 'none'}")
    emotions = {place: found for place, name in enumerate(heading) if (found := find(name)) and names[place] != TIME}
    if not emotions:
        raise _WrongError("no column is named as an emotion")
    others = [name for place, name in enumerate(heading) if place not in emotions and names[place] != TIME]
    times, weights = [], np.zeros((len(lines), COUNT))
    for row, (line, cells) in enumerate(lines):
        times.append(_number(cells, names.index(TIME), line))
        for place, emotion in emotions.items():
            value = _number(cells, place, line)
            if value < 0:
                raise _WrongError(f"line {line}: {value:g} is no weight, which is at least 0")
            weights[row, EMOTIONS.index(emotion)] += value
        if not weights[row].sum():
            raise _WrongError(f"line {line}: all weights are 0")
    for (before, after), (line, _) in zip(pairwise(times), lines[1:], strict=True):
        if after <= before:
            raise _WrongError(f"line {line}: its time {after:g} is not after {before:g}, the one before")
    return Signal(np.array(times), weights / weights.sum(1, keepdims=True), [f"column {name}" for name in others])


def _lines(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The heading, and each further line that is not empty with its number; comments only before the heading."""
    sample = next((line for line in text.splitlines() if line.strip()), "")
    lines = text.splitlines()
    if sample.lstrip().startswith("#"):  # MNE's text files: the heading is the last comment
        lines = [line.lstrip("# ") if fold(line).lstrip("# ").startswith(ONSET) else line for line in lines]
        lines = ["" if line.lstrip().startswith("#") else line for line in lines]
        sample = next((line for line in lines if line.strip()), "")
    delimiter = max(",;\t", key=sample.count)
    rows = [
        (number, [cell.strip() for cell in row])
        for number, row in enumerate(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter), 1)
        if any(cell.strip() for cell in row)
    ]
    if len(rows) < 2:
        raise _WrongError("it holds no rows")
    return rows[0][1], rows[1:]


def _number(cells: Sequence[str], place: int, line: int) -> float:
    try:
        value = float(cells[place])
    except IndexError:
        raise _WrongError(f"line {line} has {len(cells)} columns") from None
    except ValueError:
        raise _WrongError(f"line {line}: {cells[place][:40]!r} is no number") from None
    if not isfinite(value):
        raise _WrongError(f"line {line}: {cells[place]!r} is no number")
    return value


def _annotated(names: Sequence[str], lines: Sequence[tuple[int, list[str]]]) -> Signal:
    """Stretches of time with a label, as MNE-Python's Annotations are saved; between them neutro."""
    found, left_out = [], []
    for line, cells in lines:
        start = _onset(cells, names.index(ONSET), line)
        length = _number(cells, names.index(DURATION), line) if DURATION in names else 0.0
        said = cells[names.index(DESCRIPTION)] if names.index(DESCRIPTION) < len(cells) else ""
        emotion = find(said.rsplit("/", 1)[-1])
        if emotion is None:
            left_out.append(f"line {line}: {printable(said)!r} is no emotion's name")
        else:
            found.append((start, length, emotion))
    if not found:
        raise _WrongError("no description names an emotion")
    return _stretches(sorted(found, key=lambda one: one[0]), left_out)


def _onset(cells: Sequence[str], place: int, line: int) -> float:
    try:
        return datetime.fromisoformat(cells[place]).timestamp()
    except (IndexError, ValueError):
        return _number(cells, place, line)


def _stretches(found: Sequence[tuple[float, float, Emotion]], left_out: Sequence[str]) -> Signal:
    rest = np.eye(COUNT)[EMOTIONS.index(Emotion.NEUTRO)]
    times: list[float] = []
    weights: list[Floats] = []
    first = found[0][0]
    for place, (start, length, emotion) in enumerate(found):
        following = found[place + 1][0] if place + 1 < len(found) else None
        end = (
            start + length if length > 0 else start + 1 if following is None else following
        )  # no length: up to the next
        end = end if following is None else min(end, following)
        if end - start <= 2 * BLINK:
            continue
        if times and start - first - times[-1] > 2 * BLINK:
            times += [times[-1] + BLINK, start - first - BLINK]
            weights += [rest, rest]
        times += [start - first, end - first - BLINK]
        weights += [np.eye(COUNT)[EMOTIONS.index(emotion)]] * 2
    if not times:
        raise _WrongError("its labels last no time")
    return Signal(np.array(times), np.stack(weights), left_out)
