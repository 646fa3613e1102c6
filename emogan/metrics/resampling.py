"""How certain a measure is."""

from collections.abc import Callable, Mapping, Sequence

import torch

Values = Mapping[str, float]


def half_sample_errors(
    measure: Callable[..., Values],
    real_people: Sequence[str],
    others: Sequence[int],
    draws: int,
    seed: int,
) -> dict[str, float]:
    """Standard error of each measure, from random halves: half of the real people, and half of every other set.

    The deviation of a mean over random halves, drawn without replacement, equals the standard error of the mean over
    all. A bootstrap with replacement is not fit here: a face drawn twice is its own nearest neighbour.

    Args:
        measure: gives values for the places to use: of real faces, and of each other set.
        real_people: who each real face shows: a person is in a half with all of their faces.
        others: the size of each other set.

    Source: McCarthy, "Pseudo-replication: half samples" (1969).
    """
    generator = torch.Generator().manual_seed(seed)
    names = sorted(set(real_people))
    person = torch.tensor([names.index(name) for name in real_people])
    values: dict[str, list[float]] = {}
    for _ in range(draws):
        chosen = torch.randperm(len(names), generator=generator)[: max(1, len(names) // 2)]
        reals = torch.isin(person, chosen).nonzero()[:, 0]
        halves = [torch.randperm(size, generator=generator)[: max(1, size // 2)] for size in others]
        for name, value in measure(reals, *halves).items():
            values.setdefault(name, []).append(value)
    return {name: torch.tensor(found).std().item() for name, found in values.items()}
