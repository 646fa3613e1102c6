"""Faces that may come into the database: numbered, always the same, in their order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PIL import Image
from torch import Tensor, from_numpy

from emogan.balancing.tree import generated_name
from emogan.core.emotions import Emotion
from emogan.core.marking import Mark, marked_png
from emogan.sampling.asked import Look, People
from emogan.sampling.conditioning import mixture
from emogan.sampling.estimate import measured
from emogan.sampling.sampler import Picture, Sampler


@dataclass(frozen=True, eq=False)
class Candidate:
    """A face that may come in.

    Attributes:
        number: of its maker's faces of the emotion.
        name: of its file in the tree.
        source: the real face's file in the tree that it was made of; "" where it is of nobody.
        weights: SHA-256 of the network's file that made it.
        pixels: uint8 (c, h, w), as the recogniser takes them.
        content: gives its file's bytes.
    """

    number: int
    name: str
    source: str
    weights: str
    pixels: Tensor
    content: Callable[[], bytes]


class Maker(Protocol):
    """What makes candidates."""

    def candidates(self, emotion: Emotion, most: int) -> Iterator[list[Candidate]]:
        """The first ``most`` faces with ``emotion``, a portion at a time, made as they are asked for."""

    def seconds(self, faces: int) -> float:
        """How long it takes to make so many, from one that is tried."""


@dataclass(frozen=True)
class Network:
    """A trained generator.

    Attributes:
        file: its weights.
        sha256: of that file.
    """

    sampler: Sampler
    file: Path
    sha256: str

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels of what it draws, and channels."""
        look, nobody = Look(1.0, median=False), People(1, 0)
        shown = {str(one): mixture({one: 1.0}, 1.0) for one in self.sampler.emotions[:1]}
        height, _, channels = next(self.sampler.faces(shown, nobody, look)).images.shape[1:]
        return height, channels


@dataclass(frozen=True)
class Drawer:
    """Draws people who do not exist: the numbered faces of a seed."""

    network: Network
    seed: int
    look: Look

    def candidates(self, emotion: Emotion, most: int) -> Iterator[list[Candidate]]:
        """See :class:`Maker`."""
        first = 0
        shown = {emotion.value: mixture({emotion: 1.0}, 1.0)}
        for portion in self.network.sampler.faces(shown, People(most, self.seed), self.look):
            yield [self._candidate(emotion, first + place, image) for place, image in enumerate(portion.images)]
            first += len(portion.images)

    def seconds(self, faces: int) -> float:
        """See :class:`Maker`."""
        return measured(self.network.sampler, faces, self.look).seconds

    def _candidate(self, emotion: Emotion, number: int, image: Picture) -> Candidate:
        sha256 = self.network.sha256
        made = Mark(f"emotion={emotion} seed={self.seed} first={number} n=1, weights with SHA-256 {sha256}")
        name = generated_name(emotion, self.seed, number)
        pixels = from_numpy(image).permute(2, 0, 1)
        return Candidate(number, name, "", sha256, pixels, lambda: marked_png(Image.fromarray(image.squeeze()), made))
