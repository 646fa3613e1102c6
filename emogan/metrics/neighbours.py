"""What nearest neighbours say: fidelity, variety, and copying. All of features, with Euclidean distances.

Distances between many and many are made a block of rows at a time: all of 20,000 to 180,000 would take 14 GB.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from emogan.core.emotions import EMOTIONS

BLOCK = 2**24  # distances at a time: 64 MB


def manifold(real: Tensor, fake: Tensor, neighbours: int) -> dict[str, float]:
    """Precision, recall, density and coverage of features (n, d) and (m, d).

    Each face stands for the ball that reaches to its k-th neighbour among its own kind. Precision: fakes within a real
    ball; recall: reals within a fake's ball; density: real balls around a fake, against k; coverage: real balls with a
    fake in them. They depend on n and m: compare at equal sizes.

    Args:
        neighbours: k, below both n and m.

    Source: Kynkaanniemi et al., "Improved precision and recall" (2019); Naeem et al., "Reliable fidelity and diversity
    metrics" (2020).
    """
    real_reach, fake_reach = reach(real, neighbours), reach(fake, neighbours)
    balls = torch.zeros(len(fake), dtype=torch.int64, device=fake.device)  # of reals, around each fake
    recalled, covered = torch.empty(2, len(real), dtype=torch.bool, device=real.device)
    for rows, apart in _distances(real, fake):
        within_real = apart <= real_reach[rows, None]
        balls += within_real.sum(dim=0)
        recalled[rows] = (apart <= fake_reach[None]).any(dim=1)
        covered[rows] = within_real.any(dim=1)
    return {
        "precision": (balls > 0).float().mean().item(),
        "recall": recalled.float().mean().item(),
        "density": balls.float().mean().item() / neighbours,
        "coverage": covered.float().mean().item(),
    }


def reach(features: Tensor, neighbours: int) -> Tensor:
    """Distance (n,) of each feature (n, d) to its k-th neighbour, itself not counted."""
    found = [apart.kthvalue(neighbours + 1, dim=1).values for _, apart in _distances(features, features)]
    return torch.cat(found)


def nearest(faces: Tensor, emotions: Tensor, training: Tensor, training_emotions: Tensor) -> tuple[Tensor, Tensor]:
    """For each face (n, d): distance (n,) and place (n,) of the nearest training face (m, d) with its emotion.

    The distance is infinite where the training faces have none with it.
    """
    found = [(faces.new_empty(0), emotions.new_empty(0))]
    for rows, apart in _distances(faces, training):
        apart[emotions[rows, None] != training_emotions[None]] = torch.inf
        closest = apart.min(dim=1)
        found.append((closest.values, closest.indices))
    values, places = zip(*found, strict=True)
    return torch.cat(values), torch.cat(places)


def _distances(faces: Tensor, others: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """All distances between features (n, d) and (m, d), as rows (b, m) and which of the n they are of."""
    step = max(BLOCK // max(len(others), 1), 1)
    for start in range(0, len(faces), step):
        rows = slice(start, start + step)
        yield rows, torch.cdist(faces[rows], others)


def copying(fake_distances: Tensor, unseen_distances: Tensor, share: float = 0.05) -> float:
    """Share of fakes nearer to a training face than all but ``share`` of real faces of unseen people are.

    Real people score ``share`` by definition, a network that copies its training faces scores 1.

    Args:
        fake_distances: (n,) of generated faces, from :func:`nearest`.
        unseen_distances: (m,) of real faces of people that the network never saw.
    """
    return (fake_distances < unseen_distances.quantile(share)).float().mean().item()


def diversity(features: Tensor, emotions: Tensor) -> Tensor:
    """Mean distance (6,) between two faces (n, d) with the same emotion, for each emotion; NaN below two faces."""
    spreads = [torch.pdist(features[emotions == place]).mean() for place in range(len(EMOTIONS))]
    return torch.stack(spreads)
