"""Where the search for a photograph's face sets out: at what an encoder reads of it, or at the nearest drawn face."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emogan.core.emotions import Emotion
from emogan.core.geometry import move
from emogan.networks.style import StyleGenerator
from emogan.sampling.conditioning import pure
from emogan.sampling.sampler import BATCH

SCALES = (1.0, 1.25, 1.5, 1.8)  # of the photograph: faces may fill less of it than the network's do
SHIFTS = (-0.4, -0.2, 0.0, 0.2, 0.4)  # down, as a share of half the height
SURE = 4.0  # logit of the emotion of a drawn face
LEAST = 1e-3  # share of an emotion that is not shown

Watch = Callable[[float], None]  # told how much of a search is done, from 0 to 1; what it raises ends the search


@dataclass(frozen=True)
class Start:
    """A place to set out from.

    Attributes:
        latent: (1, latent_dim).
        leaning: logits (1, k) of the emotions that the network knows.
        framing: (1, 3), see :func:`framed`.
    """

    latent: Tensor
    leaning: Tensor
    framing: Tensor


@torch.no_grad()
def nearest_drawn(
    network: StyleGenerator, image: Tensor, latents: Tensor, known: Sequence[Emotion], watch: Watch
) -> Start:
    """The nearest to an image (1, c, h, w), wherever its face lies, among drawn faces.

    Args:
        latents: (n, latent_dim), of those faces; each has one of the emotions in turn.
    """
    start = torch.eye(len(known))[torch.arange(len(latents)) % len(known)]
    weights = start @ pure(places_of(known))
    parts = zip(latents.split(BATCH), weights.split(BATCH), strict=True)
    drawn = torch.cat([network(z, w) for z, w in parts])
    framings, distances = [], []
    for framing, placed in places(image, watch):
        framings.append(framing)
        distances.append(relative(drawn, placed))
    which, first = divmod(int(torch.stack(distances).argmin()), len(latents))
    return Start(latents[first : first + 1], SURE * start[first : first + 1], framings[which])


@torch.no_grad()
def what_is_read(
    network: StyleGenerator, encoder: nn.Module, image: Tensor, known: Sequence[Emotion], watch: Watch
) -> Start:
    """What ``encoder`` reads of an image (1, c, h, w), where the face drawn from that is nearest to it."""
    found: list[tuple[float, Start]] = []
    for framing, placed in places(image, watch):
        read = encoder(placed)
        shares = read.weights[:, places_of(known)].clamp_min(LEAST)
        shares = shares / shares.sum()
        drawn = network(read.latents, shares @ pure(places_of(known)))
        found.append((float(relative(drawn, placed)), Start(read.latents, shares.log(), framing)))
    return min(found, key=lambda one: one[0])[1]


def places(image: Tensor, watch: Watch) -> Iterator[tuple[Tensor, Tensor]]:
    """Framings (1, 3) in which a face may lie where the network draws faces, each with the image in it."""
    for scale in SCALES:
        for down in SHIFTS:
            watch(0.0)  # all of them take a while
            framing = torch.tensor([[math.log(scale), 0.0, down]])
            yield framing, framed(image, framing)


def places_of(known: Sequence[Emotion]) -> Tensor:
    """Places (k,) of the emotions in the paper's menu, from 0."""
    return torch.tensor([emotion.number - 1 for emotion in known])


def framed(image: Tensor, framing: Tensor) -> Tensor:
    """An image (1, c, h, w) scaled by exp(framing[0, 0]) and moved right and down by the other two, see ``move``."""
    return move(image, framing[:, 1:], framing[:, 0].exp(), torch.zeros(1))


def relative(drawn: Tensor, placed: Tensor) -> Tensor:
    """How far images (n, c, h, w) are from ``placed`` (1, c, h, w), in proportion to what there is to see in it: all
    faces come near to a plain wall beside one."""
    return distance(drawn, placed) / distance(placed.mean().expand_as(placed), placed).clamp(min=0.02)


def distance(images: Tensor, target: Tensor) -> Tensor:
    """How far images (n, c, h, w) are from ``target`` (1, c, h, w): mean absolute differences, coarse to fine, (n,)."""
    scales = []
    while images.shape[-1] >= 16:
        scales.append((images - target).abs().mean((1, 2, 3)))
        images, target = F.avg_pool2d(images, 2), F.avg_pool2d(target, 2)
    return torch.stack(scales).mean(dim=0)
