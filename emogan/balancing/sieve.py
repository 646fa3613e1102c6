"""What a generated face must pass before it comes into a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.data.face_set import Faces
from emogan.metrics.features import check_features
from emogan.networks.recogniser import Recogniser

# Why a face is refused, in the order in which it is asked.
OTHER = "read as another emotion"
UNSURE = "below the confidence"
NO_FACE = "farther from every real face than real people are"
COPY = "nearer to a real face than real people are"
TWICE = "nearer to a face that was kept than real people are"
REASONS = (OTHER, UNSURE, NO_FACE, COPY, TWICE)

# Of the real faces, how many lie below the least distance and how many above the most: the share that
# emogan.metrics.neighbours.copying takes. By definition the sieve takes nine real faces of ten for real.
SHARE = 0.05
FEWEST_PEOPLE = 5
ROWS = 512  # of a matrix of distances at once


@dataclass(frozen=True)
class Yardstick:
    """How near real people come to one another: the distances between which 90 % of real faces have their nearest.

    Attributes:
        far: of each emotion, by its place in the menu.
    """

    near: float
    far: Mapping[int, float]

    @property
    def told(self) -> dict[str, Any]:
        """The same as plain values."""
        far = {EMOTIONS[place].value: round(distance, 4) for place, distance in self.far.items()}
        return {"near": round(self.near, 4), "far": far}


@dataclass(frozen=True)
class Verdict:
    """What the sieve says of a face.

    Attributes:
        refused: one of ``REASONS``; "" for a face that passes.
        confidence: the recogniser's, in the emotion that was asked for.
        nearest: place of the nearest real face, plain or mirrored.
        distance: to it.
    """

    refused: str
    confidence: float
    nearest: int
    distance: float


@dataclass
class Sieve:
    """Judges faces of one emotion after the other; those that pass are remembered, so that none passes twice.

    Attributes:
        real: features (m, d) of the real faces, ``mirrored`` of the same faces mirrored.
        confidence: the least that a face's emotion must be named with.
        kept: features of the faces of this emotion that passed, ``turned`` of the same mirrored.
    """

    recogniser: Recogniser
    real: Tensor
    mirrored: Tensor
    yardstick: Yardstick
    confidence: float
    kept: Tensor = field(init=False)
    turned: Tensor = field(init=False)

    def __post_init__(self) -> None:
        self.forget()

    @classmethod
    def of(cls, recogniser: Recogniser, faces: Faces, confidence: float) -> "Sieve":
        """The sieve of a database's real ``faces``.

        Raises:
            UserError: when they show too few people to say how near two of them come to each other.
        """
        if (people := len(set(faces.people))) < FEWEST_PEOPLE:
            raise UserError(
                f"The database shows {people} people: expected at least {FEWEST_PEOPLE}, so that it can be said how"
                " near real people come to each other; add people, or tell them apart with data.person=PATTERN."
            )
        real, mirrored = (recogniser.look(images)[0] for images in (faces.images, faces.images.flip(3)))
        check_features(real, "The recogniser")
        return cls(recogniser, real, mirrored, yardstick_of(real, mirrored, faces.people, faces.emotions), confidence)

    def forget(self) -> None:
        """Begin another emotion: the same person may show several."""
        self.kept = self.turned = self.real.new_empty(0, self.real.shape[1])

    def judge(self, images: Tensor, emotion: Emotion) -> list[Verdict]:
        """A verdict for each of ``images``, uint8 (n, c, h, w), in their order."""
        features, logits = self.recogniser.read(images)
        shares = logits.softmax(dim=1)
        asked = EMOTIONS.index(emotion)
        closest = apart(features, self.real, self.mirrored).min(dim=1)
        verdicts = []
        for row in range(len(images)):
            confidence, distance = shares[row, asked].item(), closest.values[row].item()
            refused = ""
            if int(shares[row].argmax()) != asked:
                refused = OTHER
            elif confidence < self.confidence:
                refused = UNSURE
            elif distance > self.yardstick.far[asked]:
                refused = NO_FACE
            elif distance < self.yardstick.near:
                refused = COPY
            elif self._is_known(features[row : row + 1]):
                refused = TWICE
            else:
                self._keep(features[row : row + 1], images[row : row + 1])
            verdicts.append(Verdict(refused, confidence, int(closest.indices[row]), distance))
        return verdicts

    def _is_known(self, face: Tensor) -> bool:
        return len(self.kept) > 0 and bool((apart(face, self.kept, self.turned) < self.yardstick.near).any())

    def _keep(self, face: Tensor, image: Tensor) -> None:
        turned, _ = self.recogniser.read(image.flip(3))
        self.kept, self.turned = torch.cat([self.kept, face]), torch.cat([self.turned, turned])


def apart(faces: Tensor, others: Tensor, mirrored: Tensor) -> Tensor:
    """Distances (n, m) of features (n, d) to ``others`` (m, d) or to the same ``mirrored``, whichever is nearer."""
    return torch.minimum(torch.cdist(faces, others), torch.cdist(faces, mirrored))


def yardstick_of(real: Tensor, mirrored: Tensor, people: Sequence[str], emotions: Tensor) -> Yardstick:
    """How far real faces (n, d) are from the nearest face of another person, plain or mirrored, of any emotion.

    Faces of an emotion that has few are farther from their nearest than others: ``far`` is what it is for all faces, or
    for those of the emotion where that is more.

    Args:
        emotions: (n,), the place of each face's emotion in the menu.
    """
    number = {person: place for place, person in enumerate(sorted(set(people)))}
    who = torch.tensor([number[person] for person in people])
    parts = []
    for start in range(0, len(real), ROWS):
        rows = slice(start, start + ROWS)
        distances = apart(real[rows], real, mirrored)
        distances[who[rows, None] == who[None]] = torch.inf
        parts.append(distances.min(dim=1).values)
    nearest = torch.cat(parts)
    far = {
        int(place): torch.maximum(*(some.quantile(1 - SHARE) for some in (nearest, nearest[emotions == place]))).item()
        for place in emotions.unique()
    }
    return Yardstick(nearest.quantile(SHARE).item(), far)
