"""What a person asks to see: emotions or mixes of them, who, and how they are drawn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isfinite

from emogan.core import emotions
from emogan.core.emotions import ALL, AND, EMOTIONS, Emotion
from emogan.core.errors import UserError

Mix = Mapping[Emotion, float]  # shares of emotions


@dataclass(frozen=True)
class People:
    """Faces ``first`` to ``first + count`` (without it) of a seed: face k of a seed is always the same person."""

    count: int
    seed: int
    first: int = 0

    def label(self, number: int) -> str:
        """What identifies the person ``number`` of these: the seed and the number of the face."""
        return f"s{self.seed}_{self.first + number:04d}"


@dataclass(frozen=True)
class Look:
    """How faces are drawn.

    Attributes:
        truncation: 1 draws people as they come, towards 0 more typical ones, above 1 more varied ones.
        median: whether a 3x3 median cleans them.
    """

    truncation: float
    median: bool


def asked(emotion: emotions.Asked, mix: object = None) -> dict[str, Mix]:
    """What to show, one after the other, each under its name for files.

    Args:
        emotion: one in any of its words, several in a list, or ``todas``.
        mix: instead: shares of emotions by their names.

    Raises:
        UserError: when neither says what to show, or both do, or wrongly.
    """
    if mix is None:
        return {str(one): {one: 1.0} for one in emotions.chosen(emotion)}
    shares = mix if isinstance(mix, Mapping) else {}
    numbers = [share for share in shares.values() if isinstance(share, int | float) and not isinstance(share, bool)]
    fine = numbers and len(numbers) == len(shares) and min(numbers) >= 0 and isfinite(sum(numbers)) and sum(numbers) > 0
    if emotion is not None or not fine:
        raise UserError(
            f"mix={mix} is not usable: expected shares of emotions such as 'mix={{raiva:0.7,medo:0.3}}', each at"
            " least 0, and no emotion= beside it."
        )
    found: dict[Emotion, float] = {}
    for name, share in shares.items():
        one = emotions.parse(name if isinstance(name, Emotion) else str(name))
        found[one] = found.get(one, 0.0) + float(share)
    return {name_of(found): found}


def name_of(mix: Mix) -> str:
    """A name for files: the emotions, with their shares where there are several."""
    return "_".join(f"{e}" if len(mix) == 1 else f"{e}{share:g}" for e, share in mix.items())


def title_of(shown: Collection[str]) -> str:
    """A name for a folder with all that is ``shown``, as :func:`asked` names it."""
    return ALL if len(shown) == len(EMOTIONS) else AND.join(shown)
