"""Other shapes of the same faces: longer, wider, with features placed otherwise, as other people have them."""

import torch
import torch.nn.functional as F
from torch import Tensor

POINTS = 3  # along each side, moved at random; what lies between them follows smoothly. More of them change emotions


def warp(images: Tensor, amount: float, generator: torch.Generator) -> Tensor:
    """Each image (n, c, h, w) stretched and bent smoothly, both halves alike, so that an upright face stays one.

    The idea of elastic distortions (Simard et al., "Best practices for convolutional neural networks", 2003), coarser,
    and symmetric. What comes in from outside is the image's edge.

    Args:
        amount: standard deviation of how far points move, as a share of the image's size, and of the stretch's
            logarithm, twice as large.
        generator: where the random choices come from.
    """
    count, _, height, width = images.shape
    left = torch.randn(count, 2, POINTS, POINTS // 2 + 1, generator=generator)  # across, down
    left[:, 0, :, -1] = 0  # the middle stays there
    right = left[..., :-1].flip(3) * torch.tensor([-1, 1]).view(2, 1, 1)
    moves = 2 * amount * torch.cat([left, right], dim=3)
    moves = F.interpolate(moves, size=(height, width), mode="bicubic", align_corners=True)
    stretch = torch.exp(2 * amount * torch.randn(count, 1, 1, 2, generator=generator))
    straight = F.affine_grid(torch.eye(2, 3).expand(count, -1, -1), list(images.shape), align_corners=False)
    places = (straight + moves.permute(0, 2, 3, 1)) * stretch
    return F.grid_sample(images, places, mode="bilinear", padding_mode="border", align_corners=False)
