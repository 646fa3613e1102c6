"""What faces look like on the face that all people share: their mean, and the ways in which they differ most."""

import torch
import torch.nn.functional as F
from torch import Tensor

from emogan.networks.completer import TEXELS
from emogan.translating.pairs import NOWHERE, Pairs

ENOUGH = 0.7  # of the pictures that show a place, for it to be a part of the differences
MOST = 2400  # pictures
ROUNDS = 4


def textures_of(pairs: Pairs, ways: int) -> Tensor:
    """The mean texture and its principal components (1 + ways, TEXELS, TEXELS), of pictures with a mean of 0 and a
    deviation of 1 each; a component at 1 is one deviation of the pictures from the mean.

    (Cootes et al., "Active appearance models", 2001.)
    """
    images = pairs.images.flatten(0, 1)[:, None]
    placed = pairs.placed.flatten(0, 1)
    chosen = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:MOST]
    textures, known = _shared(images[chosen], placed[chosen])
    count = known.sum((1, 2), keepdim=True).clamp_min(1)
    mean = (textures * known).sum((1, 2), keepdim=True) / count
    off = (textures - mean) * known
    plain = off / (off.square().sum((1, 2), keepdim=True) / count).sqrt().clamp_min(1e-3)
    usual = plain.sum(0) / known.sum(0).clamp_min(1)
    differ = torch.where(known > 0, plain - usual, 0.0)[:, known.mean(0) > ENOUGH]
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        _, sizes, components = torch.svd_lowrank(differ, ways, niter=ROUNDS)
    found = torch.zeros(ways, *usual.shape)
    found[:, known.mean(0) > ENOUGH] = (components * sizes / len(differ) ** 0.5).T
    return torch.cat([usual[None], found])


def _shared(images: Tensor, placed: Tensor) -> tuple[Tensor, Tensor]:
    """Pictures (n, 1, h, w) on the shared face (n, TEXELS, TEXELS), and where they are known there."""
    whole = (placed.float().abs().amax(-1, keepdim=True) < NOWHERE / 2).float()
    at = torch.cat([placed.float() * whole, whole], -1).permute(0, 3, 1, 2)
    at = F.interpolate(at, TEXELS, mode="bilinear", align_corners=False).permute(0, 2, 3, 1)
    seen = F.grid_sample(images.float() / 255, at[..., :2], padding_mode="border", align_corners=False)[:, 0]
    return seen, (at[..., 2] > 0.99).float()
