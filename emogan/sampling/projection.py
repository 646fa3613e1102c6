"""The nearest face that a generator can draw to a given photograph, and that person with every emotion it knows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.images import grid
from emogan.finding.frames import Frame
from emogan.networks.style import StyleGenerator
from emogan.sampling.conditioning import in_every, pure
from emogan.sampling.likeness import Likeness, likeness_of, verdict_of
from emogan.sampling.photograph import Photograph
from emogan.sampling.sampler import Picture, Pictures, Sampler, as_pixels, in_batches, latents_of
from emogan.sampling.starting import Start, Watch, distance, framed, nearest_drawn, places_of, what_is_read

CANDIDATES = 240  # drawn faces, of which the search starts at the nearest where there is no encoder
SPEED = 0.05  # of the search, at first
SAID: dict[Likeness, str] = {
    "near": "It is like the photograph",
    "far": "It is only somewhat like the photograph",
    "none": "It is not like the photograph: the network knows no such face, or it shows none from the front",
}


@dataclass(frozen=True)
class Found:
    """The nearest face to a photograph.

    Attributes:
        photo: the photograph as it was looked for, moved and scaled to where the network draws faces, (h, w, c).
        frame: where that lies, in the pixels of the photograph.
        face: the nearest face (h, w, c).
        in_emotions: that person with each emotion that the network knows, (h, w, c) each.
        shares: how much of which emotion ``face`` shows.
        away: mean absolute difference between ``photo`` and ``face``, of 255.
    """

    photo: Picture
    frame: Frame
    face: Picture
    in_emotions: dict[Emotion, Picture]
    shares: dict[Emotion, float]
    away: float

    @property
    def named(self) -> dict[str, Picture]:
        """All pictures by their names for files."""
        return {"photo": self.photo, "found": self.face} | {str(e): face for e, face in self.in_emotions.items()}

    @property
    def likeness(self) -> float:
        """How alike ``photo`` and ``face`` are drawn, see :mod:`emogan.sampling.likeness`."""
        return likeness_of(self.photo, self.face)

    @property
    def verdict(self) -> Likeness:
        """What that means."""
        return verdict_of(self.likeness)

    def sheet(self) -> Image.Image:
        """All pictures side by side."""
        pictures = np.stack([*self.named.values()])
        return grid(pictures, len(pictures))

    def __str__(self) -> str:
        shares = ", ".join(f"{emotion} {share:.2f}" for emotion, share in self.shares.items() if share > 0.05)
        found = f"Found a face {self.away:.1f} of 255 away on average, as {shares}."
        return f"{found} {SAID[self.verdict]} (likeness {self.likeness:.2f} of 1)."


def unwatched(share: float) -> None:
    """Nobody is told how much is done."""


def project(sampler: Sampler, photo: Photograph, steps: int, median: bool, watch: Watch = unwatched) -> Found:
    """The nearest face to a photograph, after ``steps`` of a search."""
    network, trained, known = sampler.trained.network, sampler.trained, sampler.emotions
    assert isinstance(network, StyleGenerator)
    values = photo.image[None].float() / 255
    target = values * 2 - 1 if trained.centred else values
    if sampler.encoder is None:
        start = nearest_drawn(network, target, latents_of(trained, CANDIDATES, 0), known, watch)
    else:
        start = what_is_read(network, sampler.encoder, target, known, watch)
    match = find_person(network, target, start, steps, known, watch)

    def drawn(persons: Tensor, weights: Tensor) -> Pictures:
        return in_batches(network.draw, persons, weights, trained, median).permute(0, 2, 3, 1).numpy()

    faces = drawn(*in_every(match.person, known))
    return Found(
        photo=as_pixels(match.framed, trained)[0],
        frame=within(photo.frame, match.framing),
        face=drawn(match.person, match.emotion)[0],
        in_emotions=dict(zip(known, faces, strict=True)),
        shares=dict(zip(EMOTIONS, match.emotion[0].tolist(), strict=True)),
        away=match.away * (127.5 if trained.centred else 255),
    )


@dataclass(frozen=True)
class Match:
    """What a search came to.

    Attributes:
        person: (1, style_dim).
        emotion: weights of the six (1, 6).
        framed: the image, moved and scaled to where the network draws faces, (1, c, h, w).
        framing: how, (1, 3), see :func:`framed`.
        away: mean absolute difference between ``framed`` and the face.
    """

    person: Tensor
    emotion: Tensor
    framed: Tensor
    framing: Tensor
    away: float


def find_person(
    network: StyleGenerator,
    image: Tensor,
    start: Start,
    steps: int,
    known: Sequence[Emotion] = EMOTIONS,
    watch: Watch = unwatched,
) -> Match:
    """The person and the emotion that come nearest to an image (1, c, h, w) in [-1, 1], and its framing.

    Latents are searched, not persons: on their sphere every point is a face, however unlike the image is to those that
    the network learnt from.

    Args:
        start: where the search sets out.
        known: the emotions that the network was trained on; others are not looked among.
        watch: told after each step.

    Source of the idea: Abdal et al., "Image2StyleGAN" (2019); here with one vector for the person, so that it still has
    all six emotions.
    """
    network.requires_grad_(False)
    each = pure(places_of(known))
    latent, leaning, framing = (
        part.clone().requires_grad_(True) for part in (start.latent, start.leaning, start.framing)
    )
    speeds = [{"params": [latent, leaning], "lr": SPEED}, {"params": [framing], "lr": SPEED / 10}]
    optimizer = torch.optim.Adam(speeds, betas=(0.9, 0.99))
    slower = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for step in range(steps):
        optimizer.zero_grad()
        with torch.enable_grad():
            distance(network(latent, leaning.softmax(dim=1) @ each), framed(image, framing)).sum().backward()
        optimizer.step()
        slower.step()
        watch((step + 1) / steps)
    with torch.no_grad():
        person, emotion, target = network.people(latent), leaning.softmax(dim=1) @ each, framed(image, framing)
        away = (network.draw(person, emotion) - target).abs().mean()
    return Match(person, emotion, target, framing.detach(), float(away))


def within(frame: Frame, framing: Tensor) -> Frame:
    """What :func:`framed` shows of the image that a frame cuts out, as a frame of the same picture."""
    larger, right, down = framing[0].tolist()
    share = math.exp(-larger)
    corner = np.array([1 - share - right, 1 - share - down]) / 2
    x, y = frame.to_picture(corner).tolist()
    return Frame((x, y), frame.side * share, frame.angle)
