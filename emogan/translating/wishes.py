"""What a face is wished to do: emotions as facial actions, with the variation that people have."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from emogan.core.emotions import Emotion
from emogan.rendering.expression import show
from emogan.rendering.streams import stream
from emogan.translating.network import TrainedTranslator

CLOSED = 0.45  # of eyeBlink: the eyes are closing; nobody wishes for that by chance
ATTEMPTS = 100
SIDES = ("Left", "Right")


def wished(shares: Mapping[Emotion, float], intensity: float, seed: int) -> dict[str, float]:
    """The facial actions of an emotion or a mix.

    Args:
        shares: of each emotion, brought to a sum of 1.
        intensity: 0 is neutro, 1 full.
        seed: which of the ways to show it; the same for the same seed.
    """
    total = sum(shares.values())
    parts = [(share / total, _shown(emotion, intensity, seed)) for emotion, share in shares.items()]
    names = sorted({name for _, actions in parts for name in actions})
    return {name: sum(share * actions.get(name, 0.0) for share, actions in parts) for name in names}


def _shown(emotion: Emotion, intensity: float, seed: int) -> dict[str, float]:
    emotion = emotion if intensity > 0 else Emotion.NEUTRO
    for attempt in range(ATTEMPTS):
        names = ("habits", f"{emotion}", f"{emotion} {attempt}")
        habits, manner, photo = (stream(seed, "wish", name) for name in names)
        actions = show(emotion, (intensity, intensity), habits, manner, photo).actions
        if max(actions.get(f"eyeBlink{side}", 0.0) for side in SIDES) < CLOSED:
            break
    return actions


@dataclass(frozen=True)
class Wish:
    """What a face is to do.

    Attributes:
        shown: all its facial actions; None: those that it does already.
        given: some of them, instead; a name without a side sets both.
        by: the network that does it.
        added: to facial actions, in the end; a name without a side means both.
    """

    shown: Mapping[str, float] | None
    given: Mapping[str, float]
    by: TrainedTranslator
    added: Mapping[str, float] = field(default_factory=dict)

    def of(self, read: Mapping[str, float]) -> dict[str, float]:
        """The facial actions in the end of a face in which ``read`` was read."""
        given = {one: float(value) for name, value in self.given.items() for one in self._meant(name)}
        end = {**(read if self.shown is None else self.shown), **given}
        for name, value in self.added.items():
            for one in self._meant(name):
                end[one] = end.get(one, 0.0) + value
        return end

    def _meant(self, name: str) -> list[str]:
        sides = [f"{name}{side}" for side in SIDES]
        return [one for one in (name, *sides) if one in self.by.actions]
