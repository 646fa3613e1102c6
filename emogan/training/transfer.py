"""What a generator that starts from a trained one owes beside fooling the discriminator."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

APART, PLACED = 16, 32  # pixels along a side at which people are told apart, and at which mean images are compared


@dataclass(frozen=True)
class Specialising:
    """Terms of the generator's loss while it learns a few new images.

    A dozen photographs tell the discriminator little of how people differ, and left alone the generator forgets it
    within its first steps: everybody becomes one average person, who then takes on the faces of the photographs. And
    augmentations hide from the discriminator that all faces are a little too small, or too high.

    Attributes:
        people: weight of :func:`forgotten`; 0 leaves it out.
        mean: weight of :func:`misplaced`; 0 leaves it out.
    """

    people: float
    mean: float

    def __call__(self, fake: Tensor, before: Tensor | None, real: Tensor) -> Tensor:
        """The weighted sum (scalar) for images (n, c, h, w).

        Args:
            fake: what the generator draws.
            before: what it drew of the same latents and emotions before it began to specialise; not needed, and None,
                where ``people`` is 0.
            real: images of the new database, as many or not.
        """
        total = fake.new_zeros(())
        if self.people and before is not None:
            total = total + self.people * forgotten(fake, before, real)
        if self.mean:
            total = total + self.mean * misplaced(fake, real)
        return total


def forgotten(fake: Tensor, before: Tensor, real: Tensor) -> Tensor:
    """How far the distances between pairs of faces are from those of before, each set in units of its mean distance.

    The unit of ``fake`` is the mean distance between ``real`` images: people are to differ as much as the new ones do.
    The idea of Ojha et al., "Few-shot image generation via cross-domain correspondence" (2021), section 3.1, with
    distances between small images instead of similarities between feature maps.
    """
    ours, theirs, real_ones = (distances(small(images, APART)) for images in (fake, before, real))
    return (ours / real_ones.mean() - theirs / theirs.mean()).square().mean()


def misplaced(fake: Tensor, real: Tensor) -> Tensor:
    """Squared distance between the mean images, in units of the mean squared distance between ``real`` images.

    Both with their mirror images, since a batch holds either. The idea of feature matching (Salimans et al., "Improved
    techniques for training GANs", 2016, section 3.1), with small images as features.
    """
    fake, real = (small(torch.cat([images, images.flip(3)]), PLACED) for images in (fake, real))
    return (fake.mean(0) - real.mean(0)).square().mean() / distances(real).square().mean()


def small(images: Tensor, side: int) -> Tensor:
    """Images (n, c, h, w) as vectors (n, d) of their means over ``side`` by ``side`` cells, fp32."""
    return F.adaptive_avg_pool2d(images.float(), side).flatten(1)


def distances(vectors: Tensor) -> Tensor:
    """Root mean square differences of all pairs of ``vectors`` (n, d), each pair once."""
    one, other = torch.triu_indices(len(vectors), len(vectors), 1, device=vectors.device)
    return ((vectors[one] - vectors[other]).square().mean(1) + 1e-6).sqrt()  # no endless slope where two are alike
