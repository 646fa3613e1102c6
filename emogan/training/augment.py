"""Differentiable augmentations of what the discriminator sees, so that few images last longer."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from emogan.core.geometry import move
from emogan.core.machine import sent
from emogan.training.adaptive import AdaptiveStrength


class Ways(NamedTuple):
    """What chance has drawn for each of n images.

    Attributes:
        light: (n,) added.
        contrast: (n,) factors.
        shifts: (n, 2), in halves of the image.
        sizes: (n,) factors.
        turns: (n,) radians.
        centres: (n, 2) of the hidden squares, in [0, 1].
        hidden: (n,) their sides, as shares of the image's; 0 hides nothing.
    """

    light: Tensor
    contrast: Tensor
    shifts: Tensor
    sizes: Tensor
    turns: Tensor
    centres: Tensor
    hidden: Tensor


@dataclass(frozen=True)
class NoAugmentation:
    """Images as they are."""

    strength: None = None

    def ways(self, count: int, strength: Tensor, generator: torch.Generator) -> None:
        """None: nothing is drawn."""

    def __call__(self, images: Tensor, ways: Ways | None) -> Tensor:
        return images


@dataclass(frozen=True)
class DiffAugment:
    """Light, contrast, place, size, turn and a hidden square, each for some of the images, each image on its own.

    For images in [-1, 1]. Real and fake images pass through it in both steps, so the generator learns the images
    themselves. Sources: Zhao et al., "Differentiable augmentation" (2020); Karras et al., "Training generative
    adversarial networks with limited data" (2020) for the probability, which keeps the augmentations out of the samples
    as long as it stays below about 0.8.

    Attributes:
        light: the most that brightness moves, either way.
        contrast: the most that the contrast's factor differs from 1.
        shift: the most that an image moves, as a share of its size.
        scale: the most that it grows or shrinks, in octaves.
        turn: the most that it turns, in degrees.
        hide: side of the hidden square, as a share of the image's.
        strength: the probability of each way, as the training goes on.
    """

    light: float
    contrast: float
    shift: float
    scale: float
    turn: float
    hide: float
    strength: AdaptiveStrength

    def ways(self, count: int, strength: Tensor, generator: torch.Generator) -> Ways:
        """Draw for ``count`` images, each way with probability ``strength`` (scalar in [0, 1])."""
        p = float(strength)

        def some(most: float) -> Tensor:
            """Uniform in [-most, most] for a share p of the images, 0 for the others."""
            drawn = torch.rand(2, count, generator=generator)
            return (drawn[0] * 2 - 1) * most * (drawn[1] < p)

        return Ways(
            light=some(self.light),
            contrast=1 + some(self.contrast),
            shifts=torch.stack([some(2 * self.shift), some(2 * self.shift)], dim=1),
            sizes=2 ** some(self.scale),
            turns=some(math.radians(self.turn)),
            centres=torch.rand(count, 2, generator=generator),
            hidden=self.hide * (torch.rand(count, generator=generator) < p),
        )

    def __call__(self, images: Tensor, ways: Ways | None) -> Tensor:
        """Augment images (n, c, h, w) as was drawn for them."""
        if ways is None:
            raise ValueError("nothing was drawn")
        ways = Ways(*(sent(way.to(images.dtype), images.device) for way in ways))
        images = change_light(images, ways.light, ways.contrast)
        images = move(images, ways.shifts, ways.sizes, ways.turns)
        return hide_squares(images, ways.centres, ways.hidden)


def change_light(images: Tensor, light: Tensor, contrast: Tensor) -> Tensor:
    """Scale each image (n, c, h, w) around its mean by ``contrast`` (n,), then add ``light`` (n,)."""
    mean = images.mean((1, 2, 3), keepdim=True)
    return torch.lerp(mean, images, contrast[:, None, None, None]) + light[:, None, None, None]


def hide_squares(images: Tensor, centres: Tensor, sides: Tensor) -> Tensor:
    """Set a square in each image to 0, mid-grey.

    Args:
        centres: (n, 2), across and down, in [0, 1].
        sides: (n,), shares of the image's side; 0 hides nothing.
    """
    size = images.shape[-1]
    places = (torch.arange(size, device=images.device) + 0.5) / size
    near = (places - centres[:, :, None]).abs() < sides[:, None, None] / 2  # (n, 2, size)
    hidden = near[:, 0, None, :] & near[:, 1, :, None]
    return images * ~hidden[:, None]
