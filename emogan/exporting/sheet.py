"""Faces on their way from neutro to each emotion, on one picture with a description for game engines and web pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from emogan.core import emotions
from emogan.core.emotions import EMOTIONS, Asked, Emotion
from emogan.core.errors import UserError
from emogan.core.files import as_json, atomic_write
from emogan.core.marking import Mark, marked_png
from emogan.exporting.atlas import Animation, Cells, described
from emogan.exporting.places import Exported, new_files
from emogan.sampling.asked import Look, People
from emogan.sampling.interpolation import between
from emogan.sampling.sampler import Picture, Sampler, draw, latents_of

LARGEST = 8192  # pixels across and down: what engines take as one texture
ON_A_PHONE = 4096  # what all of them take


@dataclass(frozen=True)
class Steps:
    """How a face moves: ``frames`` from neutro to an emotion, both among them, ``fps`` a second; the first and the last
    stay ``hold`` milliseconds."""

    frames: int
    fps: float
    hold: int

    @property
    def durations(self) -> list[int]:
        """How long each of them stays, in milliseconds."""
        each = round(1000 / self.fps)
        ends = max(self.hold, each)
        return [ends, *[each] * (self.frames - 2), ends]


@dataclass(frozen=True)
class Shown:
    """What is on a sheet.

    Attributes:
        asked: where the faces go to; neutro is where they come from.
        intensity: of the emotions.
        size: pixels of a frame across; None: as the network draws.
    """

    asked: Asked
    intensity: float
    size: int | None


def write_sheet(sampler: Sampler, shown: Shown, people: People, look: Look, steps: Steps, to: Path) -> Exported:
    """Write a picture with all frames, and beside it a file of JSON that says where each is, as Aseprite writes it.

    Args:
        to: the picture; the other file has its name with ``.json``.

    Raises:
        UserError: for emotions that the network does not know, for more than one picture holds, and when it cannot be
            written.
    """
    goals = goals_of(shown.asked)
    ways = ways_of(sampler, goals, shown.intensity, steps.frames)
    side = shown.size or int(sampler.trained.settings["image_size"])
    cells = Cells.of(people.count * (1 + len(goals) * (steps.frames - 1)), side)
    if max(cells.across) > LARGEST:
        raise UserError(
            f"{to} would have {cells.across[0]:,} x {cells.across[1]:,} pixels for {cells.count:,} faces: expected at"
            f" most {LARGEST:,} across; lower n, frames or size, or name fewer emotions."
        )
    beside = to.with_suffix(".json")
    with new_files("sheet", (to, beside)):
        pictures: list[Image.Image] = []
        animations: list[Animation] = []
        for number in range(people.count):
            latent = latents_of(sampler.trained, 1, people.seed, people.first + number)
            drawn = draw(sampler.trained, latent.expand(len(ways), -1), ways, look.median, look.truncation)
            animations += tags(people.label(number), goals, ways, steps, len(pictures))
            pictures += [sized(picture, side) for picture in drawn.permute(0, 2, 3, 1).numpy()]
        image = cells.laid(pictures)
        atomic_write(to, marked_png(image, Mark("emogan export sheet")))
        atomic_write(beside, as_json(described(cells, animations, image.mode, to.name)))
    return Exported((to, beside), tuple(_told(to, cells, animations)))


def goals_of(asked: Asked) -> tuple[Emotion, ...]:
    """The emotions that faces go to.

    Raises:
        UserError: when there is none but neutro.
    """
    goals = tuple(one for one in emotions.chosen(asked) if one is not Emotion.NEUTRO)
    if not goals:
        raise UserError("emotion=neutro is where the faces of a sheet come from: expected another, such as raiva.")
    return goals


def ways_of(sampler: Sampler, goals: Sequence[Emotion], intensity: float, frames: int) -> Tensor:
    """Weights (1 + len(goals) * (frames - 1), 6): neutro, then the way to each goal without it.

    Raises:
        UserError: for emotions that the network does not know.
    """
    shown = sampler.weights_of({str(one): {one: 1.0} for one in (Emotion.NEUTRO, *goals)}, intensity)
    start = shown[str(Emotion.NEUTRO)]
    return torch.cat([start[None], *(between(start, shown[str(goal)], frames)[1:] for goal in goals)])


def tags(who: str, goals: Sequence[Emotion], ways: Tensor, steps: Steps, first: int) -> list[Animation]:
    """The ways of one person, whose pictures begin with number ``first``; all ways share the picture of neutro."""
    found = []
    for number, goal in enumerate(goals):
        begin = 1 + number * (steps.frames - 1)
        places = [0, *range(begin, begin + steps.frames - 1)]
        shown = [_named(ways[place]) for place in places]
        found.append(Animation(f"{who}_{goal}", [first + place for place in places], steps.durations, shown))
    return found


def sized(picture: Picture, side: int) -> Image.Image:
    """A picture (h, w, c) as an image ``side`` pixels wide."""
    image = Image.fromarray(picture.squeeze())
    return image if image.width == side else image.resize((side, side), Image.Resampling.LANCZOS)


def _named(weights: Tensor) -> Mapping[str, float]:
    shares = {str(emotion): round(float(weights[emotion.number - 1]), 4) for emotion in EMOTIONS}
    return {name: share for name, share in shares.items() if share}


def _told(to: Path, cells: Cells, animations: Sequence[Animation]) -> list[str]:
    wide, high = cells.across
    said = [f"{to}: {cells.count} faces of {cells.side} pixels, {len(animations)} animations, {wide} x {high} pixels."]
    if max(cells.across) > ON_A_PHONE:
        said.append(f"Some phones take {ON_A_PHONE:,} pixels across at most: lower n, frames or size for them.")
    return said
