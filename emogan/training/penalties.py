"""Gradient penalties on the discriminator: R1 on real images, R2 on fake ones."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class GradientPenalties:
    """Zero-centred penalties, computed lazily and in fp32.

    Sources: Mescheder et al., "Which training methods for GANs do actually converge?" (2018) for R1 and R2; Karras et
    al. (2020), section 3.1, for computing them at every few steps only; Huang et al., "The GAN is dead; long live the
    GAN!" (2024), for both together.

    Attributes:
        real: weight of R1; 0 leaves it out.
        fake: weight of R2; 0 leaves it out.
        every: steps from one to the next; the weight grows by as much.
    """

    real: float
    fake: float
    every: int

    def due(self, step: int) -> bool:
        """Whether ``step``, counted from 0, has one."""
        return bool(self.real or self.fake) and step % self.every == 0

    def __call__(self, discriminator: nn.Module, real: Tensor, fake: Tensor, emotion: Tensor) -> Tensor:
        """The penalty (scalar) for real and fake images (n, c, h, w) with weights of the emotions (n, 6)."""
        weighted = [(weight, images) for weight, images in ((self.real, real), (self.fake, fake)) if weight]
        images = torch.cat([images.detach().float() for _, images in weighted]).requires_grad_(True)
        with torch.autocast(images.device.type, enabled=False):
            logits = discriminator(images, emotion.float().repeat(len(weighted), 1))
            (gradients,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
        norms = gradients.square().sum((1, 2, 3)).chunk(len(weighted))
        total = sum(weight * norm.mean() for (weight, _), norm in zip(weighted, norms, strict=True))
        return self.every / 2 * torch.as_tensor(total)
