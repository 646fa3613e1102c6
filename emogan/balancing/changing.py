"""The database's own people with another emotion, as candidates."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from emogan.balancing.candidates import Candidate
from emogan.balancing.networks import digest_of
from emogan.balancing.tree import Real, changed_name
from emogan.core.emotions import Emotion
from emogan.core.marking import OTHER_FACE, Mark, marked_png
from emogan.data.decode import Framing, decode
from emogan.data.reading import UnusableImageError
from emogan.recognition.photographs import ReadPhotograph
from emogan.translating.asked import Manner
from emogan.translating.network import PACKAGED, packaged_translator
from emogan.translating.photo import read_usable, reduced, translated

LARGEST = 1000  # pixels of a changed photograph's longer side
STRENGTHS = 0.5, 1.1  # of the emotions shown, drawn evenly
AT_ONCE = 16
REMEMBERED = 64  # photographs whose faces are read


@dataclass(frozen=True)
class Changer:
    """Changes what faces at rest show; other faces only where the database has none at rest.

    Attributes:
        reals: the database's faces.
        framing: as the recogniser takes them.
    """

    reals: Sequence[Real]
    framing: Framing
    seed: int

    @cached_property
    def weights(self) -> str:
        """SHA-256 of the translator."""
        return digest_of(PACKAGED)

    def candidates(self, emotion: Emotion, most: int) -> Iterator[list[Candidate]]:
        """See :class:`emogan.balancing.candidates.Maker`. Photographs whose face cannot be changed give none."""
        sources = self._sources(emotion)
        read: dict[int, ReadPhotograph] = {}
        unusable: set[int] = set()
        some: list[Candidate] = []
        for number in range(most):
            if len(unusable) == len(sources):
                break
            place = number % len(sources)
            photograph = None if place in unusable else read.get(place) or self._read(sources[place])
            if photograph is None:
                unusable.add(place)
                continue
            if len(read) < REMEMBERED:
                read[place] = photograph
            made = self._made(photograph, sources[place], emotion, number)
            if made is not None:
                some.append(made)
            if len(some) == AT_ONCE:
                yield some
                some = []
        if some:
            yield some

    def seconds(self, faces: int) -> float:
        """See :class:`emogan.balancing.candidates.Maker`."""
        emotion = next(iter({real.face.emotion for real in self.reals} - {Emotion.NEUTRO}), None)
        began, tried = time.monotonic(), 0
        for some in self.candidates(emotion, 4) if emotion else ():
            tried += len(some)
        return faces * (time.monotonic() - began) / max(tried, 1)

    def _sources(self, emotion: Emotion) -> list[Real]:
        others = [real for real in self.reals if real.face.emotion is not emotion]
        resting = [real for real in others if real.face.emotion is Emotion.NEUTRO]
        chosen = resting or others
        Random(f"{self.seed} {emotion}").shuffle(chosen)
        return chosen

    def _read(self, real: Real) -> ReadPhotograph | None:
        try:
            return reduced(read_usable(real.face.source.read(), "largest"), LARGEST)
        except UnusableImageError:
            return None

    def _made(self, photograph: ReadPhotograph, real: Real, emotion: Emotion, number: int) -> Candidate | None:
        chance = Random(f"{self.seed} {emotion} {number}")
        manner = Manner(round(chance.uniform(*STRENGTHS), 2), chance.randrange(2**31), {}, packaged_translator())
        picture = translated(photograph, manner.wish({emotion: 1.0}))
        made = f"emogan translate {real.name} emotion={emotion} intensity={manner.intensity} seed={manner.seed}"
        content = marked_png(picture, Mark(f"{made}, weights with SHA-256 {self.weights}", OTHER_FACE))
        try:
            pixels = decode(content, self.framing).pixels
        except UnusableImageError:
            return None
        name = changed_name(real, emotion, self.seed, number)
        return Candidate(number, name, real.name, self.weights, pixels, lambda: content)
