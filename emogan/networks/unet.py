"""An encoder and a decoder with ways between them, and the blocks that such a network is made of."""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Unet(nn.Module):
    """Maps in, maps of the same size out (Ronneberger et al., "U-Net", 2015).

    Args:
        inputs: channels that come in.
        widths: channels of the levels, the finest first; each level is half as high and wide as the one before.
        block: makes a block of so many channels in and so many out.
    """

    def __init__(self, inputs: int, widths: Sequence[int], block: Callable[[int, int], nn.Module]) -> None:
        super().__init__()
        self.stem = nn.Conv2d(inputs, widths[0], 3, padding=1)
        befores = [widths[0], *widths[:-1]]
        self.down = nn.ModuleList(block(i, o) for i, o in zip(befores, widths, strict=True))
        belows = [*widths[1:], widths[-1]]
        self.up = nn.ModuleList(block(below + own, own) for below, own in zip(belows[::-1], widths[::-1], strict=True))

    def descend(self, seen: Tensor, *style: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The deepest maps, half the size of the last level's; and each level's own, the finest first."""
        maps = self.stem(seen.contiguous(memory_format=torch.channels_last))
        ways = []
        for block in self.down:
            maps = block(maps, *style)
            ways.append(maps)
            maps = F.avg_pool2d(maps, 2)
        return maps, ways

    def ascend(self, maps: Tensor, ways: Sequence[Tensor], *style: Tensor) -> Tensor:
        """Maps (n, widths[0], h, w) of the size that came in."""
        for block, way in zip(self.up, ways[::-1], strict=True):
            maps = block(torch.cat([F.interpolate(maps, scale_factor=2.0), way], 1), *style)
        return F.silu(maps)


class StyledBlock(nn.Module):
    """Two convolutions beside a way past them; the second sees what is wished as a scale and a shift of its maps
    (Perez et al., "FiLM", 2018)."""

    def __init__(self, inputs: int, outputs: int, style_dim: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.past = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        self.norm = nn.GroupNorm(8, outputs, affine=False)
        self.style = nn.Linear(style_dim, 2 * outputs)
        nn.init.normal_(self.style.weight, std=0.3 * style_dim**-0.5)
        nn.init.zeros_(self.style.bias)

    def forward(self, maps: Tensor, style: Tensor) -> Tensor:
        scale, shift = self.style(style)[:, :, None, None].chunk(2, 1)
        inner = self.norm(self.first(F.silu(maps)))
        past: Tensor = self.past(maps)
        wished: Tensor = past + self.second(F.silu(torch.addcmul(shift, inner, 1 + scale)))
        return wished


def plain_block(inputs: int, outputs: int) -> nn.Sequential:
    """Two convolutions."""
    return nn.Sequential(
        nn.SiLU(),
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.GroupNorm(8, outputs),
        nn.SiLU(),
        nn.Conv2d(outputs, outputs, 3, padding=1),
    )
