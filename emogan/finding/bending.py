"""Smooth fields that bend a crop of a face as if it were somebody else's."""

import torch
import torch.nn.functional as F
from torch import Tensor

from emogan.networks.landmarker import SIZE

POINTS = 6  # across a crop, that are moved each on its own; between them all moves smoothly


def draw_bends(count: int, most: float, generator: torch.Generator) -> Tensor:
    """How points (n, 2, 6, 6) move, in shares of the crop's side: up to about ``most``, each crop its own amount."""
    amount = most * torch.rand(count, 1, 1, 1, generator=generator) / 2
    return amount * torch.randn(count, 2, POINTS, POINTS, generator=generator)


def fields_of(bends: Tensor) -> Tensor:
    """Fields (n, 96, 96, 2) for :func:`emogan.finding.learning.cut`: a place shows what lies that far from it."""
    return F.interpolate(bends, (SIZE, SIZE), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)


def bent(places: Tensor, fields: Tensor) -> Tensor:
    """Where places (n, k, 2) of crops, in shares of the side, are seen after bending by fields (n, 96, 96, 2)."""

    def at(where: Tensor) -> Tensor:
        read = F.grid_sample(
            fields.permute(0, 3, 1, 2), 2 * where[:, None] - 1, padding_mode="border", align_corners=False
        )
        return read[:, :, 0].transpose(1, 2)

    seen = places
    for _ in range(3):  # what is seen at p lies at p + field(p)
        seen = places - at(seen)
    return seen
