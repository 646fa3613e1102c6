"""All measures of one set of faces: a row of the table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.data.face_set import Faces
from emogan.metrics import classification as naming
from emogan.metrics import distances, neighbours
from emogan.metrics.features import check_features
from emogan.metrics.resampling import half_sample_errors

CHUNK = 256
EQUAL_DRAWS = 10  # of as many fakes as there are reals, where measures depend on the number
MOST_FOR_ERROR = 500  # generated faces in a half, for KID


@dataclass(frozen=True)
class Value:
    """A measure.

    Attributes:
        error: its standard error from half samples; None: not estimated.
        spread: its deviation over the subsets that it is the mean of (KID); None: it is no such mean.
    """

    value: float
    error: float | None = None
    spread: float | None = None


Row = dict[str, Value]


@dataclass(frozen=True)
class Settings:
    """How to measure.

    Attributes:
        neighbours: k of precision, recall, density and coverage.
        subsets, subset_size: of KID.
        bootstrap: half samples that standard errors come from; 0 estimates none.
        seed: of every random choice.
    """

    neighbours: int
    subsets: int
    subset_size: int
    bootstrap: int
    seed: int


@dataclass(frozen=True)
class Seen:
    """Faces as measures see them: features (n, d), emotion shown (n,) and named (n,), and who is shown."""

    features: Tensor
    emotions: Tensor
    named: Tensor
    people: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, places: Tensor) -> "Seen":
        people = tuple(self.people[i] for i in places.tolist())
        return Seen(self.features[places], self.emotions[places], self.named[places], people)

    def of(self, emotions: Tensor) -> "Seen":
        """The faces with one of ``emotions``."""
        return self[torch.isin(self.emotions, emotions).nonzero()[:, 0]]


class Looks(Protocol):
    """What faces are looked at with."""

    def look(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Features (n, d) and the place of the emotion (n,) that is named, of images (n, c, h, w) from 0 to 255."""
        ...


@torch.inference_mode()
def see(faces: Faces, recogniser: Looks, feature: nn.Module | None) -> Seen:
    """Look at ``faces`` through ``feature``, float images in [0, 1] to vectors; None: the recogniser's own features.

    Raises:
        UserError: when that gives no vectors of numbers.
    """
    features, named = recogniser.look(faces.images)
    check_features(features, "The recogniser")
    if feature is not None:
        features = torch.cat([feature(batch.float() / 255).float().flatten(1) for batch in faces.images.split(CHUNK)])
        check_features(features, f"feature={type(feature).__name__}")
    return Seen(features, faces.emotions, named, faces.people)


def check_enough(faces: Faces, per_emotion: Emotion, needed: int, what: str, remedy: str) -> None:
    """Raise a UserError when there are fewer than ``needed`` faces of an emotion."""
    count = len(faces.of(per_emotion))
    if count < needed:
        raise UserError(
            f"KID, coverage and copying need at least {needed} {what} of {per_emotion}, got {count}: {remedy}."
        )


def measure(reference: Seen, faces: Seen, fresh: Seen, training: Seen | None, settings: Settings) -> Row:
    """Every measure of ``faces`` but the classification accuracy score, which needs a training.

    Args:
        reference: real faces of people kept aside.
        faces: what is measured against them.
        fresh: what is named and searched for copies; ``faces``, but for yardsticks made of training people's faces.
        training: real faces that were learnt from, for copying; None where nobody is unseen.
    """
    real = reference.of(faces.emotions.unique())
    generator = torch.Generator().manual_seed(settings.seed)
    mean, spread = distances.kid(real.features, faces.features, settings.subsets, settings.subset_size, settings.seed)
    values = {"kid": mean, "fid": distances.fid(real.features, faces.features)}
    values |= _manifold(real, faces, settings.neighbours, generator)
    values |= _of_each_face(real, faces, fresh, training)

    def of_halves(reals: Tensor, fakes: Tensor, others: Tensor) -> Mapping[str, float]:
        some, half = real[reals], faces[fakes]
        found = {"kid": distances.whole_kid(some.features, half.features[:MOST_FOR_ERROR])}
        found |= _manifold(some, half, settings.neighbours, generator)
        return found | _of_each_face(some, half, half if fresh is faces else fresh[others], training)

    people = [real.people, faces.people, fresh.people]
    errors = half_sample_errors(of_halves, people, settings.bootstrap, settings.seed)
    spreads = {"kid": spread}
    return {name: Value(value, errors.get(name), spreads.get(name)) for name, value in values.items()}


def _manifold(real: Seen, faces: Seen, k: int, generator: torch.Generator) -> dict[str, float]:
    """Of as many reals as fakes, chosen at random, several times: these measures depend on both numbers."""
    size = min(len(real), len(faces))
    if size <= k:  # too small a half
        return {}
    draws = []
    for _ in range(EQUAL_DRAWS):
        some, others = (one.features[torch.randperm(len(one), generator=generator)[:size]] for one in (real, faces))
        draws.append(neighbours.manifold(some, others, k))
    return {name: sum(draw[name] for draw in draws) / EQUAL_DRAWS for name in draws[0]}


def _of_each_face(real: Seen, faces: Seen, fresh: Seen, training: Seen | None) -> dict[str, float]:
    spread = neighbours.diversity(faces.features, faces.emotions) / neighbours.diversity(real.features, real.emotions)
    found = {
        "accuracy": naming.accuracy(naming.confusion(fresh.emotions, fresh.named)),
        "diversity": spread[~spread.isnan()].mean().item(),
    }
    if training is not None:
        learnt = training.features, training.emotions
        fakes, _ = neighbours.nearest(fresh.features, fresh.emotions, *learnt)
        unseen, _ = neighbours.nearest(real.features, real.emotions, *learnt)
        found["copying"] = neighbours.copying(fakes, unseen)
    return found


def by_emotion(
    reference: Seen, faces: Seen, fresh: Seen, training: Seen | None, settings: Settings
) -> dict[Emotion, Row]:
    """The same of each emotion that ``faces`` show, alone."""
    rows = {}
    for place in faces.emotions.unique():
        alone = faces.of(place)
        others = alone if fresh is faces else fresh.of(place)
        learnt = training.of(place) if training is not None else None
        rows[EMOTIONS[int(place)]] = measure(reference.of(place), alone, others, learnt, settings)
    return rows
