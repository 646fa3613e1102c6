"""Photographs with other expressions as files, and a table of what became of each."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

import emogan
from emogan.core.console import Watch
from emogan.core.errors import UserError
from emogan.core.files import as_json, atomic_write
from emogan.core.marking import OTHER_FACE, Mark, marked_jpeg, marked_png
from emogan.core.tables import Table
from emogan.data.reading import UnusableImageError
from emogan.recognition.photographs import Photographs, ReadPhotograph, Which
from emogan.reports.tables import to_csv
from emogan.reports.text import file_name
from emogan.translating.films import Films, write_films
from emogan.translating.photo import read_usable, translated
from emogan.translating.wishes import Wish

TABLE, RECORD = "translated.csv", "translate.json"
SHEET = 320  # pixels of the height of a picture on a sheet
GAP = 4
Wishes = Mapping[str, Wish]


@dataclass(frozen=True, eq=False)
class Job:
    """What is wanted of every photograph.

    Attributes:
        wishes: what the faces are to show, one after the other.
        which: of the faces.
        films: instead of a picture for each wish.
        settings: the command's, for the record.
    """

    wishes: Wishes
    which: Which
    films: Films | None
    settings: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Written:
    """What became of a photograph: the files made of it, how many faces were changed, or why there are none."""

    name: str
    files: Sequence[str] = ()
    faces: int = 0
    why: str = ""


@dataclass(frozen=True, eq=False)
class Translations:
    """All that was written.

    Attributes:
        folder: where.
        written: every photograph, and every file that is none.
        said: what else there is to know.
    """

    folder: Path
    written: Sequence[Written]
    said: Sequence[str]


def write_translations(found: Photographs, job: Job, out: Path, watch: Watch, told: Sequence[str] = ()) -> Translations:
    """Translate every photograph; writes films, or a file for each wish and a sheet of several, and :data:`TABLE`.

    What is done stays after an interruption.

    Args:
        told: what there is to say already.

    Raises:
        UserError: when the one photograph that was given shows no face or cannot be read; nothing is written.
    """
    written: list[Written] = []
    taken: set[str] = set()
    said = [*told]
    try:
        for number, path in enumerate(found.files):
            watch("Photographs", number, len(found.files))
            written.append(_one(found, path, job, out, taken, said))
        watch("Photographs", len(found.files), len(found.files))
        written += [Written(found.name(item.path), why=str(item)) for item in found.left_out]
    except KeyboardInterrupt:
        done = f"interrupted; {len(written)} of {len(found.files)} photographs are in {out}."
        raise KeyboardInterrupt(done) from None
    finally:
        if written:
            atomic_write(out / TABLE, to_csv(_table(written)))
            record = {"command": sys.argv, "emogan": emogan.__version__, "config": job.settings}
            atomic_write(out / RECORD, as_json(record))
    return Translations(out, written, said)


def _one(found: Photographs, path: Path, job: Job, out: Path, taken: set[str], said: list[str]) -> Written:
    name = found.name(path)
    try:
        photograph = read_usable(path, job.which)
    except UnusableImageError as error:
        if found.alone:
            raise UserError(
                f"photo={name} cannot be used ({error}): expected a photograph that shows a face, give another."
            ) from error
        return Written(name, why=str(error))
    stem = _free(file_name(found.stem(path)), taken)
    if job.films:
        return Written(name, list(write_films(photograph, job.films, stem, out, said)), len(photograph.faces))
    suffix = ".jpg" if path.suffix.lower() in (".jpg", ".jpeg") else ".png"
    return Written(name, list(_pictures(photograph, job.wishes, stem, suffix, out)), len(photograph.faces))


def _pictures(photograph: ReadPhotograph, wishes: Wishes, stem: str, suffix: str, out: Path) -> Iterator[str]:
    small = [_height(photograph.picture)]
    for wish, to in wishes.items():
        picture = translated(photograph, to)
        small.append(_height(picture))
        _save(picture, out / f"{stem}_{wish}{suffix}", wish)
        yield f"{stem}_{wish}{suffix}"
    if len(wishes) > 1:
        _save(_row(small), out / f"{stem}_sheet.png", ", ".join(wishes))
        yield f"{stem}_sheet.png"


def _save(picture: Image.Image, path: Path, wish: str) -> None:
    marked = marked_jpeg if path.suffix == ".jpg" else marked_png
    atomic_write(path, marked(picture, Mark(f"emogan translate: {wish}", OTHER_FACE)))


def _free(stem: str, taken: set[str]) -> str:
    """``stem``, or with a number where another photograph has that name; some disks know no capitals."""
    names = (stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3)))
    free = next(one for one in names if one.lower() not in taken)
    taken.add(free.lower())
    return free


def _height(picture: Image.Image) -> Image.Image:
    height = min(SHEET, picture.height)
    return picture.resize((max(1, round(picture.width * height / picture.height)), height), Image.Resampling.LANCZOS)


def _row(pictures: Sequence[Image.Image]) -> Image.Image:
    width = sum(one.width + GAP for one in pictures) - GAP
    sheet = Image.new(pictures[0].mode, (width, pictures[0].height), "white")
    left = 0
    for one in pictures:
        sheet.paste(one, (left, 0))
        left += one.width + GAP
    return sheet


def _table(written: Sequence[Written]) -> Table:
    rows: list[list[str | int]] = []
    for one in written:
        rows += [[one.name, one.faces, file, ""] for file in one.files] or [[one.name, 0, "", one.why]]
    return Table("Translations", ["file", "faces", "picture", "reason"], rows)
