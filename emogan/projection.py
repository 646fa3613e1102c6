"""The nearest face that a generator can draw to a given photograph, and that person in all six emotions."""

from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from emogan.data.decode import Framing, UnusableImageError, decode, read_bytes
from emogan.drawing import in_batches, latents_of
from emogan.emotions import COUNT, Emotion
from emogan.errors import UserError
from emogan.mixing import in_every, pure
from emogan.networks.style import StyleGenerator
from emogan.postprocess import grid, save_png
from emogan.weights import Trained

CANDIDATES = 240  # drawn faces, of which the search starts at the nearest
SPEED = 0.05  # of the search, at first
LIKELY = 0.002  # weight of staying near the people that the network draws by itself


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
        image, _ = decode(read_bytes(photo.expanduser()), Framing(size, channels, "face", crop_above))
    except UnusableImageError as error:
        raise UserError(f"project={photo} cannot be used ({error}): expected a photograph of a face.") from error
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
    person, emotion, away = find_person(network, target, latents_of(trained, CANDIDATES, 0), steps)

    def drawn(persons: Tensor, weights: Tensor) -> Tensor:
        return in_batches(network.draw, persons, weights, trained, median)

    found = drawn(person, emotion)
    six = drawn(*in_every(person, list(Emotion)))
    sheet = torch.cat([image[None], found, six])
    names = ["photo", "found", *(str(emotion) for emotion in Emotion)]
    for picture, name in zip(sheet, names, strict=True):
        save_png(Image.fromarray(picture.permute(1, 2, 0).numpy().squeeze()), out / f"{name}.png")
    save_png(grid(sheet.permute(0, 2, 3, 1).numpy(), len(sheet)), out / "grid.png")
    shares = ", ".join(f"{e} {w:.2f}" for e, w in zip(Emotion, emotion[0].tolist(), strict=True) if w > 0.05)
    away *= 127.5 if trained.centred else 255
    print(f"Found a face {away:.1f} of 255 away on average, as {shares}.")


def find_person(network: StyleGenerator, target: Tensor, latents: Tensor, steps: int) -> tuple[Tensor, Tensor, float]:
    """The person (1, style_dim) and the weights of the emotions (1, 6) that come nearest to an image.

    Args:
        target: (1, c, h, w) in [-1, 1].
        latents: (n, latent_dim), of people that the search may start from.

    Returns:
        Also the mean absolute difference of the values.

    Source of the idea: Abdal et al., "Image2StyleGAN" (2019); here one vector for the person, so that it still has all
    six emotions.
    """
    network.requires_grad_(False)
    with torch.no_grad():
        people = network.people(latents)
        places = torch.arange(len(people)) % COUNT
        images = torch.cat([network.draw(p, w) for p, w in zip(people.split(20), pure(places).split(20), strict=True)])
        first = distance(images, target).argmin()
    centre, spread = people.mean(dim=0), people.std(dim=0)
    person = people[first : first + 1].clone().requires_grad_(True)
    leaning = (4 * pure(places[first : first + 1])).requires_grad_(True)
    optimizer = torch.optim.Adam([person, leaning], lr=SPEED, betas=(0.9, 0.99))
    slower = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        optimizer.zero_grad()
        image = network.draw(person, leaning.softmax(dim=1))
        unlikely = ((person - centre) / spread).square().mean()
        (distance(image, target).sum() + LIKELY * unlikely).backward()
        optimizer.step()
        slower.step()
    with torch.no_grad():
        emotion = leaning.softmax(dim=1)
        away = (network.draw(person, emotion) - target).abs().mean()
    return person.detach(), emotion, float(away)


def distance(images: Tensor, target: Tensor) -> Tensor:
    """How far images (n, c, h, w) are from ``target`` (1, c, h, w): mean absolute differences, coarse to fine, (n,)."""
    scales = []
    while images.shape[-1] >= 16:
        scales.append((images - target).abs().mean((1, 2, 3)))
        images, target = F.avg_pool2d(images, 2), F.avg_pool2d(target, 2)
    return torch.stack(scales).mean(dim=0)
