"""Faces in memory, real or generated, with emotion and person."""

from dataclasses import dataclass

import torch
from torch import Tensor

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.data.people import held_out


@dataclass(frozen=True)
class Faces:
    """Images of faces, real or generated.

    Attributes:
        images: uint8 (n, c, h, w).
        emotions: int64 (n,), the place of each face's emotion in the paper's menu, from 0.
        people: who is shown, as long as the images; a generated face is a person of its own, named by its place.
    """

    images: Tensor
    emotions: Tensor
    people: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, chosen: Tensor) -> "Faces":
        """The faces that ``chosen`` picks: bool (n,), or places."""
        places = chosen.nonzero()[:, 0] if chosen.dtype == torch.bool else chosen
        return Faces(self.images[places], self.emotions[places], tuple(self.people[i] for i in places.tolist()))

    def of(self, *emotions: Emotion) -> "Faces":
        """The faces with one of ``emotions``."""
        return self[torch.isin(self.emotions, torch.tensor([EMOTIONS.index(emotion) for emotion in emotions]))]

    @property
    def held_out(self) -> Tensor:
        """bool (n,): whether the person is kept aside, see :func:`emogan.data.people.held_out`."""
        return torch.tensor([held_out(person) for person in self.people], dtype=torch.bool)


def together(parts: list[Faces]) -> Faces:
    """Several sets as one."""
    images = torch.cat([part.images for part in parts])
    return Faces(images, torch.cat([part.emotions for part in parts]), sum((part.people for part in parts), ()))
