"""Which face of a picture is meant, and whether it can be used."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

from emogan.finding.finder import FoundFace, find_faces
from emogan.finding.frames import anchors

Which = Literal["largest", "only"]
NO_FACE = "no face"
SMALLEST = 8.0  # pixels between the middles of the eyes
MOST_YAW, MOST_PITCH = 50.0, 40.0  # degrees
OUTSIDE = 0.15  # of the distance of the eyes that eyes and mouth may lie beyond the picture


class NoFaceError(Exception):
    """No face of a picture can be used.

    Attributes:
        kind: in two or three words, for a table: no face, several faces, turned away, cut off, too small.
    """

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


@dataclass(frozen=True, eq=False)
class Chosen:
    """The face that is meant; ``others``: how many there are beside it."""

    face: FoundFace
    others: int


def choose_face(picture: Image.Image, which: Which) -> Chosen:
    """The largest face of a picture, or the only one.

    Raises:
        NoFaceError: when there is none, more than one and ``only`` was asked for, or it cannot be used.
    """
    faces = find_faces(picture)
    if not faces:
        raise NoFaceError(NO_FACE, "none was found in it")
    if which == "only" and len(faces) > 1:
        raise NoFaceError("several faces", f"it shows {len(faces)} faces; data.faces=largest takes the largest")
    check_face(faces[0], picture.size)
    return Chosen(faces[0], len(faces) - 1)


def check_face(face: FoundFace, size: tuple[int, int]) -> None:
    """Refuse a face that shows too little, in a picture of ``size`` (width, height).

    Raises:
        NoFaceError: when it is turned away, cut off by the picture's edge, or too small.
    """
    if face.apart < SMALLEST:
        raise NoFaceError("face too small", f"its eyes are {face.apart:.0f} pixels apart, {SMALLEST:.0f} are needed")
    if abs(face.yaw) > MOST_YAW or abs(face.pitch) > MOST_PITCH:
        raise NoFaceError(
            "face turned away",
            f"the face is turned by {abs(face.yaw):.0f} degrees and tilted by {abs(face.pitch):.0f}; up to"
            f" {MOST_YAW:.0f} and {MOST_PITCH:.0f} can be used",
        )
    beyond = np.maximum(-anchors(face.landmarks), anchors(face.landmarks) - np.array(size)).max()
    if beyond > OUTSIDE * face.apart:
        raise NoFaceError("face cut off", "the picture's edge cuts off eyes or mouth")
