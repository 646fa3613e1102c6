"""Photographs whose faces are read: which files are meant, and what is read of one, from a file or from memory."""

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emogan.core.errors import UserError
from emogan.core.names import expanded, printable
from emogan.data.files import image_files
from emogan.data.index import LeftOut
from emogan.data.pictures import read_picture
from emogan.data.pixels import Picture
from emogan.data.reading import UnusableImageError, read_bytes
from emogan.finding.finder import FoundFace, find_faces
from emogan.finding.frames import Frame
from emogan.recognition.reading import ReadFace, read_faces

Which = Literal["all", "largest"]
Given = str | os.PathLike[str] | bytes | Image.Image | NDArray[Any]
NEEDED = 2048  # pixels that each side of a large photograph keeps at least
NO_FACE = "no face was found in it"


@dataclass(frozen=True)
class Photographs:
    """The files that a person means.

    Attributes:
        files: photographs, or what may be some, each once.
        left_out: what else lies in the folders, with reasons.
        root: the one folder that was given; None where it was something else.
        alone: one file was given.
    """

    files: Sequence[Path]
    left_out: Sequence[LeftOut]
    root: Path | None
    alone: bool

    def name(self, path: Path) -> str:
        """What a table calls a file: its way from the folder that was given, or the path as it was typed."""
        return printable(path.relative_to(self.root).as_posix() if self.root else path)

    def stem(self, path: Path) -> str:
        """What a file made of it may be called: its way from the folder, or its name alone; no suffix."""
        return path.relative_to(self.root).with_suffix("").as_posix() if self.root else path.stem


@dataclass(frozen=True, eq=False)
class ReadPhotograph:
    """A photograph and what its faces show.

    Attributes:
        picture: upright, in mode L or RGB; smaller than the photograph where that is very large.
        scale: pixels of the photograph for one of ``picture``.
        faces: the largest first; places are pixels of the photograph.
        notes: what was done to it that a person may want to know.
    """

    picture: Image.Image
    scale: float
    faces: Sequence[ReadFace]
    notes: Sequence[str]


def photographs(given: str | Sequence[str]) -> Photographs:
    """The files that paths name: photographs, and folders with all that lies in them.

    Raises:
        UserError: when a folder holds no image.
    """
    paths = [Path(one) for one in ([given] if isinstance(given, str) else given)]
    files: list[Path] = []
    left_out: list[LeftOut] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        try:
            inside, others = image_files(path)
        except UserError as error:  # which speaks of the setting of databases
            raise UserError(str(error).replace("data.root", "photo")) from error
        files += inside
        left_out += others
    root = paths[0] if len(paths) == 1 and paths[0].is_dir() else None
    return Photographs([*dict.fromkeys(files)], left_out, root, alone=len(paths) == 1 and root is None)


def read_photograph(photo: Given, which: Which) -> ReadPhotograph:
    """Find and read the faces of a photograph: a file, the bytes of one, an image of Pillow or an array.

    Args:
        photo: an image of Pillow is taken as its pixels lie, an array is uint8 (h, w), (h, w, 1) or (h, w, 3).

    Raises:
        UnusableImageError: when it cannot be read as a picture.
    """
    opened = picture_of(photo)
    scale = opened.size[0] / opened.image.width
    found = find_faces(opened.image)
    faces = read_faces(opened.image, found[:1] if which == "largest" else found)
    if scale != 1:
        faces = [replace(one, face=_scaled(one.face, scale)) for one in faces]
    return ReadPhotograph(opened.image, scale, faces, opened.notes)


def picture_of(photo: Given) -> Picture:
    """A file, the bytes of one, an image or an array as a picture; the same limits hold for all.

    Raises:
        UnusableImageError: when it cannot be read as one.
    """
    if isinstance(photo, np.ndarray):
        photo = _from_array(photo)
    if isinstance(photo, Image.Image):
        if photo.mode in ("L", "RGB"):
            return Picture(photo, photo.size)
        photo = _as_file(photo)
    content = photo if isinstance(photo, bytes) else read_bytes(expanded(photo))
    return read_picture(content, "RGB", NEEDED)


def _from_array(pixels: NDArray[Any]) -> Image.Image:
    shape = pixels.shape[:2] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels.shape
    if pixels.dtype != np.uint8 or not pixels.size or not (len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)):
        raise UnusableImageError(
            "no picture", f"an array of {pixels.dtype} {pixels.shape}, expected uint8 (h, w), (h, w, 1) or (h, w, 3)"
        )
    return Image.fromarray(np.ascontiguousarray(pixels).reshape(shape))


def _as_file(image: Image.Image) -> bytes:
    """Other modes take the way of files: transparency gets a ground, more than 8 bits are scaled."""
    content = io.BytesIO()
    try:
        image.copy().save(content, "TIFF")
    except (OSError, KeyError, ValueError) as error:
        raise UnusableImageError("no picture", f"an image of mode {image.mode}, convert it to RGB") from error
    return content.getvalue()


def _scaled(face: FoundFace, scale: float) -> FoundFace:
    """The same face in a picture so many times larger."""
    frame = face.frame
    larger = Frame((scale * frame.origin[0], scale * frame.origin[1]), scale * frame.side, frame.angle)
    return replace(face, landmarks=scale * face.landmarks, frame=larger)
