"""What cameras and the world do to a crop of a face, for learning: light, blur, noise, few pixels, things before it."""

import torch
import torch.nn.functional as F
from torch import Tensor


def spoil(crops: Tensor, generator: torch.Generator) -> Tensor:
    """Crops (n, 1, s, s) from 0 to 1 under other light, blurred, coarse, noisy or partly covered: each on its own."""
    count, size = len(crops), crops.shape[-1]

    def draw(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, 1, 1, 1, generator=generator)

    def some(share: float) -> Tensor:
        return draw(0, 1) < share

    line = torch.linspace(-1, 1, size)
    slope = draw(-0.5, 0.5) * line.view(1, 1, 1, -1) + draw(-0.5, 0.5) * line.view(1, 1, -1, 1)
    lit = crops.clamp(1e-4, 1) ** torch.exp(draw(-0.6, 0.6)) * torch.where(some(0.5), 1 + slope, torch.ones(()))
    lit = _covered(lit, some(0.35), generator)
    lit = torch.where(some(0.3), _coarse(lit, generator), lit)
    kernel = torch.tensor([0.25, 0.5, 0.25])
    soft = F.conv2d(F.pad(lit, (1, 1, 1, 1), mode="replicate"), (kernel[:, None] * kernel).view(1, 1, 3, 3))
    softer = F.avg_pool2d(F.pad(soft, (2, 2, 2, 2), mode="replicate"), 5, 1)
    level = draw(0, 1)
    blurred = torch.where(level < 0.6, lit, torch.where(level < 0.92, soft, softer))
    noise = torch.randn(crops.shape, generator=generator)
    return blurred + torch.where(some(0.5), draw(0, 0.06), torch.zeros(())) * noise


def _coarse(crops: Tensor, generator: torch.Generator) -> Tensor:
    """As if from a picture of few pixels."""
    side = int(torch.randint(20, 64, (), generator=generator))
    small = F.interpolate(crops, (side, side), mode="bilinear", antialias=True, align_corners=False)
    return F.interpolate(small, crops.shape[-2:], mode="bilinear", align_corners=False)


def _covered(crops: Tensor, which: Tensor, generator: torch.Generator) -> Tensor:
    """A rectangle before some of them, plain or of another crop's pixels."""
    count, size = len(crops), crops.shape[-1]
    middle = torch.rand(count, 2, generator=generator)
    half = 0.05 + 0.2 * torch.rand(count, 2, generator=generator)
    at = (torch.arange(size) + 0.5) / size
    inside = [(at - middle[:, axis : axis + 1]).abs() < half[:, axis : axis + 1] for axis in (0, 1)]
    area = (inside[1][:, :, None] & inside[0][:, None, :])[:, None] & which
    plain = torch.rand(count, 1, 1, 1, generator=generator)
    other = crops[torch.randperm(count, generator=generator)]
    fill = torch.where(torch.rand(count, 1, 1, 1, generator=generator) < 0.5, plain, other)
    return torch.where(area, fill, crops)
