"""The face in an image file: looked for in a small copy of it, cut out of one as fine as is needed."""

from dataclasses import dataclass

from PIL import Image

from emogan.data.pictures import read_picture
from emogan.data.pixels import Picture
from emogan.data.reading import UnusableImageError
from emogan.finding.aligning import aligned_frame
from emogan.finding.choosing import NoFaceError, Which, choose_face
from emogan.finding.crops import cut
from emogan.finding.finder import FoundFace, look_again

LOOKED_AT = 1000  # pixels of the shorter side that a face is looked for in
FINE = 2  # pixels of the picture to one of the face that is cut out, where the file has them
SEVERAL = "several faces: the largest was taken"


@dataclass(frozen=True, eq=False)
class Portrait:
    """A face cut out of a photograph.

    Attributes:
        image: upright, eyes and mouth where the rendered faces have them.
        face: in the pixels of the file, as it is looked at.
        notes: what a person may want to know.
    """

    image: Image.Image
    face: FoundFace
    notes: tuple[str, ...]


def find_portrait(content: bytes, picture: Picture, which: Which, size: int, zoom: float = 1.0) -> Portrait:
    """The face of a photograph, ``size`` pixels high and wide.

    Args:
        content: the file's bytes, for a finer picture where the face is small.
        picture: read from them, each side with ``LOOKED_AT`` pixels at least, where it has them.
        zoom: how many times smaller the square is than that of the rendered faces.

    Raises:
        UnusableImageError: when no face can be used.
    """
    try:
        chosen = choose_face(picture.image, which)
    except NoFaceError as error:
        raise UnusableImageError(error.kind, str(error)) from error
    face, image = chosen.face, picture.image
    smaller = _smaller(picture)
    side = aligned_frame(face).side / zoom
    if smaller > 1 and side < FINE * size and (finer := _finer(content, image.mode, FINE * size / side)):
        face = look_again(finer.image, face.scaled(smaller / _smaller(finer)))
        image, smaller = finer.image, _smaller(finer)
    notes = (SEVERAL,) if chosen.others else ()
    return Portrait(cut(image, aligned_frame(face).closer(zoom), size), face.scaled(smaller), notes)


def _finer(content: bytes, mode: str, times: float) -> Picture | None:
    """The picture again with so many times as many pixels, or as it is stored; None where that takes too much."""
    try:
        return read_picture(content, mode, round(LOOKED_AT * times))
    except UnusableImageError:
        return None


def _smaller(picture: Picture) -> int:
    """How many times smaller a picture is than its file: it is shrunk by whole factors."""
    return round(max(picture.size) / max(picture.image.size))
