"""The nearest face that a generator can draw to a given photograph, and that person in all six emotions."""

import math
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emogan.core.emotions import COUNT, Emotion
from emogan.core.errors import UserError
from emogan.core.geometry import move
from emogan.core.images import grid, save_face, save_png
from emogan.core.names import expanded, printable
from emogan.data.decode import Framing, decode
from emogan.data.reading import UnusableImageError, read_bytes
from emogan.networks.style import StyleGenerator
from emogan.runs.generator_file import Trained
from emogan.sampling.conditioning import in_every, pure
from emogan.sampling.sampler import in_batches, latents_of

CANDIDATES = 240  # drawn faces, of which the search starts at the nearest
SPEED = 0.05  # of the search, at first
SCALES = (1.0, 1.25, 1.5, 1.8)  # of the photograph, to start from: faces may fill less of it than the network's do
SHIFTS = (-0.4, -0.2, 0.0, 0.2, 0.4)  # down, as a share of half the height


def read_photograph(network: nn.Module, photo: Path, crop_above: float) -> Tensor:
    """A photograph as the network would draw it, uint8 (c, h, w).

    Raises:
        UserError: when it cannot be read, or the network cannot draw a given person.
    """
    if not isinstance(network, StyleGenerator):
        raise UserError(f"project= needs a network of model=style: {type(network).__name__} has no people.")
    start = network.start
    channels, size = network.detail.out_channels, start.shape[-1] * 2 ** len(network.sketches)
    try:
        image = decode(read_bytes(expanded(photo)), Framing(size, channels, "face", crop_above)).pixels
    except UnusableImageError as error:
        raise UserError(
            f"project={printable(photo)} cannot be used ({error}): expected a photograph of a face."
        ) from error
    return image


def write_projection(trained: Trained, image: Tensor, steps: int, median: bool, out: Path) -> None:
    """Write ``photo.png`` (as it is looked for), ``found.png``, a file for each emotion and ``grid.png`` with them all.

    Args:
        trained: of a network that :func:`read_photograph` accepts.
        image: uint8 (c, h, w).
    """
    network = trained.network
    assert isinstance(network, StyleGenerator)
    values = image[None].float() / 255
    target = values * 2 - 1 if trained.centred else values
    found = find_person(network, target, latents_of(trained, CANDIDATES, 0), steps)

    def drawn(persons: Tensor, weights: Tensor) -> Tensor:
        return in_batches(network.draw, persons, weights, trained, median)

    photo = in_batches(lambda framed, _: framed, found.framed, found.emotion, trained, False)
    sheet = torch.cat([photo, drawn(found.person, found.emotion), drawn(*in_every(found.person, list(Emotion)))])
    names = ["photo", "found", *(str(emotion) for emotion in Emotion)]
    for picture, name in zip(sheet, names, strict=True):
        save_face(picture, out / f"{name}.png")
    save_png(grid(sheet.permute(0, 2, 3, 1).numpy(), len(sheet)), out / "grid.png")
    away = found.away * (127.5 if trained.centred else 255)
    shares = ", ".join(f"{e} {w:.2f}" for e, w in zip(Emotion, found.emotion[0].tolist(), strict=True) if w > 0.05)
    print(f"Found a face {away:.1f} of 255 away on average, as {shares}.")


@dataclass(frozen=True)
class Found:
    """What a search came to.

    Attributes:
        person: (1, style_dim).
        emotion: weights of the six (1, 6).
        framed: the image, moved and scaled to where the network draws faces, (1, c, h, w).
        away: mean absolute difference between ``framed`` and the face.
    """

    person: Tensor
    emotion: Tensor
    framed: Tensor
    away: float


def find_person(network: StyleGenerator, image: Tensor, latents: Tensor, steps: int) -> Found:
    """The person and the emotion that come nearest to an image (1, c, h, w) in [-1, 1], and its framing.

    Latents are searched, not persons: on their sphere every point is a face, however unlike the image is to those that
    the network learnt from.

    Args:
        latents: (n, latent_dim), of people that the search may start from.

    Source of the idea: Abdal et al., "Image2StyleGAN" (2019); here with one vector for the person, so that it still has
    all six emotions.
    """
    network.requires_grad_(False)
    places = torch.arange(len(latents)) % COUNT
    with torch.no_grad():
        parts = zip(latents.split(20), pure(places).split(20), strict=True)
        drawn = torch.cat([network(z, w) for z, w in parts])
        framings = [torch.tensor([[math.log(s), 0.0, down]]) for s in SCALES for down in SHIFTS]
        away = torch.stack([distance(drawn, framed(image, framing)) for framing in framings])
        which, first = divmod(int(away.argmin()), len(latents))
    latent = latents[first : first + 1].clone().requires_grad_(True)
    leaning = (4 * pure(places[first : first + 1])).requires_grad_(True)
    framing = framings[which].requires_grad_(True)
    speeds = [{"params": [latent, leaning], "lr": SPEED}, {"params": [framing], "lr": SPEED / 10}]
    optimizer = torch.optim.Adam(speeds, betas=(0.9, 0.99))
    slower = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        optimizer.zero_grad()
        distance(network(latent, leaning.softmax(dim=1)), framed(image, framing)).sum().backward()
        optimizer.step()
        slower.step()
    with torch.no_grad():
        person, emotion, target = network.people(latent), leaning.softmax(dim=1), framed(image, framing)
        away = (network.draw(person, emotion) - target).abs().mean()
    return Found(person, emotion, target, float(away))


def framed(image: Tensor, framing: Tensor) -> Tensor:
    """An image (1, c, h, w) scaled by exp(framing[0, 0]) and moved right and down by the other two, see ``move``."""
    return move(image, framing[:, 1:], framing[:, 0].exp(), torch.zeros(1))


def distance(images: Tensor, target: Tensor) -> Tensor:
    """How far images (n, c, h, w) are from ``target`` (1, c, h, w): mean absolute differences, coarse to fine, (n,)."""
    scales = []
    while images.shape[-1] >= 16:
        scales.append((images - target).abs().mean((1, 2, 3)))
        images, target = F.avg_pool2d(images, 2), F.avg_pool2d(target, 2)
    return torch.stack(scales).mean(dim=0)
