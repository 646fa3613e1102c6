"""What an encoder and its generator owe each other: faces that come back as they were, and as they would be."""

from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from emogan.core.emotions import Emotion
from emogan.networks.encoder import Encoded

COARSEST = 16  # pixels along a side at which images are compared last
NEUTRAL = Emotion.NEUTRO.number - 1


class Judges(Protocol):
    """What sees more in images than their pixels: a discriminator."""

    def maps(self, images: Tensor) -> list[Tensor]:
        """Its maps of images (n, c, h, w), fine to coarse."""
        ...


@dataclass(frozen=True)
class Encoding:
    """Terms of the loss of an encoder, and of its generator from ``alone`` images on.

    Attributes:
        pixels: weight of :func:`apart`, of a face drawn from a latent against the photograph with that expression.
        seen: weight of :func:`seen_apart`, of the same.
        latents: weight of finding the latent of a drawn face again, one minus the cosine.
        named: weight of :func:`misread`.
        spread: weight of :func:`crowded`.
        alone: images that are seen before the generator learns from these terms as well.
        every: steps between two of the encoder's.
        spoilt: probability of each augmentation of what the encoder sees.
    """

    pixels: float
    seen: float
    latents: float
    named: float
    spread: float
    alone: int
    every: int
    spoilt: float

    def due(self, step: int) -> bool:
        """Whether ``step``, counted from 0, is one of the encoder's."""
        return step % self.every == 0

    def rebuilt(self, made: Tensor, truth: Tensor, judge: Judges) -> Tensor:
        """Of images (n, c, h, w) made from latents, against what they should be: a scalar."""
        return self.pixels * apart(made, truth) + self.seen * seen_apart(made, truth, judge)

    def read(self, real: Encoded, drawn: Encoded, latents: Tensor, emotions: Tensor, strengths: Tensor) -> Tensor:
        """Of what was read of photographs and of drawn faces, both with these emotions (n,) and strengths (n,).

        Args:
            latents: what the drawn faces were drawn from.
        """
        found = 1 - F.cosine_similarity(drawn.latents, latents).mean()
        named = misread(real, emotions, strengths) + misread(drawn, emotions, strengths)
        return self.latents * found + self.named * named + self.spread * crowded(real.latents)


def apart(made: Tensor, truth: Tensor) -> Tensor:
    """Mean absolute difference of images (n, c, h, w), coarse to fine."""
    scales = []
    made = made.float()
    while made.shape[-1] >= COARSEST:
        scales.append((made - truth).abs().mean())
        made, truth = F.avg_pool2d(made, 2), F.avg_pool2d(truth, 2)
    return torch.stack(scales).mean()


def seen_apart(made: Tensor, truth: Tensor, judge: Judges) -> Tensor:
    """How far a discriminator's maps of images differ, as a share of what they are.

    Source: Larsen et al., "Autoencoding beyond pixels using a learned similarity metric" (2016).
    """
    with torch.no_grad():
        wanted = judge.maps(truth)
    shares = [
        (map_.float() - real.float()).abs().mean() / real.float().abs().mean().clamp_min(1e-6)
        for map_, real in zip(judge.maps(made), wanted, strict=True)
    ]
    return torch.stack(shares).mean()


def misread(read: Encoded, emotions: Tensor, strengths: Tensor) -> Tensor:
    """Of the emotions that were read, in as far as faces show one, and of their strengths."""
    strong = torch.where(emotions == NEUTRAL, 0.0, strengths)
    target = torch.where(emotions == NEUTRAL, 0, emotions)  # whichever: these have no weight
    wrong = F.cross_entropy(read.leanings, target, reduction="none")
    named = (strong * wrong).sum() / strong.sum().clamp_min(1e-6)
    return named + (read.strengths - strong).abs().mean()


def crowded(latents: Tensor) -> Tensor:
    """How near the latents (n, d) of photographs lie to each other on their sphere: 0 where all are in one place.

    Drawn latents lie everywhere on it. Source: Wang and Isola, "Understanding contrastive representation learning
    through alignment and uniformity" (2020).
    """
    apart_by = torch.pdist(F.normalize(latents, dim=1)).square()
    return torch.logsumexp(-2 * apart_by, 0) - torch.log(torch.tensor(float(len(apart_by))))
