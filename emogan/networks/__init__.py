"""Networks: one file per pair of generator and discriminator.

Every generator maps latents (n, latent_dim) to images (n, channels, height, width) in [-1, 1] and has the attribute
``latent_dim``. Every discriminator maps images to one logit each (n,); ``probability`` turns them into the
probability that the image is real.
"""

from typing import Protocol

from torch import Tensor


class Generator(Protocol):
    """What the rest of the project asks of a generator."""

    latent_dim: int

    def __call__(self, latents: Tensor) -> Tensor: ...


class Discriminator(Protocol):
    """What the rest of the project asks of a discriminator."""

    def __call__(self, images: Tensor) -> Tensor: ...

    def probability(self, images: Tensor) -> Tensor: ...
