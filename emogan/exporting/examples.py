"""Faces that exported networks are tried on, and how they are to lie in their pictures."""

import torch
from torch import Tensor

from emogan.config.places import PACKAGED
from emogan.core.emotions import EMOTIONS
from emogan.finding.frames import Floats
from emogan.sampling.asked import Look, People
from emogan.sampling.conditioning import mixture
from emogan.sampling.sampler import Sampler


def drawn(count: int) -> Tensor:
    """Drawn faces (count, 1, 128, 128) in 0..255, with one emotion after the other, of other people each time."""
    sampler = Sampler.of(PACKAGED)
    faces = []
    for number in range(count):
        emotion = EMOTIONS[(number + 1) % len(EMOTIONS)]
        shown = {"": mixture({emotion: 1.0}, 1.0)}
        (portion,) = sampler.faces(shown, People(1, 1, number), Look(1.0, median=True))
        faces.append(torch.from_numpy(portion.images).permute(0, 3, 1, 2).float())
    return torch.cat(faces)


def framed(template: Floats) -> str:
    """What a picture of a face is to look like, whose eyes and mouth lie where ``template`` (3, 2) has them."""
    left, right, mouth = (f"({x:g}, {y:g})" for x, y in template.tolist())
    return (
        f"grey, from 0 (black) to 1 (white): a face cut out upright, the middles of its eyes at {left} and {right}, of"
        f" its mouth at {mouth} of width and height"
    )
