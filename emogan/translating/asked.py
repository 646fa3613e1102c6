"""What a person asks faces to do, as wishes and films."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emogan.core import emotions
from emogan.core.emotions import EMOTIONS
from emogan.sampling.asked import Mix, asked
from emogan.translating.films import Films, Step
from emogan.translating.network import TrainedTranslator
from emogan.translating.signals import read_signal
from emogan.translating.wishes import Wish, wished

ACTIONS, SIGNAL = "actions", "signal"  # names of files


@dataclass(frozen=True)
class Manner:
    """How emotions are shown.

    Attributes:
        intensity: 0 is neutro, 1 full.
        seed: which of the ways to show each.
        actions: facial actions that stand as they are here.
        by: the network that shows them.
    """

    intensity: float
    seed: int
    actions: Mapping[str, float]
    by: TrainedTranslator

    def wish(self, mix: Mix | None) -> Wish:
        """For a mix of emotions; None: what a face does already stays, but for ``actions``."""
        shown = None if mix is None else wished(mix, self.intensity, self.seed)
        return Wish(shown, self.actions, self.by)


def wishes(emotion: emotions.Asked, mix: object, manner: Manner) -> dict[str, Wish]:
    """What the faces are to show, each under its name for files.

    Raises:
        UserError: when nothing is asked for, or wrongly.
    """
    if emotion is None and mix is None and manner.actions:
        return {ACTIONS: manner.wish(None)}
    return {name: manner.wish(one) for name, one in asked(emotion, mix).items()}


def following(signal: Path, fps: float, smooth: float, manner: Manner) -> tuple[Films, list[str]]:
    """A film that does what a table of labels says, and what of the table is left out.

    Raises:
        UserError: when it is no such table, or too long.
    """
    read = read_signal(signal)
    steps = [
        Step(manner.wish(dict(zip(EMOTIONS, weights, strict=True)))) for weights in read.frames(fps, smooth).tolist()
    ]
    return Films({SIGNAL: steps}, fps, pictures=True), [f"Left out of the signal: {one}" for one in read.left_out]
