"""The way back through the recommended generator: a face to its latent, its emotion and how strong that is."""

from itertools import pairwise
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emogan.core.emotions import COUNT, Emotion
from emogan.networks.style import SLOPE, SMALLEST, Shrink, check_sizes, widths

STRONGEST = 1.2  # strength that is never passed; 1 is full
NEUTRAL = Emotion.NEUTRO.number - 1


class Encoded(NamedTuple):
    """What was read of n faces.

    Attributes:
        latents: (n, latent_dim), as long as the generator takes them to be.
        leanings: logits (n, 6) of the emotions; neutro's is minus infinity, since neutral is a strength of 0.
        strengths: (n,) from 0 to 1.2.
    """

    latents: Tensor
    leanings: Tensor
    strengths: Tensor

    @property
    def weights(self) -> Tensor:
        """Weights (n, 6) of the emotions, as the generator takes them: their sum is 1."""
        shares = self.leanings.softmax(dim=1) * self.strengths[:, None]
        neutral = F.one_hot(torch.tensor(NEUTRAL), COUNT).to(shares)
        return shares + neutral * (1 - self.strengths[:, None])


class StyleEncoder(nn.Module):
    """Images (n, channels, size, size) in [-1, 1] to what a generator of :mod:`emogan.networks.style` draws them from.

    Args:
        latent_dim: of the generator.
        image_size, channels, width, widest: as for the discriminator, whose blocks it is made of.
        features: length of the vector that everything is read from.
    """

    def __init__(self, latent_dim: int, image_size: int, channels: int, width: int, widest: int, features: int) -> None:
        super().__init__()
        check_sizes(latent_dim=latent_dim, image_size=image_size, channels=channels)
        self.latent_dim = latent_dim
        wide = widths(image_size, width, widest)
        self.stem = nn.Conv2d(4 * channels, wide[0], 3, padding=1)
        self.blocks = nn.ModuleList(Shrink(i, o) for i, o in pairwise(wide))
        self.features = nn.Linear(wide[-1] * SMALLEST**2, features)
        self.person = nn.Linear(features, latent_dim)
        self.emotion = nn.Linear(features, COUNT)
        self.strength = nn.Linear(features, 1)
        for layer in (self.stem, self.features):
            nn.init.kaiming_normal_(layer.weight, a=SLOPE)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    def forward(self, images: Tensor) -> Encoded:
        maps = F.pixel_unshuffle(images, 2).contiguous(memory_format=torch.channels_last)
        maps = self.stem(maps)
        for block in self.blocks:
            maps = block(maps)
        features = F.leaky_relu(self.features(F.leaky_relu(maps, SLOPE).flatten(1)), SLOPE)
        latents = F.normalize(self.person(features).float(), dim=1) * self.latent_dim**0.5
        neutral = torch.arange(COUNT, device=images.device) == NEUTRAL
        leanings = self.emotion(features).float().masked_fill(neutral, float("-inf"))
        return Encoded(latents, leanings, STRONGEST * self.strength(features).float().squeeze(1).sigmoid())
