"""What a study works on: faces to learn from, and faces of other people to ask about."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.data.decode import Framing
from emogan.data.face_set import Faces
from emogan.data.index import Face, Index
from emogan.data.keeping import Keeping
from emogan.data.people import People
from emogan.data.reals import check_people, read_usable
from emogan.studying.degrading import degraded
from emogan.studying.recognisers import PIXELS

Images = NDArray[np.uint8]
CLEAN, HARD = "clean", "hard"


@dataclass(frozen=True)
class Material:
    """A database, its people in two parts.

    Attributes:
        emotions: those it shows, in the order of the menu; a class is a place among them.
        faces, files: to learn from, and where each comes from.
        asked: of the people who are kept aside; nothing learns from them.
        digest: SHA-256 of all images.
    """

    emotions: Sequence[Emotion]
    faces: Faces
    files: Sequence[Face]
    asked: Faces
    asked_files: Sequence[Face]
    digest: str

    @classmethod
    def read(cls, index: Index, framing: Framing, keeping: Keeping) -> "Material":
        """Decode a database.

        Raises:
            UserError: when nothing tells people apart, or either part lacks an emotion.
        """
        check_people(index)
        usable = read_usable(index, framing, keeping)
        shown = [emotion for emotion in EMOTIONS if len(usable.faces.of(emotion))]
        if len(shown) < 2:
            raise UserError(
                f"{printable(index.root)} shows {shown[0]} only: a study needs two emotions to tell apart; add images"
                " of another."
            )
        parts = []
        sides: tuple[People, ...] = ("train", "held_out")
        for people in sides:
            chosen = usable.faces.among(people).nonzero()[:, 0]
            parts.append((usable.faces[chosen], [usable.files[place] for place in chosen.tolist()]))
        (faces, files), (asked, asked_files) = parts
        for part, words in ((faces, "to learn from"), (asked, "kept aside to ask about")):
            if absent := [str(emotion) for emotion in shown if not len(part.of(emotion))]:
                raise UserError(
                    f"Nobody among the {len(set(part.people))} people {words} shows {' or '.join(absent)}: add people."
                )
        return cls(shown, faces, files, asked, asked_files, usable.digest)

    @property
    def counts(self) -> dict[Emotion, int]:
        """Images of each emotion to learn from."""
        return {emotion: len(self.faces.of(emotion)) for emotion in self.emotions}

    def classes(self, faces: Faces) -> list[int]:
        """The class of each of ``faces``."""
        return [self.emotions.index(EMOTIONS[place]) for place in faces.emotions.tolist()]


def seen(images: Tensor, names: Sequence[str], look: str) -> Images:
    """Images as recognisers get them, (n, c, 48, 48).

    Args:
        images: uint8 (n, c, h, w).
        names: one for each.
        look: ``clean``, or ``hard``: see :mod:`emogan.studying.degrading`.
    """
    small = F.interpolate(images.float(), (PIXELS, PIXELS), mode="bilinear", antialias=True, align_corners=False)
    if look == HARD:
        small = degraded(small, names)
    return small.round().clamp(0, 255).to(torch.uint8).numpy()


def names_of(files: Sequence[Face]) -> list[str]:
    """A name for each image, wherever its database lies."""
    return [f"{face.person} {face.path.name}" for face in files]
