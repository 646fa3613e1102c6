"""Photographs with other expressions as files, and a table of what became of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from emogan.core.console import Watch
from emogan.core.marking import OTHER_FACE, Mark
from emogan.recognition.photographs import Photographs, ReadPhotograph, Which
from emogan.translating.films import Films, write_films
from emogan.translating.photo import read_usable, translated
from emogan.translating.wishes import Wish
from emogan.translating.written import Changes, Kept, Written, save_marked, suffix_for, write_each

KEPT = Kept("translated.csv", "translate.json", "Translations", "a face")
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


def write_translations(found: Photographs, job: Job, out: Path, watch: Watch, told: Sequence[str] = ()) -> Changes:
    """Translate every photograph; writes films, or a file for each wish and a sheet of several, and a table.

    Args:
        told: what there is to say already.

    Raises:
        UserError: when the one photograph that was given shows no face or cannot be read; nothing is written.
    """
    said = [*told]

    def one(path: Path, stem: str) -> Written:
        photograph = read_usable(path, job.which)
        if job.films:
            files = list(write_films(photograph, job.films, stem, out, said))
        else:
            files = list(_pictures(photograph, job.wishes, stem, suffix_for(path), out))
        return Written(found.name(path), files, len(photograph.faces))

    return write_each(found, one, KEPT, job.settings, out, watch, said)


def _pictures(photograph: ReadPhotograph, wishes: Wishes, stem: str, suffix: str, out: Path) -> Iterator[str]:
    small = [_height(photograph.picture)]
    for wish, to in wishes.items():
        picture = translated(photograph, to)
        small.append(_height(picture))
        save_marked(picture, out / f"{stem}_{wish}{suffix}", mark(wish))
        yield f"{stem}_{wish}{suffix}"
    if len(wishes) > 1:
        save_marked(sheet(small), out / f"{stem}_sheet.png", mark(", ".join(wishes)))
        yield f"{stem}_sheet.png"


def mark(wish: str) -> Mark:
    """What a picture says of itself."""
    return Mark(f"emogan translate: {wish}", OTHER_FACE)


def _height(picture: Image.Image) -> Image.Image:
    height = min(SHEET, picture.height)
    return picture.resize((max(1, round(picture.width * height / picture.height)), height), Image.Resampling.LANCZOS)


def sheet(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures of one height side by side."""
    width = sum(one.width + GAP for one in pictures) - GAP
    row = Image.new(pictures[0].mode, (width, pictures[0].height), "white")
    left = 0
    for one in pictures:
        row.paste(one, (left, 0))
        left += one.width + GAP
    return row
