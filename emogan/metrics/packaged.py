"""The features of the recogniser that comes with emogan: a space for faces that depends on no data set."""

from functools import lru_cache, partial
from typing import NamedTuple

import torch
from torch import Tensor, nn

from emogan.data.decode import Framing
from emogan.data.faces import packaged_faces
from emogan.data.keeping import IN_MEMORY
from emogan.data.reals import read_faces
from emogan.networks.reader import Reader
from emogan.recognition.reading import close_crops, packaged_reader

CHUNK = 256
FRAMING = Framing(128, 1, "square", 0.57)  # in which the packaged faces lie as emogan.finding.frames.ALIGNED says
NARROWEST = 0.1  # of the mean deviation: a feature that hardly ever moves does not outweigh all others


class Scale(NamedTuple):
    """Mean and deviation (d,) of the features of the packaged faces, the frontal ones of session A."""

    centre: Tensor
    spread: Tensor


class Described(NamedTuple):
    """Features of the expression (n, f), and identities (n, d) of length 1."""

    expression: Tensor
    identity: Tensor

    def together(self) -> Tensor:
        """Identity beside the features of the expression."""
        return torch.cat([self.identity, self.expression], 1)


class PackagedFeatures(nn.Module):
    """Who is shown and what the face does, in one vector; a face and its mirror image have the same.

    Faces are looked at where the packaged ones have theirs (``data.crop=square`` of faces framed as KDEF's, and aligned
    ones), not searched for. The scale is that of the packaged faces, whatever is measured.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reader: Reader = packaged_reader().network
        self.scale = packaged_scale()

    @torch.no_grad()
    def look(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Features (n, d), standardised, and the place of the emotion (n,) that is named, of images (n, c, h, w) from
        0 to 255."""
        parts = described(self.reader, images)
        named = self.reader.emotions(parts.expression).argmax(1)  # a linear layer: of the mean it gives the mean
        return (parts.together() - self.scale.centre) / self.scale.spread, named

    def forward(self, images: Tensor) -> Tensor:
        """The same features of float images in [0, 1]."""
        return self.look(255 * images)[0]


@torch.no_grad()
def described(reader: Reader, images: Tensor) -> Described:
    """What the network says of images (n, c, h, w) from 0 to 255, before it is brought to a scale."""
    parts = [reader.describe(close_crops(batch)) for batch in images.split(CHUNK)]
    expression, identity = (torch.cat(one) for one in zip(*parts, strict=True))
    return Described(expression, identity)


@lru_cache(maxsize=1)
def packaged_scale() -> Scale:
    """The scale that features are brought to, of the faces that come with emogan."""
    faces, _ = read_faces(partial(packaged_faces, "S", None, "A", None), FRAMING, IN_MEMORY)
    features = described(packaged_reader().network, faces.images).together()
    spread = features.std(0)
    return Scale(features.mean(0), spread.clamp_min(NARROWEST * spread.mean().item()))
