"""How well recognisers name emotions, with 95 % intervals over the people who are asked about and over the seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

DRAWS = 2000  # of people and seeds, with replacement
OUTER = 0.05  # of the draws lie outside of an interval


@dataclass(frozen=True)
class Estimate:
    """A value, and the limits between which it lies in 95 % of all draws of people and seeds."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, value: Tensor, draws: Tensor) -> "Estimate":
        """From a value and the same of ``draws`` (n,); those without one (nan) are left out."""
        draws = draws[~draws.isnan()]
        if not len(draws):
            return cls(value.item(), float("nan"), float("nan"))
        low, high = torch.quantile(draws, torch.tensor([OUTER / 2, 1 - OUTER / 2], dtype=draws.dtype)).tolist()
        return cls(value.item(), low, high)

    def __str__(self) -> str:
        return f"{100 * self.value:.1f} ({100 * self.low:.1f} to {100 * self.high:.1f})"


@dataclass(frozen=True)
class Scores:
    """Of an arm's recognisers, one for each seed: the value first, then ``DRAWS`` values of drawn people and seeds.

    Attributes:
        recall: (1 + draws, classes), the mean over seeds.
        macro_f1: (1 + draws,), the mean over classes, then over seeds.
    """

    recall: Tensor
    macro_f1: Tensor

    @property
    def balanced_accuracy(self) -> Tensor:
        """(1 + draws,)."""
        return self.recall.mean(dim=1)

    def recall_of(self, classes: Sequence[int]) -> Tensor:
        """The mean recall of some classes, (1 + draws,)."""
        return self.recall[:, list(classes)].mean(dim=1)


@dataclass(frozen=True)
class Asked:
    """What is asked: the images of people whom nothing saw.

    Attributes:
        classes: int64 (n,).
        people: (n,), the place of each image's person.
        known: how many classes there are.
    """

    classes: Tensor
    people: Tensor
    known: int

    @classmethod
    def of(cls, classes: Sequence[int], people: Sequence[str], known: int) -> "Asked":
        """From the names of the people."""
        names = {name: place for place, name in enumerate(sorted(set(people)))}
        return cls(torch.tensor(classes), torch.tensor([names[name] for name in people]), known)

    def scores(self, answers: Sequence[Sequence[int]], seed: int) -> Scores:
        """Of ``answers``, a row for each seed of the recognisers; ``seed`` draws the people and seeds.

        Two arms with equally many rows are drawn alike, so that differences of their scores are differences of pairs.
        """
        rows, people = len(answers), int(self.people.max()) + 1
        counts = torch.zeros(rows, people, self.known, self.known, dtype=torch.float64)  # true, named
        for row, named in zip(counts, torch.tensor(answers), strict=True):
            one = torch.ones(len(named), dtype=torch.float64)
            row.index_put_((self.people, self.classes, named), one, accumulate=True)
        generator = torch.Generator().manual_seed(seed)
        of_people, of_rows = drawn(people, generator), drawn(rows, generator)
        confusions = torch.einsum("dp,rptn->drtn", of_people, counts)
        right = confusions.diagonal(dim1=2, dim2=3)
        recall = right / confusions.sum(dim=3)  # no image of a class: nan
        f1 = 2 * right / (confusions.sum(dim=3) + confusions.sum(dim=2))
        share = (of_rows / rows)[:, :, None]
        return Scores((recall * share).sum(dim=1), (f1 * share).sum(dim=1).nanmean(dim=1))


def drawn(count: int, generator: torch.Generator) -> Tensor:
    """How often each of ``count`` things comes, (1 + DRAWS, count): each once, then as drawn with replacement."""
    chosen = torch.randint(count, (DRAWS, count), generator=generator)
    often = torch.zeros(DRAWS, count, dtype=torch.float64).scatter_add_(
        1, chosen, torch.ones(DRAWS, count, dtype=torch.float64)
    )
    return torch.cat([torch.ones(1, count, dtype=torch.float64), often])


def closed(ours: Scores, rivals: Mapping[str, Scores], classes: Sequence[int]) -> tuple[str, Estimate, Estimate]:
    """How much of what the best rival leaves of the recall of ``classes`` ours close, and what that costs.

    Returns:
        The rival, the share closed (1: nothing is left; below 0: ours are worse), and the difference of the balanced
        accuracies.
    """
    best = max(rivals, key=lambda name: rivals[name].recall_of(classes)[0].item())
    rival = rivals[best]
    left = 1 - rival.recall_of(classes)
    share = (ours.recall_of(classes) - rival.recall_of(classes)) / torch.where(left > 0, left, torch.nan)
    more = ours.balanced_accuracy - rival.balanced_accuracy
    return best, Estimate.of(share[0], share[1:]), Estimate.of(more[0], more[1:])
