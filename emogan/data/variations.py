"""How the images that a network learns from differ each time it sees them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from emogan.data.transforms import Border, flip_and_rotate
from emogan.data.warp import warp


@dataclass(frozen=True)
class Variations:
    """What becomes of an image, at random.

    Unlike augmentations (:mod:`emogan.training.augment`), which generated images pass through as well, these are
    learnt: a network draws mirrored, turned and warped faces too.

    Attributes:
        flip, rotation, border: see :func:`flip_and_rotate`.
        warp: see :func:`emogan.data.warp.warp`.
    """

    flip: float
    rotation: float
    border: Border
    warp: float

    def __call__(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """Images (n, c, h, w), each varied on its own."""
        if self.flip or self.rotation:
            images = flip_and_rotate(images, self.flip, self.rotation, self.border, generator)
        return warp(images, self.warp, generator) if self.warp else images


AS_THEY_ARE = Variations(flip=0, rotation=0, border="border", warp=0)
