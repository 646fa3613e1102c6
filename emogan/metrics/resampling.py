"""How certain a measure is."""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

Values = Mapping[str, float]


def half_sample_errors(
    measure: Callable[..., Values],
    people: Sequence[Sequence[str]],
    draws: int,
    seed: int,
) -> dict[str, float]:
    """Standard error of each measure, from random halves: half of the people of every set.

    The deviation of a mean over random halves, drawn without replacement, equals the standard error of the mean over
    all. A bootstrap with replacement is not fit here: a face drawn twice is its own nearest neighbour.

    Args:
        measure: gives values for the places to use of each set; a value that it leaves out is not counted.
        people: who each face shows, set by set. A person is in a half with all of their faces, and sets of the same
            people are halved alike.

    Source: McCarthy, "Pseudo-replication: half samples" (1969).
    """
    generator = torch.Generator().manual_seed(seed)
    names = [sorted(set(shown)) for shown in people]
    numbers = [torch.tensor([own.index(name) for name in shown]) for own, shown in zip(names, people, strict=True)]
    values: dict[str, list[float]] = {}
    for _ in range(draws):
        drawn: dict[tuple[str, ...], Tensor] = {}
        halves = []
        for own, number in zip(names, numbers, strict=True):
            if tuple(own) not in drawn:
                drawn[tuple(own)] = torch.randperm(len(own), generator=generator)[: max(1, len(own) // 2)]
            halves.append(torch.isin(number, drawn[tuple(own)]).nonzero()[:, 0])
        for name, value in measure(*halves).items():
            values.setdefault(name, []).append(value)
    return {name: torch.tensor(found).std().item() for name, found in values.items() if len(found) > 1}
