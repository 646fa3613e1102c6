"""Photographs one after the other, each to files, and a table of what became of each."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

import emogan
from emogan.core.console import Watch
from emogan.core.errors import UserError
from emogan.core.files import as_json, atomic_write
from emogan.core.marking import Mark, marked_jpeg, marked_png
from emogan.core.tables import Table
from emogan.data.reading import UnusableImageError
from emogan.recognition.photographs import Photographs
from emogan.reports.tables import to_csv
from emogan.reports.text import file_name


@dataclass(frozen=True, eq=False)
class Written:
    """What became of a photograph.

    Attributes:
        name: its path.
        files: that were made of it.
        faces: how many were changed.
        why: there are none.
        facts: what else there is to know, for columns of their own.
    """

    name: str
    files: Sequence[str] = ()
    faces: int = 0
    why: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Changes:
    """All that was written.

    Attributes:
        folder: where.
        written: every photograph, and every file that is none.
        said: what else there is to know.
    """

    folder: Path
    written: Sequence[Written]
    said: Sequence[str]

    def told(self, done: str, without: str) -> list[str]:
        """What to tell a person, a line each.

        Args:
            done: what became of faces, such as ``changed``.
            without: what photographs are that have no files.
        """
        left = [f"  {one.name} ({one.why})" for one in self.written if not one.files]
        faces, files = sum(one.faces for one in self.written), sum(len(one.files) for one in self.written)
        counts = f"{faces} face{'s' * (faces != 1)} {done}, {files} files and a table in {self.folder}"
        return [*([without, *left, ""] if left else []), *self.said, counts]


@dataclass(frozen=True)
class Kept:
    """What is written beside the pictures.

    Attributes:
        table: the name of its file, a row for each picture.
        record: the name of its file: the command and its settings.
        title: of the table.
        shows: what a photograph has to show.
        facts: its columns for :attr:`Written.facts`.
    """

    table: str
    record: str
    title: str
    shows: str
    facts: Sequence[str] = ()


def write_each(
    found: Photographs,
    one: Callable[[Path, str], Written],
    kept: Kept,
    settings: Mapping[str, Any],
    out: Path,
    watch: Watch,
    said: Sequence[str],
) -> Changes:
    """Write what becomes of every photograph, and the table. What is done stays after an interruption.

    Args:
        one: writes the files of a photograph, whose names begin with the word that it is given; raises
            UnusableImageError for one that cannot be used.
        said: what there is to say, when all is done.

    Raises:
        UserError: when the one photograph that was given cannot be used; nothing is written.
    """
    written: list[Written] = []
    taken: set[str] = set()
    try:
        for number, path in enumerate(found.files):
            watch("Photographs", number, len(found.files))
            stem = free(file_name(found.stem(path)), taken)
            written.append(_tried(found, path, stem, one, kept.shows))
        watch("Photographs", len(found.files), len(found.files))
        written += [Written(found.name(item.path), why=str(item)) for item in found.left_out]
    except KeyboardInterrupt:
        done = f"interrupted; {len(written)} of {len(found.files)} photographs are in {out}."
        raise KeyboardInterrupt(done) from None
    finally:
        if written:
            atomic_write(out / kept.table, to_csv(_table(written, kept)))
            record = {"command": sys.argv, "emogan": emogan.__version__, "config": settings}
            atomic_write(out / kept.record, as_json(record))
    return Changes(out, written, said)


def save_marked(picture: Image.Image, path: Path, mark: Mark) -> None:
    """Write a picture that says that it is synthetic, as JPEG or PNG after its name."""
    marked = marked_jpeg if path.suffix == ".jpg" else marked_png
    atomic_write(path, marked(picture, mark))


def suffix_for(path: Path) -> str:
    """JPEG for a photograph that is one, else PNG."""
    return ".jpg" if path.suffix.lower() in (".jpg", ".jpeg") else ".png"


def free(stem: str, taken: set[str]) -> str:
    """``stem``, or with a number where another photograph has that name; some disks know no capitals."""
    names = (stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3)))
    found = next(one for one in names if one.lower() not in taken)
    taken.add(found.lower())
    return found


def _tried(found: Photographs, path: Path, stem: str, one: Callable[[Path, str], Written], shows: str) -> Written:
    name = found.name(path)
    try:
        return one(path, stem)
    except UnusableImageError as error:
        if found.alone:
            raise UserError(
                f"photo={name} cannot be used ({error}): expected a photograph that shows {shows}, give another."
            ) from error
        return Written(name, why=str(error))


def _table(written: Sequence[Written], kept: Kept) -> Table:
    rows: list[list[str | int]] = []
    for one in written:
        facts = [one.facts.get(name, "") for name in kept.facts]
        rows += [[one.name, one.faces, *facts, file, ""] for file in one.files] or [[one.name, 0, *facts, "", one.why]]
    return Table(kept.title, ["file", "faces", *kept.facts, "picture", "reason"], rows)
