"""The paper's random transforms (code 2), decided for every image on its own."""

import math
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

Border = Literal["zeros", "border"]


def flip_and_rotate(images: Tensor, flip: float, degrees: float, border: Border, generator: torch.Generator) -> Tensor:
    """Each image (n, c, h, w) mirrored with probability ``flip`` and turned by up to ``degrees`` either way.

    Args:
        border: what a turn shows beyond the image: ``zeros`` (black corners, as in the paper) or ``border``
            (the nearest pixel of the edge).
        generator: where the random choices come from.
    """
    count = len(images)
    mirrored = torch.rand(count, generator=generator) < flip
    angles = (2 * torch.rand(count, generator=generator) - 1) * math.radians(degrees)
    sign = 1 - 2 * mirrored.float()
    cosine, sine, nothing = torch.cos(angles), torch.sin(angles), torch.zeros(count)
    # grid_sample asks where each output pixel comes from: turn, then mirror across.
    matrices = torch.stack([cosine * sign, -sine * sign, nothing, sine, cosine, nothing], dim=1).view(count, 2, 3)
    where = F.affine_grid(matrices, list(images.shape), align_corners=False)
    return F.grid_sample(images, where, mode="bilinear", padding_mode=border, align_corners=False)
