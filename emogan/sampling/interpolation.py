"""One person's way from one emotion to another."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

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
    return spread(torch.stack([start, end]), frames)


def spread(stops: Tensor, count: int) -> Tensor:
    """Weights (count, 6) evenly spread over the way through ``stops`` (n, 6), slow at each; the first and last as well.

    With ``k * (n - 1) + 1`` of them, every stop is one.
    """
    legs = len(stops) - 1
    places = torch.linspace(0, legs * math.pi, count)
    leg = (places / math.pi + 1e-6).long().clamp(max=legs - 1)  # a place that rounding left just before a stop is there
    share = (1 - torch.cos(places - leg * math.pi)) / 2
    return torch.lerp(stops[leg], stops[leg + 1], share[:, None])


def along(stops: Tensor, frames: int, loop: bool) -> Tensor:
    """Weights of a film through ``stops`` (n, 6): ``frames`` for each leg, both its ends among them.

    Where two legs meet there is one frame for both, and so between the end and the beginning of a ``loop``, which comes
    back to the first stop.
    """
    pairs = [*pairwise([*stops, stops[0]] if loop else stops)]
    legs = [between(start, end, frames) for start, end in pairs]
    return torch.cat([legs[0], *(leg[1:] for leg in legs[1:])])[: frames_of(len(stops), frames, loop)]


def frames_of(stops: int, frames: int, loop: bool) -> int:
    """How many frames :func:`along` gives."""
    return stops * (frames - 1) if loop else (stops - 1) * (frames - 1) + 1


def stops_of(sampler: Sampler, through: Sequence[Emotion], intensity: float) -> Tensor:
    """Weights (n, 6) of the emotions on a way, in their order; one may come again.

    Raises:
        UserError: when the network does not know one.
    """
    weights = sampler.weights_of({str(one): {one: 1.0} for one in through}, intensity)
    return torch.stack([weights[str(one)] for one in through])


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
