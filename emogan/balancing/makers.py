"""What makes the faces that are missing: a network that draws, one that changes real faces, or both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest
from typing import Literal

from omegaconf import DictConfig

from emogan.balancing.candidates import Candidate, Drawer, Maker, Network
from emogan.balancing.changing import AT_ONCE, Changer
from emogan.balancing.tree import Real
from emogan.core.emotions import Emotion
from emogan.data.decode import Framing
from emogan.sampling.asked import Look

By = Literal["gan", "translate", "both"]


def draws(by: By) -> bool:
    """Whether people who do not exist are drawn, which takes a network that knows the database."""
    return by != "translate"


def maker_of(settings: DictConfig, network: Network | None, reals: Sequence[Real], framing: Framing) -> Maker:
    """What the settings of a balancing ask for; ``network`` is needed where it :func:`draws`."""
    makers: list[Maker] = []
    if draws(settings.by):
        assert network is not None
        makers.append(Drawer(network, settings.seed, Look(settings.truncation, settings.median)))
        height, channels = network.shape
        framing = replace(framing, image_size=height, channels=channels)  # all candidates look alike
    if settings.by != "gan":
        makers.append(Changer(reals, framing, settings.seed))
    return InTurn(makers) if len(makers) > 1 else makers[0]


@dataclass(frozen=True)
class InTurn:
    """Asks several makers for as many faces each: one of the first, one of the next, and so on."""

    makers: Sequence[Maker]

    def candidates(self, emotion: Emotion, most: int) -> Iterator[list[Candidate]]:
        """See :class:`Maker`."""
        share = -(-most // len(self.makers))
        each = (chain.from_iterable(maker.candidates(emotion, share)) for maker in self.makers)
        turns = (one for turn in zip_longest(*each) for one in turn if one is not None)
        while some := list(islice(turns, AT_ONCE)):
            yield some

    def seconds(self, faces: int) -> float:
        """See :class:`Maker`."""
        share = -(-faces // len(self.makers))
        return sum(maker.seconds(share) for maker in self.makers)
