"""What a study found: the scores of every way to learn, and what they say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from emogan.core.tables import Table
from emogan.studying.arms import ARMS, PLAIN
from emogan.studying.cells import FILLED, Answered
from emogan.studying.imbalance import FER2013, KINDS, WHOLE
from emogan.studying.job import Setting, Studied
from emogan.studying.material import CLEAN, HARD
from emogan.studying.recognisers import RECOGNISERS
from emogan.studying.scores import Asked, Estimate, Scores, closed

SEED = 1  # of the drawn people and seeds
LITTLE = 0.9  # recall from which little is left to gain
MEASURES = ("balanced accuracy", "macro F1", "recall of the short")


@dataclass(frozen=True)
class Row:
    """A way to learn, with a recogniser for each seed.

    Attributes:
        short: the classes that lack images.
    """

    arm: str
    share: float
    short: Sequence[int]
    answered: Sequence[Answered]
    scores: Scores

    @property
    def says(self) -> str:
        """What tables call it."""
        if {one.cell.imbalance for one in self.answered} == {WHOLE}:
            return "all real images"
        times = "" if self.share in (0, FILLED) else f", {self.share:g} times as many"
        return f"{ARMS[self.arm].says}{times}"

    @property
    def learnt(self) -> str:
        """How many images it learnt from, real ones and drawn ones, in the mean over seeds."""
        real = sum(one.images for one in self.answered) / len(self.answered)
        drawn = sum(one.drawn for one in self.answered) / len(self.answered)
        return f"{real:.0f} + {drawn:.0f}" if ARMS[self.arm].drawn else f"{real:.0f}"

    @property
    def measures(self) -> list[Estimate]:
        """As ``MEASURES`` names them."""
        of = (self.scores.balanced_accuracy, self.scores.macro_f1, self.scores.recall_of(self.short))
        return [Estimate.of(one[0], one[1:]) for one in of]

    @property
    def recall(self) -> Estimate:
        """Of the short emotions."""
        return self.measures[-1]


@dataclass(frozen=True)
class Part:
    """An imbalance under a recogniser.

    Attributes:
        name: of the imbalance, the recogniser and, where it is not clean, the look.
        rows: the ways to learn from the unbalanced database.
        whole: all real images instead, which says what there is to gain.
    """

    name: str
    imbalance: str
    recogniser: str
    setting: Setting
    rows: Sequence[Row]
    whole: Row | None

    @property
    def title(self) -> str:
        """What was cut, and who learnt."""
        least, most = min(self.setting.left.values()), max(self.setting.left.values())
        names = " and ".join(str(emotion) for emotion in self.setting.short)
        what = f"{least} images of {names}, up to {most} of the others"
        if self.setting.name == FER2013:
            what = f"as unequal as FER2013, {least} to {most} images of an emotion"
        return f"{self.name}: {what}"

    @property
    def table(self) -> Table:
        """Every way to learn, with 95 % intervals."""
        rows = (*self.rows, self.whole) if self.whole else self.rows
        most = max(len(row.answered) for row in rows)
        lines = [[_with_seeds(row, most), row.learnt, *map(str, row.measures)] for row in rows]
        return Table(self.title, ("way to learn", "images", *MEASURES), lines)

    @property
    def rivals(self) -> list[Row]:
        """The ways that take no drawn face and do something."""
        return [row for row in self.rows if ARMS[row.arm].remedies and not ARMS[row.arm].drawn]

    def said(self) -> Iterator[str]:
        """For each way to learn from drawn faces, how it compares with the best single remedy without them, and with
        the best of several at once."""
        for row in self.rows:
            if not ARMS[row.arm].drawn or row.share != FILLED:
                continue
            for several, words in ((False, "the best single remedy"), (True, "several remedies at once")):
                if rivals := [one for one in self.rivals if (ARMS[one.arm].remedies > 1) is several]:
                    yield f"{self.name}: {_compared(row, rivals, words)}"


def _with_seeds(row: Row, most: int) -> str:
    """What tables call a row, which of a study that goes on may have fewer seeds than others."""
    seeds = len(row.answered)
    return row.says if seeds == most else f"{row.says} ({seeds} of {most} seeds)"


def _compared(row: Row, rivals: Sequence[Row], words: str) -> str:
    by_name = {one.says: one for one in rivals}
    best, share, more = closed(row.scores, {says: one.scores for says, one in by_name.items()}, row.short)
    recall = by_name[best].recall.value
    points = [f"{100 * value:+.1f}" for value in (more.value, more.low, more.high)]
    beside = f"balanced accuracy {points[0]} points ({points[1]} to {points[2]})"
    rival = f"{best} ({words} without drawn faces; recall of the short {100 * recall:.1f} %)"
    if recall >= 1:
        return f"{rival} leaves nothing to gain; {row.says}: {beside}."
    if share.value <= 0:
        return f"{row.says} do not help beside {rival}; {beside}."
    closes = f"{100 * share.value:.0f} % ({100 * share.low:.0f} to {100 * share.high:.0f})"
    little = ", which is little," if recall >= LITTLE else ""
    sure = "" if share.low > 0 else " The interval holds 0: this may be chance."
    return f"of what {rival} leaves{little} {row.says} close {closes}; {beside}.{sure}"


def parts_of(studied: Studied) -> list[Part]:
    """All of a study."""
    kinds = {(one.cell.look, one.cell.imbalance, one.cell.recogniser) for one in studied.answered}
    ordered = product((CLEAN, HARD), KINDS, RECOGNISERS)
    return [_part(studied, *kind) for kind in ordered if kind in kinds]


def _part(studied: Studied, look: str, imbalance: str, recogniser: str) -> Part:
    material, setting = studied.material, studied.imbalances[imbalance]
    asked = Asked.of(material.classes(material.asked), material.asked.people, len(material.emotions))
    short = [material.emotions.index(emotion) for emotion in setting.short]
    ways: dict[tuple[str, str, float], list[Answered]] = {}
    for one in studied.answered:
        if (one.cell.look, one.cell.recogniser) == (look, recogniser) and one.cell.imbalance in (imbalance, WHOLE):
            ways.setdefault((one.cell.imbalance, one.cell.arm, one.cell.share), []).append(one)

    def row(way: tuple[str, str, float]) -> Row:
        _, arm, share = way
        answered = sorted(ways[way], key=lambda one: one.cell.seed)
        return Row(arm, share, short, answered, asked.scores([one.answers for one in answered], SEED))

    own = sorted((way for way in ways if way[0] == imbalance), key=lambda way: (list(ARMS).index(way[1]), way[2]))
    whole = (WHOLE, PLAIN, 0.0)
    aside = "" if look == CLEAN else f"{look} "
    return Part(
        *(f"{aside}{imbalance}, {recogniser}", f"{aside}{imbalance}", recogniser, setting),
        *([row(way) for way in own], row(whole) if whole in ways else None),
    )
