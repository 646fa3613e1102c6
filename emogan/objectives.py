"""Adversarial objectives: pure functions of the discriminator's logits."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


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

    def generator(self, fake: Tensor) -> Tensor:
        """Loss of the generator (scalar) from the logits (n,) of fake images."""
        return _bce(fake, self.real_target)


def _bce(logits: Tensor, target: float) -> Tensor:
    # In fp32 whatever the networks run in: near saturation bf16 cannot tell neighbouring probabilities apart.
    logits = logits.float()
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))
