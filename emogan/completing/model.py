"""What faces look like, and with which emotions: a Gaussian model of where everything lies and how bright it is.

All is said on the face that all people share (:mod:`emogan.translating.pairs`): a shape says where each of its places
lies in a picture, a texture how bright each is (Cootes et al., "Active appearance models", 2001). Both are sums of a
mean and of the ways in which faces differ most; how much of each a face has is Gaussian, about a mean of its emotion
(Tipping and Bishop, "Probabilistic principal component analysis", 1999). So what is seen of a face says how likely each
emotion is, and what the rest looks like.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from emogan.core.emotions import EMOTIONS
from emogan.translating.lessons import NEUTRAL
from emogan.translating.pairs import CANVAS, NOWHERE, SIZE, Pairs

GRID = 32  # of a shape: places of the shared face across and down
HIGH, WIDE = 112, 72  # of a texture
BOX = (0.56, -0.86, 0.92)  # of the shared face that has one: half its width; its top and bottom
SHAPES, TEXTURES = 28, 52  # ways
ENOUGH = 0.6  # of the pictures that show a place, for it to be a part of the model
ROUNDS = 4
SHRUNK = 0.05  # share of what is not correlated
STRONG = 0.35  # strength from which on a picture counts for its emotion


@dataclass(frozen=True, eq=False)
class FaceModel:
    """The model.

    Attributes:
        shapes: (1 + s, 2, GRID, GRID) the mean shape, in halves of an aligned face, and its ways at one deviation.
        there: (GRID, GRID) 1 for the places that it knows.
        textures: (1 + t, HIGH, WIDE) the mean texture, of mean 0 and deviation 1, and its ways at one deviation.
        skin: (HIGH, WIDE) from 0 to 1: where a texture is known.
        means: (6, s + t) how much of each way the faces of an emotion have.
        spread: (s + t, s + t) the covariance about them.
    """

    shapes: Tensor
    there: Tensor
    textures: Tensor
    skin: Tensor
    means: Tensor
    spread: Tensor


def on_texture(places: Tensor) -> Tensor:
    """Places (…, 2) of the shared face, in halves of it, as places of a texture in halves of that."""
    wide, top, bottom = BOX
    return torch.stack([places[..., 0] / wide, (places[..., 1] - (top + bottom) / 2) / ((bottom - top) / 2)], -1)


def on_shared(places: Tensor) -> Tensor:
    """The other way."""
    wide, top, bottom = BOX
    return torch.stack([places[..., 0] * wide, places[..., 1] * (bottom - top) / 2 + (top + bottom) / 2], -1)


def fitted(pairs: Pairs) -> FaceModel:
    """The model of people before whose faces nothing is."""
    placed = pairs.placed.flatten(0, 1)
    shapes, where, of_shape = _shapes(placed)
    textures, skin, of_texture = _textures(pairs.images.flatten(0, 1)[:, None], placed)
    amounts = torch.cat([of_shape, of_texture], 1)
    kinds = torch.arange(len(EMOTIONS)).repeat(len(pairs))
    strong = pairs.strengths.flatten() > STRONG
    strong |= kinds == NEUTRAL
    means = torch.stack([amounts[(kinds == kind) & strong].mean(0) for kind in range(len(EMOTIONS))])
    off = (amounts - means[kinds])[strong]
    spread = off.T @ off / len(off)
    plain = torch.diag(spread.diagonal())
    return FaceModel(shapes, where, textures, skin, means, (1 - SHRUNK) * spread + SHRUNK * plain)


def _shapes(placed: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    fine = placed.float().permute(0, 3, 1, 2)
    whole = (fine.abs().amax(1, keepdim=True) < NOWHERE / 2).float()
    share = F.adaptive_avg_pool2d(whole, GRID)
    mean = F.adaptive_avg_pool2d(fine * whole, GRID) / share.clamp_min(1e-3) * (CANVAS / SIZE)
    known = (share > 0.99).float()
    there = known.mean((0, 1)) > ENOUGH
    ways, amounts = _ways(mean, known.expand_as(mean), there.expand(2, -1, -1), SHAPES)
    return ways, there.float(), amounts


def _textures(images: Tensor, placed: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    line_x, line_y = ((torch.arange(n) + 0.5) / n * 2 - 1 for n in (WIDE, HIGH))
    cells = torch.stack(torch.meshgrid(line_x, line_y, indexing="xy"), -1)
    at = on_shared(cells)[None]
    brightness, knowns = [], []
    for some, where in zip(images.split(256), placed.split(256), strict=True):
        whole = (where.float().abs().amax(-1, keepdim=True) < NOWHERE / 2).float()
        field = torch.cat([where.float() * whole, whole], -1).permute(0, 3, 1, 2)
        found = F.grid_sample(field, at.expand(len(some), -1, -1, -1), padding_mode="border", align_corners=False)
        known = (found[:, 2] > 0.99).float()
        seen = F.grid_sample(
            some.float() / 255, found[:, :2].permute(0, 2, 3, 1), padding_mode="border", align_corners=False
        )[:, 0]
        count = known.sum((1, 2), keepdim=True).clamp_min(1)
        off = (seen - (seen * known).sum((1, 2), keepdim=True) / count) * known
        brightness.append(off / (off.square().sum((1, 2), keepdim=True) / count).sqrt().clamp_min(1e-3))
        knowns.append(known)
    texture, known = torch.cat(brightness), torch.cat(knowns)
    share = known.mean(0)
    ways, amounts = _ways(texture[:, None], known[:, None], (share > ENOUGH)[None], TEXTURES)
    soft = F.avg_pool2d((share > ENOUGH).float()[None, None], 5, 1, 2)[0, 0]
    return ways[:, 0], soft, amounts


def _ways(values: Tensor, known: Tensor, there: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The mean of values (n, c, h, w) and ``count`` ways in which they differ, each at one deviation (1 + count, c, h,
    w); and how many deviations of each (n, count) they have."""
    mean = (values * known).sum(0) / known.sum(0).clamp_min(1)
    off = torch.where(known > 0, values - mean, 0.0)[:, there]
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        left, sizes, right = torch.svd_lowrank(off, count, niter=ROUNDS)
    root = len(off) ** 0.5
    ways = torch.zeros(1 + count, *mean.shape)
    ways[0] = mean
    ways[1:, there] = (right * sizes / root).T
    return ways, left * root
