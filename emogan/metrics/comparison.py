"""Systems and yardsticks, measured side by side on the same real faces."""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.data.face_set import Faces
from emogan.metrics import baselines as yardsticks
from emogan.metrics import classification as naming
from emogan.metrics import neighbours
from emogan.metrics.measuring import Looks, Row, Seen, Settings, Value, by_emotion, measure, see
from emogan.metrics.own import Measure, measure_own
from emogan.metrics.resampling import half_sample_errors
from emogan.recognition.training import Recipe, train_recogniser

log = logging.getLogger(__name__)

REAL, BLURRED, NOISE, COPIES = "real, other people", "real, blurred", "noise", "copies of the training faces"


@dataclass(frozen=True)
class Measured:
    """What was found out about one set of faces.

    Attributes:
        row: measures of all emotions together.
        emotions: measures of each emotion alone.
        confusion: emotions shown (rows) and named (columns), (6, 6).
        samples: ten faces of each emotion.
        closest: generated faces nearest to a training face, and that face; None where copying is not measured.
    """

    row: Row
    emotions: dict[Emotion, Row]
    confusion: Tensor
    samples: Faces
    closest: tuple[Tensor, Tensor] | None = None


@dataclass
class Comparison:
    """Measures sets of faces against the people of ``faces`` that are kept aside.

    Args:
        faces: all real faces of the data set, of the emotions that are measured; nobody knows whom the anonymous ones
            show, so they are on neither side.
        recogniser: trained on its other people, or the one that comes with emogan.
        feature: see :func:`emogan.metrics.measuring.see`.
        recipe: of the recognisers that are trained on generated faces.
        own: measures of the person's own, by name.
    """

    faces: Faces
    recogniser: Looks
    feature: nn.Module | None
    recipe: Recipe
    settings: Settings
    own: Mapping[str, Measure] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kept_aside, self.others = self.faces[self.faces.held_out], self.faces[self.faces.other_people]
        self.reference = self.see(self.kept_aside)

    def see(self, faces: Faces) -> Seen:
        """``faces`` as measures see them."""
        with self.clock("features"):
            return see(faces, self.recogniser, self.feature)

    @contextmanager
    def clock(self, what: str) -> Iterator[None]:
        """Add the time spent within to ``seconds[what]``."""
        began = time.monotonic()
        yield
        self.seconds[what] = self.seconds.get(what, 0.0) + time.monotonic() - began

    def yardsticks(self, learnt: Faces, unseen: bool) -> dict[str, Measured]:
        """Rows that show what good and bad look like.

        Args:
            learnt: the faces that a system was trained on.
            unseen: whether the people kept aside are not among them.
        """
        aside, others, seed = self.kept_aside, self.others, self.settings.seed
        training = learnt if unseen else None
        copies = yardsticks.copies(learnt, len(others), seed)
        return {
            REAL: self.measured(others, training, fresh=aside),
            BLURRED: self.measured(yardsticks.blurred(others), training, fresh=yardsticks.blurred(aside)),
            NOISE: self.measured(yardsticks.noise(others, seed), training),
            COPIES: self.measured(copies, training),
        }

    def measured(self, faces: Faces, learnt: Faces | None, fresh: Faces | None = None) -> Measured:
        """Everything about ``faces``.

        Args:
            learnt: real faces they may be copies of; None: copying is not measured.
            fresh: see :func:`emogan.metrics.measuring.measure`.
        """
        seen, training = self.see(faces), None if learnt is None else self.see(learnt)
        fresh_seen = seen if fresh is None else self.see(fresh)
        with self.clock("measures"):
            sets = (self.reference, seen, fresh_seen, training, self.settings)
            row = measure(*sets)
            emotions = by_emotion(*sets)
            row |= self._own(faces)
            emotions = {emotion: of_one | self._own(faces.of(emotion)) for emotion, of_one in emotions.items()}
        row |= self.classification_accuracy(faces)
        shown = faces if fresh is None else fresh
        samples = self._samples(shown)
        counts = naming.confusion(fresh_seen.emotions, fresh_seen.named)
        closest = None
        if learnt is not None and training is not None:
            away, which = neighbours.nearest(
                fresh_seen.features, fresh_seen.emotions, training.features, training.emotions
            )
            first = away.argsort()[:10]
            closest = shown.images[first], learnt.images[which[first]]
        return Measured(row, emotions, counts, samples, closest)

    def classification_accuracy(self, faces: Faces) -> Row:
        """How well a recogniser that learnt from ``faces`` alone names real faces of people kept aside.

        Source: Ravuri and Vinyals, "Classification accuracy score" (2019). Its reverse, a recogniser that learnt from
        real faces and names generated ones, is the emotion accuracy. Left out unless all six emotions are there.
        """
        if len(faces.emotions.unique()) < len(EMOTIONS):
            return {}
        with self.clock("classification accuracy"):
            recipe = replace(self.recipe, redraw=0.0)
            learner = train_recogniser(faces.images, faces.emotions, recipe)
            _, named = learner.look(self.kept_aside.images)
        shown = self.kept_aside.emotions

        def right(places: Tensor) -> dict[str, float]:
            return {"cas": naming.accuracy(naming.confusion(shown[places], named[places]))}

        settings = self.settings
        errors = half_sample_errors(right, [self.kept_aside.people], settings.bootstrap, settings.seed)
        return {"cas": Value(right(torch.arange(len(shown)))["cas"], errors.get("cas"))}

    def _own(self, faces: Faces) -> Row:
        shown = torch.isin(self.kept_aside.emotions, faces.emotions)
        return measure_own(self.own, self.kept_aside[shown], faces, self.settings)

    def _samples(self, faces: Faces) -> Faces:
        generator = torch.Generator().manual_seed(self.settings.seed)
        places = []
        for place in faces.emotions.unique():
            own = (faces.emotions == place).nonzero()[:, 0]
            places.append(own[torch.randperm(len(own), generator=generator)[:10]])
        return faces[torch.cat(places)]
