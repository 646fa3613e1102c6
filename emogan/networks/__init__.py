"""Networks: one file per pair of generator and discriminator.

Every generator maps latents (n, latent_dim) and weights of the six emotions (n, 6) to images (n, channels, height,
width) in [-1, 1] and has the attribute ``latent_dim``; truncation below 1 trades variety for typical faces, above 1 the
reverse. Every discriminator maps images and weights to one logit each (n,); ``probability`` turns them into the
probability that the image is real. Networks of one emotion alone ignore the weights.
"""

from typing import Protocol

from torch import Tensor


class Generator(Protocol):
    """What the rest of the project asks of a generator; ``conditional``: whether it knows several emotions."""

    latent_dim: int
    conditional: bool

    def __call__(self, latents: Tensor, emotion: Tensor, truncation: float = 1.0) -> Tensor: ...


class Discriminator(Protocol):
    """What the rest of the project asks of a discriminator."""

    def __call__(self, images: Tensor, emotion: Tensor) -> Tensor: ...

    def probability(self, images: Tensor, emotion: Tensor) -> Tensor: ...
