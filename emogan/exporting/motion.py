"""Weights of facial actions over time: a face on its way to an emotion and back, or what photographs show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.rendering.arkit import ARKIT, OWN
from emogan.rendering.expression import LIMIT, at_full
from emogan.rendering.streams import stream

TARGETS = (*ARKIT, *OWN)
RISE, HOLD, FALL = 0.4, 1.2, 0.6  # seconds to an emotion, of it, and back
STEPS = 8  # straight pieces of a rise or a fall
PHOTOGRAPHS = "photographs"
Frame = tuple[int, Mapping[str, float]]  # number from 0, facial actions


@dataclass(frozen=True, eq=False)
class Motion:
    """An animation: seconds (k,) from 0, and the weights (k, 56) of :data:`TARGETS` at each."""

    name: str
    seconds: NDArray[np.float32]
    weights: NDArray[np.float32]


def expressions(seed: int, sex: str, number: int) -> dict[Emotion, dict[str, float]]:
    """What a person's face does for each emotion, at full strength."""
    shown = {emotion: at_full(emotion, stream(seed, sex, number, "habits")) for emotion in EMOTIONS}
    return {emotion: {name: min(weight, LIMIT) for name, weight in does.items()} for emotion, does in shown.items()}


def row(actions: Mapping[str, float]) -> NDArray[np.float32]:
    """The weights (56,) of some facial actions; what a mesh cannot do without folding is left out."""
    return np.array([min(max(actions.get(name, 0.0), 0.0), LIMIT) for name in TARGETS], np.float32)


def there_and_back(name: str, rest: NDArray[np.float32], full: NDArray[np.float32]) -> Motion:
    """From rest to an expression and back to rest; slow at both ends of a way."""
    t = np.linspace(0, 1, STEPS + 1)
    share = t * t * (3 - 2 * t)
    seconds = np.concatenate([t * RISE, RISE + HOLD + t * FALL])
    shares = np.concatenate([share, 1 - share])[:, None]
    return Motion(name, seconds.astype(np.float32), ((1 - shares) * rest + shares * full).astype(np.float32))


def emotions_shown(shown: Mapping[Emotion, Mapping[str, float]], rest: NDArray[np.float32]) -> list[Motion]:
    """An animation for each emotion but the one that is at rest."""
    return [there_and_back(str(one), rest, row(does)) for one, does in shown.items() if one is not Emotion.NEUTRO]


def played(frames: Sequence[Frame], fps: float) -> Motion:
    """Facial actions of numbered frames as an animation; a frame that is missing is passed over straight."""
    seconds = np.array([number for number, _ in frames]) / fps
    return Motion(PHOTOGRAPHS, seconds.astype(np.float32), np.stack([row(actions) for _, actions in frames]))
