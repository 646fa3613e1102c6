"""Reader of fer2013.csv, whose rows are images: a number for the emotion, 48x48 grey values, and a use."""

import csv
import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.data.copies import each_once
from emogan.data.files import check_root, given_root, holds_pixels
from emogan.data.index import Face, Index, LeftOut
from emogan.data.reading import UNREADABLE, Source, UnusableImageError

# The numbers of the database, which are not those of the paper's menu.
EMOTIONS = (
    *(Emotion.RAIVA, None, Emotion.MEDO, Emotion.FELICIDADE),
    *(Emotion.TRISTEZA, Emotion.SURPRESA, Emotion.NEUTRO),
)
USES = ("Training", "PublicTest", "PrivateTest")
DISGUST = "disgust (1) is none of the six emotions"
LONGEST = 2**20  # bytes of a row; 48x48 values take 9,000
MOST_SIDE = 512  # pixels
REMARK = (
    "Nothing says who is shown: FER2013 names nobody, so every image counts as a person of its own, and people cannot"
    " be kept apart"
)


@dataclass(frozen=True)
class Row(Source):
    """An image in a row of a table.

    Attributes:
        path: the table and the row's number, as tables call the image.
        table, start, length: where the row's pixels lie, in bytes.
        digest: SHA-256 of them.
    """

    path: Path
    table: Path
    start: int
    length: int
    digest: str

    def read(self) -> bytes:
        """The row's pixels as a PGM file."""
        try:
            with self.table.open("rb") as file:
                file.seek(self.start)
                text = file.read(self.length)
        except OSError as error:
            raise UnusableImageError(UNREADABLE, error.strerror or str(error)) from error
        if hashlib.sha256(text).hexdigest() != self.digest:
            raise UnusableImageError(UNREADABLE, "the table has changed since it was read")
        try:
            values = np.array(text.split(), dtype=np.int64)
        except (ValueError, OverflowError) as error:
            raise UnusableImageError("corrupt", "its pixels are no numbers") from error
        side = math.isqrt(len(values))
        if side**2 != len(values) or not 1 <= side <= MOST_SIDE or values.min() < 0 or values.max() > 255:
            raise UnusableImageError("corrupt", f"{len(values)} pixels: expected a square of values from 0 to 255")
        return f"P5 {side} {side} 255\n".encode() + values.astype(np.uint8).tobytes()

    def stamp(self) -> tuple[str | int, ...]:
        """The pixels' digest."""
        return (self.digest,)

    def size(self) -> int:
        """The length of the pixels' text."""
        return self.length

    def fingerprint(self) -> str:
        """The pixels' digest."""
        return self.digest


def read_fer2013(root: str | Path, usage: str | Sequence[str] | None) -> Index:
    """The rows of ``fer2013.csv`` (or ``icml_face_data.csv``, the same in other columns).

    Args:
        root: the file, or the folder that it lies in.
        usage: what to use: Training, PublicTest or PrivateTest, several, or None for all.

    Raises:
        UserError: when there is no such file, or it has no such columns or rows.
    """
    table = _table(given_root(root))
    asked = [usage] if isinstance(usage, str) else list(USES) if usage is None else [str(one) for one in usage]
    wanted = {one.lower() for one in asked}
    if not wanted or not wanted <= {one.lower() for one in USES}:
        raise UserError(
            f"data.usage={usage} is unknown: expected {', '.join(USES)}, several as […,…], or null for all."
        )
    faces, left_out = [], []
    try:
        for number, emotion, use, row in _rows(table):
            face = Face(row.path, _emotion(emotion), f"{table.name}:{number}", session=use, anonymous=True, row=row)
            if use.lower() not in wanted:
                left_out.append(LeftOut(face.path, f"its usage is not data.usage={','.join(asked)}", face=face))
            elif face.emotion is not None:
                faces.append(face)
            elif emotion == "1":
                left_out.append(LeftOut(face.path, DISGUST, face=face))
            else:
                left_out.append(LeftOut(face.path, "its emotion is no number from 0 to 6", emotion, irregular=True))
    except OSError as error:
        raise UserError(f"{printable(table)} cannot be read ({error.strerror}): allow it, or give another.") from error
    if not faces:
        raise UserError(f"{printable(table)} has no row to use: expected rows of an emotion, pixels and {asked[0]}.")
    return each_once(Index(table.parent, faces, left_out, remarks=[REMARK]))


def _table(root: Path) -> Path:
    if root.is_file() and holds_pixels(root):
        return root
    if not root.is_file():
        check_root(root)
        tables = [path for path in sorted(root.rglob("*.csv")) if holds_pixels(path)]
        if len(tables) == 1:
            return tables[0]
        if tables:
            raise UserError(
                f"data.root={printable(root)} holds {len(tables)} tables of pixels: give one of them,"
                f" such as data.root={printable(tables[0])}."
            )
    raise UserError(
        f"data.root={printable(root)} has no table of pixels: expected fer2013.csv, with the columns emotion, pixels"
        " and Usage, or the folder that it lies in."
    )


def _rows(table: Path) -> Iterator[tuple[int, str, str, Row]]:
    """Number of the line, emotion, usage and pixels of every row."""
    with table.open("rb") as file:
        names = [name.strip().lower() for name in _cells(file.readline(LONGEST))]
        if not {"emotion", "pixels"} <= set(names):
            raise UserError(f"{printable(table)} has the columns {', '.join(names)}: expected emotion, pixels, Usage.")
        number, start = 1, file.tell()
        while line := file.readline(LONGEST):
            number += 1
            cells = dict(zip(names, _cells(line), strict=False))
            pixels = cells.get("pixels", "")
            text = pixels.encode("utf-8", "surrogateescape")
            at = line.find(text)
            row = Row(Path(f"{table}:{number}"), table, start + at, len(text), hashlib.sha256(text).hexdigest())
            if line.strip():
                yield number, cells.get("emotion", "").strip(), cells.get("usage", "Training").strip(), row
            start = file.tell()


def _cells(line: bytes) -> list[str]:
    try:
        return next(csv.reader([line.decode("utf-8", "surrogateescape").rstrip("\r\n")]), [])
    except csv.Error:  # a field of more than 131,072 characters, or NUL
        return []


def _emotion(number: str) -> Emotion | None:
    return EMOTIONS[int(number)] if number in {"0", "1", "2", "3", "4", "5", "6"} else None
