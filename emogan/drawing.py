"""Faces from a trained generator."""

import torch
from torch import Tensor

from emogan.median import median_filter
from emogan.postprocess import to_bytes
from emogan.weights import Trained

BATCH = 100


@torch.inference_mode()
def draw(trained: Trained, latents: Tensor, median: bool) -> Tensor:
    """Images uint8 (n, c, h, w) of latents (n, latent_dim).

    Unlike a run's grids, which stretch each image to its full range as the paper does, light stays as it was drawn.

    Args:
        median: whether a 3x3 median cleans them.
    """
    images = []
    for batch in latents.split(BATCH):
        values = trained.network(batch).float()
        pixels = to_bytes((values + 1) / 2 if trained.centred else values)
        images.append(torch.from_numpy(median_filter(pixels) if median else pixels).permute(0, 3, 1, 2))
    return torch.cat(images)


def latents_of(trained: Trained, count: int, seed: int) -> Tensor:
    """Latents (count, latent_dim) from their own random stream."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, int(trained.network.latent_dim), generator=generator)  # type: ignore[arg-type]
