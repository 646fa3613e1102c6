"""Faces, real or generated, with emotion and person."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.data.index import Face
from emogan.data.mapped import joined, picked
from emogan.data.people import People, belongs


@dataclass(frozen=True)
class Faces:
    """Images of faces, real or generated.

    Attributes:
        images: uint8 (n, c, h, w).
        emotions: int64 (n,), the place of each face's emotion in the paper's menu, from 0.
        people: who is shown, as long as the images; a generated face is a person of its own, named by its place.
        anonymous: those of ``people`` that are no person's name but an image's, which nothing says who it shows.
        told: how strong each expression is, float (n,), where something says so; see :attr:`strengths`.
    """

    images: Tensor
    emotions: Tensor
    people: tuple[str, ...]
    anonymous: frozenset[str] = frozenset()
    told: Tensor | None = None

    @classmethod
    def real(cls, images: Tensor, shown: Sequence[Face]) -> "Faces":
        """The faces of a database, as they were decoded."""
        places = [EMOTIONS.index(face.emotion) for face in shown if face.emotion is not None]
        nobody = frozenset(face.person for face in shown if face.anonymous)
        strengths = torch.tensor([face.strength for face in shown])
        people = tuple(face.person for face in shown)
        return cls(images, torch.tensor(places, dtype=torch.int64), people, nobody, strengths)

    @property
    def strengths(self) -> Tensor:
        """How strong each expression is, float (n,): 1, full, where nothing says so."""
        return torch.ones(len(self)) if self.told is None else self.told

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, chosen: Tensor) -> "Faces":
        """The faces that ``chosen`` picks: bool (n,), or places."""
        places = chosen.nonzero()[:, 0] if chosen.dtype == torch.bool else chosen
        people = tuple(self.people[i] for i in places.tolist())
        told = None if self.told is None else self.told[places]
        return Faces(picked(self.images, places), self.emotions[places], people, self.anonymous, told)

    def of(self, *emotions: Emotion) -> "Faces":
        """The faces with one of ``emotions``."""
        return self[torch.isin(self.emotions, torch.tensor([EMOTIONS.index(emotion) for emotion in emotions]))]

    def among(self, people: People) -> Tensor:
        """bool (n,): whether each is of ``people``, see :func:`emogan.data.people.belongs`; who is unknown, of all."""
        sides = [people == "all" or (who not in self.anonymous and belongs(who, people)) for who in self.people]
        return torch.tensor(sides, dtype=torch.bool)

    @property
    def held_out(self) -> Tensor:
        """bool (n,): whether the person is known and kept aside, see :func:`emogan.data.people.held_out`."""
        return self.among("held_out")

    @property
    def other_people(self) -> Tensor:
        """bool (n,): whether the person is known and not kept aside."""
        return self.among("train")


def together(parts: list[Faces]) -> Faces:
    """Several sets, at least one, as one."""
    images = joined([part.images for part in parts])
    people = sum((part.people for part in parts), ())
    nobody = frozenset().union(*(part.anonymous for part in parts))
    strengths = torch.cat([part.strengths for part in parts])
    return Faces(images, torch.cat([part.emotions for part in parts]), people, nobody, strengths)
