"""One person's way from one emotion to another."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from emogan.core import emotions
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.sampling.asked import Look, Mix, People, asked
from emogan.sampling.sampler import Pictures, Sampler, draw, latents_of


@dataclass(frozen=True)
class Way:
    """Where to go, as weights of the six emotions (6,); ``name`` says it in words for files."""

    name: str
    start: Tensor
    end: Tensor


@dataclass(frozen=True)
class Journey:
    """Frames of one person on its way; ``name`` says which way, and who."""

    name: str
    frames: Pictures


def between(start: Tensor, end: Tensor, frames: int) -> Tensor:
    """Weights (frames, 6) from ``start`` to ``end`` (6,), slow at both ends."""
    way = (1 - torch.cos(torch.linspace(0, math.pi, frames))) / 2
    return torch.lerp(start, end, way[:, None])


def way_of(sampler: Sampler, start: dict[str, Mix], to: object, intensity: float) -> Way:
    """The way from what :func:`emogan.sampling.asked.asked` gave to the emotion ``to``.

    Raises:
        UserError: when it starts from several, or the network does not know an emotion of it.
    """
    if len(start) != 1:
        raise UserError(f"to={to} starts from one emotion: give emotion=NAME or mix={{…}}, not {len(start)} emotions.")
    end = asked(emotions.parse(to if isinstance(to, Emotion) else str(to)))
    (first,), (last,) = ([*sampler.weights_of(one, intensity).items()] for one in (start, end))
    return Way(f"{first[0]}_to_{last[0]}", first[1], last[1])


def journeys(sampler: Sampler, way: Way, people: People, frames: int, look: Look) -> Iterator[Journey]:
    """``way`` in ``frames`` frames (both ends among them), for each of ``people``, one after the other."""
    weights = between(way.start, way.end, frames)
    for number in range(people.count):
        latent = latents_of(sampler.trained, 1, people.seed, people.first + number)
        images = draw(sampler.trained, latent.expand(frames, -1), weights, look.median, look.truncation)
        yield Journey(f"{way.name}_{people.label(number)}", images.permute(0, 2, 3, 1).numpy())
