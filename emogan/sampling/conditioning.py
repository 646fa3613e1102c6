"""What a conditional network is asked to show: a weight for each of the six emotions."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from emogan.core.emotions import COUNT, Emotion


def pure(places: Tensor) -> Tensor:
    """Places (n,) in the paper's menu, from 0, as weights (n, 6): 1 for that emotion."""
    # Not one_hot, which reads its input to check it: a GPU would be waited for.
    return (places[..., None] == torch.arange(COUNT, device=places.device)).float()


def graded(places: Tensor, strengths: Tensor) -> Tensor:
    """Places (n,) in the paper's menu and strengths (n,), 1 for full, as weights (n, 6): the rest is neutro."""
    neutral = (torch.arange(COUNT, device=places.device) == Emotion.NEUTRO.number - 1).float()
    return torch.lerp(neutral.expand(len(places), -1), pure(places), strengths[:, None])


def spread(strengths: Tensor, count: int, seed: int) -> Tensor:
    """``count`` strengths spread as ``strengths`` (n,) are, in an order that ``seed`` gives."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    return strengths.float().quantile((order + 0.5) / count)


def mixture(mix: Mapping[Emotion, float], intensity: float) -> Tensor:
    """Weights (6,) of a mix of emotions.

    Args:
        mix: shares, brought to a sum of 1.
        intensity: how far from neutro: 0 is neutro, 1 the mix itself, above 1 exaggerates it.
    """
    neutral = pure(torch.tensor(Emotion.NEUTRO.number - 1))
    shares = torch.zeros(COUNT, dtype=torch.float64)  # 1e39 is more than fp32 holds
    for emotion, share in mix.items():
        shares[emotion.number - 1] = share
    return torch.lerp(neutral, (shares / shares.sum()).float(), intensity)


def in_every(latents: Tensor, emotions: Sequence[Emotion]) -> tuple[Tensor, Tensor]:
    """Latents (n, d) once for each emotion, emotion after emotion: (n * len(emotions), d), and the weights."""
    places = torch.tensor([emotion.number - 1 for emotion in emotions]).repeat_interleave(len(latents))
    return latents.repeat(len(emotions), 1), pure(places)
