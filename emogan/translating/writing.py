"""Photographs with other expressions as files, and a table of what became of every face."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import emogan
from emogan.core.console import Watch
from emogan.core.errors import UserError
from emogan.core.files import as_json, atomic_write
from emogan.core.marking import OTHER_FACE, marked_jpeg, marked_png
from emogan.core.tables import Table
from emogan.data.reading import UnusableImageError
from emogan.finding.choosing import NoFaceError, check_face
from emogan.recognition.photographs import Given, Photographs, ReadPhotograph, Which, read_photograph
from emogan.reports.tables import to_csv
from emogan.reports.text import file_name
from emogan.sampling.video import NO_MP4, EncodingError, ffmpeg, write_gif, write_mp4, write_webp
from emogan.translating.applying import translate
from emogan.translating.network import packaged_translator
from emogan.translating.wishes import Wish

TABLE, RECORD = "translated.csv", "translate.json"
FILM = 640  # pixels of the longer side of a film
SHEET = 320  # pixels of the height of a picture on a sheet
GAP = 4
Wishes = Mapping[str, Wish]


@dataclass(frozen=True, eq=False)
class Job:
    """What is wanted of every photograph.

    Attributes:
        wishes: what the faces are to show, one after the other.
        which: of the faces.
        film: number of frames and how many of them a second; None for pictures.
        settings: the command's, for the record.
    """

    wishes: Wishes
    which: Which
    film: tuple[int, float] | None
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


def read_usable(photo: Given, which: Which) -> ReadPhotograph:
    """A photograph with those of its faces that can be changed: neither tiny, nor turned far away, nor cut off.

    Raises:
        UnusableImageError: when it has none, or cannot be read as a picture.
    """
    photograph = read_photograph(photo, which)
    width, height = (round(side * photograph.scale) for side in photograph.picture.size)
    faces, why = [], UnusableImageError("no face", "none was found in it")
    for one in photograph.faces:
        try:
            check_face(one.face, (width, height))
            faces.append(one)
        except NoFaceError as error:
            why = UnusableImageError(error.kind, str(error))
    if not faces:
        raise why
    return replace(photograph, faces=faces)


def translated(photograph: ReadPhotograph, wish: Wish, share: float = 1.0) -> Image.Image:
    """A photograph whose faces all do what is wished, or have gone that share of the way there."""
    picture = photograph.picture
    for one in photograph.faces:
        end = wish.of(one.actions)
        to = {name: (1 - share) * value + share * end.get(name, 0.0) for name, value in one.actions.items()}
        here = replace(one, face=one.face.scaled(1 / photograph.scale))
        picture = translate(picture, here, to, packaged_translator())
    return picture


def write_translations(found: Photographs, job: Job, out: Path, watch: Watch) -> Translations:
    """Translate every photograph; writes a file for each wish, a sheet where there are several, and :data:`TABLE`.

    What is done stays after an interruption.

    Raises:
        UserError: when the one photograph that was given shows no face or cannot be read; nothing is written.
    """
    written: list[Written] = []
    taken: set[str] = set()
    said: list[str] = [NO_MP4] if job.film and ffmpeg() is None else []
    try:
        for number, path in enumerate(found.files):
            watch("Photographs", number, len(found.files))
            written.append(_one(found, path, job, out, taken, said))
        watch("Photographs", len(found.files), len(found.files))
        written += [Written(found.name(item.path), why=str(item)) for item in found.left_out]
    except KeyboardInterrupt:
        told = f"interrupted; {len(written)} of {len(found.files)} photographs are in {out}."
        raise KeyboardInterrupt(told) from None
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
    if job.film:
        return Written(name, list(_films(photograph, job, stem, out, said)), len(photograph.faces))
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


def _films(photograph: ReadPhotograph, job: Job, stem: str, out: Path, said: list[str]) -> Iterator[str]:
    assert job.film is not None
    (count, fps), command = job.film, ffmpeg()
    for wish, to in job.wishes.items():
        steps = (translated(photograph, to, share) for share in np.linspace(0, 1, count).tolist())
        frames = np.stack([_pixels(_at_most(picture, FILM)) for picture in steps])
        path = out / f"{stem}_{wish}.gif"
        write_gif(frames, fps, path)
        write_webp(frames, fps, path.with_suffix(".webp"))
        yield from (path.name, path.with_suffix(".webp").name)
        if command is not None:
            try:
                write_mp4(frames, fps, path.with_suffix(".mp4"), command)
                yield path.with_suffix(".mp4").name
            except EncodingError as error:
                said.append(f"No MP4 is written: {command} failed ({error}); the GIF and the WebP are there.")
                command = None


def _save(picture: Image.Image, path: Path, wish: str) -> None:
    marked = marked_jpeg if path.suffix == ".jpg" else marked_png
    atomic_write(path, marked(picture, f"emogan translate: {wish}", OTHER_FACE))


def _free(stem: str, taken: set[str]) -> str:
    """``stem``, or with a number where another photograph has that name; some disks know no capitals."""
    names = (stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3)))
    free = next(one for one in names if one.lower() not in taken)
    taken.add(free.lower())
    return free


def _height(picture: Image.Image) -> Image.Image:
    height = min(SHEET, picture.height)
    return picture.resize((max(1, round(picture.width * height / picture.height)), height), Image.Resampling.LANCZOS)


def _at_most(picture: Image.Image, side: int) -> Image.Image:
    share = min(1.0, side / max(picture.size))
    if share == 1:
        return picture
    return picture.resize(
        (max(1, round(picture.width * share)), max(1, round(picture.height * share))), Image.Resampling.LANCZOS
    )


def _row(pictures: Sequence[Image.Image]) -> Image.Image:
    width = sum(one.width + GAP for one in pictures) - GAP
    sheet = Image.new(pictures[0].mode, (width, pictures[0].height), "white")
    left = 0
    for one in pictures:
        sheet.paste(one, (left, 0))
        left += one.width + GAP
    return sheet


def _pixels(picture: Image.Image) -> np.ndarray[Any, np.dtype[np.uint8]]:
    values = np.asarray(picture)
    return values[..., None] if values.ndim == 2 else values


def _table(written: Sequence[Written]) -> Table:
    rows: list[list[str | int]] = []
    for one in written:
        rows += [[one.name, one.faces, file, ""] for file in one.files] or [[one.name, 0, "", one.why]]
    return Table("Translations", ["file", "faces", "picture", "reason"], rows)
