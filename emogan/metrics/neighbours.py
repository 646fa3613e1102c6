"""What nearest neighbours say: fidelity, variety, and copying. All of features, with Euclidean distances."""

import torch
from torch import Tensor

from emogan.core.emotions import EMOTIONS


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
    apart = torch.cdist(real, fake)
    real_reach, fake_reach = reach(real, neighbours), reach(fake, neighbours)
    within_real = apart <= real_reach[:, None]
    return {
        "precision": within_real.any(dim=0).float().mean().item(),
        "recall": (apart <= fake_reach[None]).any(dim=1).float().mean().item(),
        "density": within_real.sum(dim=0).float().mean().item() / neighbours,
        "coverage": within_real.any(dim=1).float().mean().item(),
    }


def reach(features: Tensor, neighbours: int) -> Tensor:
    """Distance (n,) of each feature (n, d) to its k-th neighbour, itself not counted."""
    return torch.cdist(features, features).kthvalue(neighbours + 1, dim=1).values


def nearest(faces: Tensor, emotions: Tensor, training: Tensor, training_emotions: Tensor) -> tuple[Tensor, Tensor]:
    """For each face (n, d): distance (n,) and place (n,) of the nearest training face (m, d) with its emotion.

    The distance is infinite where the training faces have none with it.
    """
    apart = torch.cdist(faces, training)
    apart[emotions[:, None] != training_emotions[None]] = torch.inf
    closest = apart.min(dim=1)
    return closest.values, closest.indices


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
