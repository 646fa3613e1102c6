"""The folder that is written: a folder for each emotion, in it one for each person and one for who does not exist."""

import filecmp
import io
import os
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from PIL import Image

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.core.files import SUFFIX, atomic_write
from emogan.core.names import printable
from emogan.data.index import Face
from emogan.data.labels import label_of
from emogan.data.persons import FILE, NOBODY, person_in
from emogan.data.reading import File, UnusableImageError
from emogan.data.schemes import known_name

SYNTHETIC = "synthetic"  # their folder, and how their names begin; as a person's name it is not kept aside

_OURS = re.compile(rf"{SYNTHETIC}_({'|'.join(map(str, EMOTIONS))})_[st]\d+_\d{{6,}}\.png")


@dataclass(frozen=True)
class Real:
    """A real face and its file's name in the tree.

    Attributes:
        told: whether the name says who it shows as the database's did.
    """

    face: Face
    name: str
    told: bool


def laid_out(faces: Sequence[Face]) -> list[Real]:
    """A name for each face, in their order, no two the same: EMOTION/PERSON/FILE, or EMOTION/FILE where nobody knows.

    Raises:
        UserError: when one of them was generated.
    """
    found: list[Real] = []
    taken: set[str] = set()
    for face in faces:
        if SYNTHETIC in (face.person, *face.path.parts[-2:-1]) or _OURS.fullmatch(face.path.name):
            raise UserError(
                f"{printable(face.path)} is a generated face: balance the database that it was made for, which holds"
                " real ones only."
            )
        file = face.path.name if face.row is None else f"{face.path.name.replace(':', '_')}.png"
        stem, suffix = os.path.splitext(file)  # noqa: PTH122 (a name, no path)
        ways = [f"{face.person}/{stem}", f"{face.person}/face"] if not face.anonymous else [stem, "face"]
        way = next((way for way in ways if _tells(face, way)), stem)
        name, number = f"{face.emotion}/{way}{suffix}", 1
        while name.lower() in taken:  # some disks know no capitals
            number += 1
            name = f"{face.emotion}/{way}_{number}{suffix}"
        taken.add(name.lower())
        found.append(Real(face, name, _tells(face, way)))
    return found


def _tells(face: Face, way: str) -> bool:
    """Whether data=folder reads emotion and person of ``face`` from a file of its emotion's folder."""
    parts = PurePosixPath(f"{face.emotion}/{way}").parts
    whole = len(parts) == way.count("/") + 2 and not any(part.startswith(".") for part in parts)
    if not whole or way.count("/") != (0 if face.anonymous else 1) or any("\0" in part for part in parts):
        return False
    known = known_name(parts[-1])
    label = label_of(parts[:-1], parts[-1], known)
    who = person_in(parts[:-1], label.place, known, {}, False)
    if label.emotion is not face.emotion:
        return False
    return who.source in (FILE, NOBODY) if face.anonymous else who.person == face.person


def generated_name(emotion: Emotion, seed: int, number: int) -> str:
    """The name of a generated face in the tree."""
    return f"{emotion}/{SYNTHETIC}/{SYNTHETIC}_{emotion}_s{seed}_{number:06d}.png"


def changed_name(real: Real, emotion: Emotion, seed: int, number: int) -> str:
    """The name in the tree of a real face that was given ``emotion``: beside the same person's, so that whoever is kept
    aside is so with all faces; among the generated ones where nothing says who it is."""
    file = f"{SYNTHETIC}_{emotion}_t{seed}_{number:06d}"
    person = replace(real.face, emotion=emotion)
    if not person.anonymous and _tells(person, f"{person.person}/{file}"):
        return f"{emotion}/{person.person}/{file}.png"
    return f"{emotion}/{SYNTHETIC}/{file}.png"


def put_real(real: Real, out: Path, link: bool) -> bool:
    """Have a real face's file in ``out``, linked or copied; whether it had to be written.

    What is there is trusted only where it has the same bytes.

    Raises:
        UserError: when the file cannot be read.
        OSError: when it cannot be written.
    """
    path = out / real.name
    if isinstance(source := real.face.source, File) and link:
        if path.is_file() and path.samefile(source.path):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        if _linked(source.path.resolve(), path):
            return True
    try:
        content = source.read()
    except UnusableImageError as error:
        raise UserError(f"{printable(source.path)} cannot be read any more ({error.detail}): try again.") from error
    return put(path, content if real.face.row is None else _as_png(content))


def put(path: Path, content: bytes) -> bool:
    """Have ``content`` in ``path``; whether it had to be written."""
    with suppress(OSError):
        if not path.is_symlink() and path.stat().st_size == len(content) and path.read_bytes() == content:
            return False
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic_write(path, content)
    return True


def holds(real: Real, out: Path) -> bool:
    """Whether the file of a real face is in ``out``, byte for byte."""
    path, source = out / real.name, real.face.source
    try:
        if isinstance(source, File):
            return filecmp.cmp(source.path, path, shallow=False)
        return path.read_bytes() == _as_png(source.read())
    except (OSError, UnusableImageError):
        return False


def tidy(out: Path, expected: Collection[str]) -> None:
    """Delete generated faces that are not ``expected``, and what a killed process was writing.

    Only files of a balanced tree go, known by their names.
    """
    for path in sorted(out.rglob(f".*{SUFFIX}")):
        path.unlink()
    for path in sorted(out.glob(f"*/*/{SYNTHETIC}_*.png")):
        if _OURS.fullmatch(path.name) and path.relative_to(out).as_posix() not in expected:
            path.unlink()


def _linked(source: Path, path: Path) -> bool:
    """Put a hard link to ``source`` in the place of ``path``, whole; False where there can be none."""
    part = path.with_name(f".{path.name}.link{SUFFIX}")
    try:
        part.unlink(missing_ok=True)
        os.link(source, part)
        part.replace(path)
    except OSError:  # another disk, or one that has no links
        return False
    else:
        return True
    finally:
        part.unlink(missing_ok=True)


def _as_png(pixels: bytes) -> bytes:
    """The image of a table's row as a file that every program reads; its values stay."""
    file = io.BytesIO()
    Image.open(io.BytesIO(pixels)).save(file, "PNG")
    return file.getvalue()
