"""Faces that may come into the database: the numbered ones of a seed, always the same, in their order."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, from_numpy

from emogan.core.emotions import Emotion
from emogan.sampling.asked import Look, People
from emogan.sampling.conditioning import mixture
from emogan.sampling.sampler import Pictures, Sampler


@dataclass(frozen=True)
class Network:
    """What draws the candidates of an emotion.

    Attributes:
        file: its weights.
        sha256: of that file.
    """

    sampler: Sampler
    file: Path
    sha256: str


@dataclass(frozen=True)
class Candidates:
    """Some candidates: the faces ``first`` and those that follow it.

    Attributes:
        pictures: uint8 (n, h, w, c).
    """

    first: int
    pictures: Pictures

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def images(self) -> Tensor:
        """The same as the recogniser takes them, uint8 (n, c, h, w)."""
        return from_numpy(self.pictures).permute(0, 3, 1, 2)


def candidates(sampler: Sampler, emotion: Emotion, seed: int, most: int, look: Look) -> Iterator[Candidates]:
    """The first ``most`` faces of ``seed`` with ``emotion``, a portion at a time, drawn as they are asked for."""
    first = 0
    for portion in sampler.faces({emotion.value: mixture({emotion: 1.0}, 1.0)}, People(most, seed), look):
        yield Candidates(first, portion.images)
        first += len(portion.images)
