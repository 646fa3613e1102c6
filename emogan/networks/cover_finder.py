"""Finds what covers a face."""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from emogan.networks.unet import Unet, plain_block


class CoverFinder(Unet):
    """Faces (n, 1, size, size) in 0..1, aligned, to logits (n, 1, size, size) of whether each pixel shows a cover.

    Args:
        widths: channels of the levels, the finest first, which is half as high and wide as the image: multiples of 8.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__(4, widths, plain_block)
        self.covered = nn.Conv2d(widths[0], 4, 3, padding=1)

    def forward(self, faces: Tensor) -> Tensor:
        maps = self.ascend(*self.descend(F.pixel_unshuffle(2 * faces - 1, 2)))
        return F.pixel_shuffle(self.covered(maps).float(), 2)
