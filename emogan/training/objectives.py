"""Adversarial objectives: pure functions of the discriminator's logits.

Each has ``discriminator(real, fake)`` and ``generator(fake, real)``, means over logits (n,); only the relativistic one
looks at ``real`` in the generator's step. In fp32 whatever the networks run in: near saturation bf16 cannot tell
neighbouring probabilities apart.
"""

from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor


class Objective(Protocol):
    """What the training asks of an objective; ``name`` stands in the tags of TensorBoard."""

    @property
    def name(self) -> str: ...

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor: ...

    def generator(self, fake: Tensor, real: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class BinaryCrossEntropy:
    """The paper's objective (codes 6 and 7): binary cross-entropy against smoothed targets.

    Attributes:
        real_target: what the discriminator should say of a real image, in [0, 1]; also the generator's goal.
        fake_target: what it should say of a fake image.
    """

    real_target: float
    fake_target: float
    name: str = "BCE"

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """Loss of the discriminator (scalar) from the logits (n,) of real and fake images."""
        return _bce(real, self.real_target) + _bce(fake, self.fake_target)

    def generator(self, fake: Tensor, real: Tensor) -> Tensor:
        """Loss of the generator (scalar) from the logits (n,) of fake images."""
        return _bce(fake, self.real_target)


@dataclass(frozen=True)
class NonSaturating:
    """Logistic loss; the generator raises the logits of fakes (Goodfellow et al., 2014, section 3)."""

    name: str = "NonSaturating"

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """Loss of the discriminator (scalar) from the logits (n,) of real and fake images."""
        return F.softplus(-real.float()).mean() + F.softplus(fake.float()).mean()

    def generator(self, fake: Tensor, real: Tensor) -> Tensor:
        """Loss of the generator (scalar) from the logits (n,) of fake images."""
        return F.softplus(-fake.float()).mean()


@dataclass(frozen=True)
class Hinge:
    """Hinge loss (Lim and Ye, "Geometric GAN", 2017)."""

    name: str = "Hinge"

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """Loss of the discriminator (scalar) from the logits (n,) of real and fake images."""
        return F.relu(1 - real.float()).mean() + F.relu(1 + fake.float()).mean()

    def generator(self, fake: Tensor, real: Tensor) -> Tensor:
        """Loss of the generator (scalar) from the logits (n,) of fake images."""
        return -fake.float().mean()


@dataclass(frozen=True)
class Relativistic:
    """Relativistic pairing: every fake is judged against one real image (Huang et al., 2024, equation 3)."""

    name: str = "Relativistic"

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """Loss of the discriminator (scalar) from the logits (n,) of real and fake images, in pairs."""
        return F.softplus(fake.float() - real.float()).mean()

    def generator(self, fake: Tensor, real: Tensor) -> Tensor:
        """Loss of the generator (scalar) from the logits (n,) of fake and real images, in pairs."""
        return F.softplus(real.float() - fake.float()).mean()


def _bce(logits: Tensor, target: float) -> Tensor:
    logits = logits.float()
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))
