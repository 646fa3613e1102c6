"""Moving, scaling and turning images."""

import torch
import torch.nn.functional as F
from torch import Tensor


def move(images: Tensor, shifts: Tensor, scales: Tensor, angles: Tensor) -> Tensor:
    """Shift (n, 2), scale (n,) and turn (n,) images; what comes in from outside is the image's mirror image.

    Args:
        shifts: right and down, where the image goes from -1 to 1.
        angles: radians.
    """
    cos, sin = angles.cos() / scales, angles.sin() / scales
    matrix = torch.stack([cos, sin, -shifts[:, 0], -sin, cos, -shifts[:, 1]], dim=1).view(-1, 2, 3)
    places = F.affine_grid(matrix, list(images.shape), align_corners=False)
    return F.grid_sample(images, places, padding_mode="reflection", align_corners=False)
