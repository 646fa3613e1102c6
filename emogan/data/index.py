"""An index of a face database: which images there are, and which were left out and why."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emogan.emotions import Emotion
from emogan.errors import UserError

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".pgm"})


@dataclass(frozen=True)
class Face:
    """One image of a database, with what its name or folder says of it ("" where it says nothing)."""

    path: Path
    emotion: Emotion
    person: str
    sex: str = ""
    session: str = ""
    angle: str = ""


@dataclass(frozen=True)
class LeftOut:
    """An image that is not used, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Index:
    """What a reader found under a folder, sorted by path: the order does not depend on the file system."""

    root: Path
    faces: Sequence[Face]
    left_out: Sequence[LeftOut] = field(default_factory=tuple)


def image_files(root: Path) -> list[Path]:
    """All image files under ``root``, sorted.

    Raises:
        UserError: when ``root`` is not a folder or holds no image.
    """
    if not root.is_dir():
        what = "is a file" if root.exists() else "does not exist"
        raise UserError(
            f"data.root={root} {what}: expected a folder of face images; give its path as data.root=FOLDER."
        )
    paths = sorted(path for path in root.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    if not paths:
        raise UserError(f"data.root={root} holds no image: expected files ending in {', '.join(sorted(SUFFIXES))}.")
    return paths


def digest(faces: Sequence[Face], root: Path) -> str:
    """SHA-256 over the relative path and the bytes of every image: the same images give the same digest."""
    total = hashlib.sha256()
    for face in faces:
        name = face.path.relative_to(root).as_posix() if face.path.is_relative_to(root) else face.path.name
        total.update(name.encode())
        total.update(hashlib.sha256(face.path.read_bytes()).digest())
    return total.hexdigest()
