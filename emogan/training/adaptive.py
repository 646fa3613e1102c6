"""How strong augmentation should be, from how the discriminator takes people it never saw."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class AdaptiveStrength:
    """Moves the strength of the augmentations until the discriminator overfits as much as it may.

    Source: Karras et al., "Training generative adversarial networks with limited data" (2020), section 3.1, the
    heuristic with a validation set.

    Attributes:
        start: the strength at first, in [0, 1]; it stays where nobody is kept aside.
        most: the strength it never passes: above about 0.8 augmentations show in the samples.
        target: of :func:`overfitting`.
        images: to see from strength 0 to 1, at the fastest.
        every: steps between two looks at people kept aside.
    """

    start: float
    most: float
    target: float
    images: int
    every: int

    def due(self, step: int) -> bool:
        """Whether to look after ``step``, counted from 0."""
        return step % self.every == 0

    def next(self, strength: float, signal: float, seen: int) -> float:
        """The strength after ``seen`` more images in which the discriminator overfitted by ``signal``."""
        moved = strength + (1 if signal > self.target else -1) * seen / self.images
        return min(max(moved, 0.0), self.most)


def overfitting(real: Tensor, fake: Tensor, unseen: Tensor) -> float:
    """Where real images of unseen people stand between those trained on (0) and fakes (1), by their mean logits (n,).

    Without a sign of its own when the discriminator tells real from fake no more: then it overfits to nothing.
    """
    gap, fallen = torch.stack([real.mean() - fake.mean(), real.mean() - unseen.mean()]).tolist()  # one wait for a GPU
    return float(fallen / gap) if gap > 0 else 0.0
