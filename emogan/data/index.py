"""An index of a face database: which images there are, and which were left out and why."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".pgm"})


@dataclass(frozen=True)
class Face:
    """One image of a database, with what its name or folder says of it ("" where it says nothing).

    Attributes:
        emotion: None for an expression that is none of the six (KDEF's disgust); no reader gives such a face for use.
    """

    path: Path
    emotion: Emotion | None
    person: str
    sex: str = ""
    session: str = ""
    angle: str = ""


@dataclass(frozen=True)
class LeftOut:
    """An image that is not used, and why.

    Attributes:
        reason: the same words for all images left out for the same reason, so that they can be counted.
        detail: what is particular to this one.
        face: what the image shows, where the reason is a choice (a filter) and the image itself is in order.
        irregular: something is wrong with the file or its name, and a person may want to know.
    """

    path: Path
    reason: str
    detail: str = ""
    face: Face | None = None
    irregular: bool = False

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


@dataclass(frozen=True)
class Note:
    """Something irregular about an image that is used all the same."""

    path: Path
    text: str


@dataclass(frozen=True)
class Index:
    """What a reader found under a folder, sorted by path: the order does not depend on the file system."""

    root: Path
    faces: Sequence[Face]
    left_out: Sequence[LeftOut] = ()
    notes: Sequence[Note] = ()


def image_files(root: Path) -> tuple[list[Path], list[LeftOut]]:
    """All image files under ``root`` and the folders linked from it, sorted, and the folders that cannot be read.

    Hidden files (macOS leaves a ``._NAME.JPG`` for each image in its archives) are no images.

    Raises:
        UserError: when ``root`` is not a folder, cannot be read or holds no image.
    """
    if not root.is_dir():
        what = "is a file" if root.exists() else "does not exist"
        raise UserError(
            f"data.root={root} {what}: expected a folder of face images; give its path as data.root=FOLDER."
        )
    paths: list[Path] = []
    closed: list[LeftOut] = []
    seen: set[str] = set()

    def note_closed(error: OSError) -> None:
        closed.append(LeftOut(Path(error.filename), "folder cannot be read", error.strerror or "", irregular=True))

    for folder, subfolders, names in os.walk(root, onerror=note_closed, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:  # a link back to a folder above, or to one that was already read
            subfolders.clear()
            continue
        seen.add(real)
        subfolders.sort()
        candidates = (Path(folder, name) for name in names if not name.startswith("."))
        # A link that leads nowhere stays in: decoding it will say what is wrong with it.
        paths += (p for p in candidates if p.suffix.lower() in SUFFIXES and (p.is_file() or p.is_symlink()))
    if not paths:
        if closed:
            raise UserError(
                f"{closed[0].path} cannot be read ({closed[0].detail}): allow it, or give another data.root."
            )
        raise UserError(
            f"data.root={root} holds no image: expected files ending in {', '.join(sorted(SUFFIXES))}; "
            "give the folder that your images lie in."
        )
    return sorted(paths), closed


def digest_of(files: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over the name and the content's SHA-256 (hex) of every image: the same images give the same digest."""
    total = hashlib.sha256()
    for name, content in files:
        total.update(name.encode())
        total.update(bytes.fromhex(content))
    return total.hexdigest()
