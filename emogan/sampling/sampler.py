"""Faces from a trained generator."""

from collections.abc import Callable

import torch
from torch import Tensor

from emogan.core.images import to_bytes
from emogan.core.median import median_filter
from emogan.runs.generator_file import Trained

BATCH = 20  # always: a network rounds otherwise in batches of another size


def draw(trained: Trained, latents: Tensor, emotion: Tensor, median: bool, truncation: float = 1.0) -> Tensor:
    """Images uint8 (n, c, h, w) of latents (n, latent_dim) with weights of the six emotions (n, 6).

    Unlike a run's grids, which stretch each image to its full range as the paper does, light stays as it was drawn.

    Args:
        median: whether a 3x3 median cleans them.
        truncation: see :mod:`emogan.networks`.
    """
    return in_batches(lambda one, other: trained.network(one, other, truncation), latents, emotion, trained, median)


@torch.inference_mode()
def in_batches(
    network: Callable[[Tensor, Tensor], Tensor], inputs: Tensor, emotion: Tensor, trained: Trained, median: bool
) -> Tensor:
    """The same, of whatever ``network`` draws from ``inputs`` (n, d) and weights (n, 6) in the range of ``trained``."""
    images = []
    for batch, weights in zip(inputs.split(BATCH), emotion.split(BATCH), strict=True):
        count = len(batch)
        places = torch.arange(BATCH, device=batch.device).clamp(max=count - 1)
        values = network(batch[places], weights[places])[:count].float()
        pixels = to_bytes((values + 1) / 2 if trained.centred else values)
        images.append(torch.from_numpy(median_filter(pixels) if median else pixels).permute(0, 3, 1, 2))
    return torch.cat(images)


def latents_of(trained: Trained, count: int, seed: int, first: int = 0) -> Tensor:
    """Latents (count, latent_dim), each from a random stream of its own: face k of a seed is always the same."""
    size = int(trained.network.latent_dim)  # type: ignore[arg-type]
    streams = (torch.Generator().manual_seed((seed * 1_000_003 + k) % 2**63) for k in range(first, first + count))
    return torch.stack([torch.randn(size, generator=stream) for stream in streams])
