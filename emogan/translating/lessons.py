"""What a translator is shown: a face, the wished change, the truth, and the way from the one to the other.

Every pair is turned, bent, mirrored, and seen in other light and on other film, differently each time; the known flow
goes along.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.networks.reader import mirror_name
from emogan.networks.surface import grid
from emogan.translating.pairs import CANVAS, NOWHERE, SIZE, Pairs

COARSE = SIZE // 2  # cells of the flow
NEUTRAL = EMOTIONS.index(Emotion.NEUTRO)
FROM_NEUTRAL = 0.5  # share of the pairs that start with a neutral face; the others start with any
STEADY = 4  # rounds in which the way back through a bend is found
DOUBT = 8.0  # for a difference of brightness of 1: how much less a flow counts that does not explain what is seen
LOST = 2 / COARSE  # halves of the image: 2 pixels of the face
TURN, GROW, STRETCH, MOVE, BEND = 0.08, 0.08, 0.05, 0.04, 0.02  # deviations: radians, logarithms, halves of the image


class Lesson(NamedTuple):
    """A batch of pairs.

    Attributes:
        faces, truth: (n, 1, SIZE, SIZE) in 0..1, the same person in the same light.
        change: (n, a) of the facial actions, from what was read of ``faces`` to what is true of ``truth``.
        emotion: (n, 6) one for the emotion of ``truth``, times its strength.
        flow: (n, 2, COARSE, COARSE) where each place of ``truth`` is to be found in ``faces``, in halves of the image.
        known: (n, COARSE, COARSE) from 0 to 1: how far the flow is known there, and explains what is seen.
        places: (n, 2, COARSE, COARSE) which place of the shared face each cell of ``faces`` shows, in halves of it.
        skin: (n, COARSE, COARSE) 1 where it shows one, 0 elsewhere.
    """

    faces: Tensor
    truth: Tensor
    change: Tensor
    emotion: Tensor
    flow: Tensor
    known: Tensor
    places: Tensor
    skin: Tensor

    @property
    def images(self) -> Tensor:
        """What is to come out."""
        return self.truth

    @property
    def emotions(self) -> Tensor:
        """The place (n,) of the emotion of each in the paper's menu, from 0."""
        return self.emotion.argmax(1)


@dataclass(frozen=True, eq=False)
class Lessons:
    """Draws lessons from pairs.

    Attributes:
        pairs: what is learnt from.
        read: (S, 6, a) the actions that the recogniser reads in the pictures: what will be known of a photograph.
        mirrored: (a,) the place of each action's mirror image.
    """

    pairs: Pairs
    read: Tensor
    mirrored: Tensor

    @staticmethod
    def of(pairs: Pairs, read: Tensor, actions: Sequence[str]) -> "Lessons":
        """The lessons of these pairs."""
        return Lessons(pairs, read, torch.tensor([actions.index(mirror_name(name)) for name in actions]))

    def draw(self, n: int, generator: torch.Generator, *, plain: bool = False) -> Lesson:
        """n pairs of random sessions; ``plain``: as they are, all from neutral faces."""
        return self.of_people(torch.randint(len(self.pairs), (n,), generator=generator), generator, plain=plain)

    def of_people(self, who: Tensor, generator: torch.Generator, *, plain: bool = False) -> Lesson:
        """The same of these sessions (n,)."""
        n = len(who)
        start = torch.randint(len(EMOTIONS), (n,), generator=generator)
        end = torch.randint(len(EMOTIONS), (n,), generator=generator)
        resting = torch.rand(n, generator=generator) < (1.0 if plain else FROM_NEUTRAL)
        start = torch.where(resting, NEUTRAL, start)
        return self.show(who, start, end, generator, plain=plain)

    def show(
        self, who: Tensor, start: Tensor, end: Tensor, generator: torch.Generator, *, plain: bool = False
    ) -> Lesson:
        """The pairs of these sessions (n,), from one emotion (n,) to another (n,)."""
        pairs, n = self.pairs, len(who)
        both = torch.stack([pairs.images[who, start], pairs.images[who, end]], 1).float() / 255
        change = pairs.actions[who, end] - self.read[who, start]
        bend = Bend.none(n) if plain else Bend.random(n, generator)
        change = torch.where(bend.flipped[:, None], change[:, self.mirrored], change)
        at = bend.forward(grid(COARSE).expand(n, -1, -1, -1))
        found, seen = _through(pairs.shared[who, end], pairs.placed[who, end], pairs.placed[who, start], at)
        flow = bend.backward(found) - grid(COARSE)
        places, skin = looked_up(pairs.shared[who, start].float(), on_canvas(at))
        places[..., 0] = torch.where(bend.flipped[:, None, None], -places[..., 0], places[..., 0])
        fine = F.interpolate(at.permute(0, 3, 1, 2), SIZE, mode="bilinear", align_corners=False).permute(0, 2, 3, 1)
        both = F.grid_sample(both, on_canvas(fine), padding_mode="reflection", align_corners=False)
        faces, truth = both[:, :1], both[:, 1:]
        moved = F.grid_sample(faces, grid(COARSE) + flow, padding_mode="border", align_corners=False)
        wrong = F.avg_pool2d(moved - F.avg_pool2d(truth, 2), 3, 1, 1).abs()[:, 0]
        known = seen * torch.exp(-DOUBT * wrong)  # hair and glasses before the skin do not go along
        if not plain:
            both = other_light(both, generator)
            faces, truth = both[:, :1], both[:, 1:]
            grain = 0.02 * torch.rand(n, 1, 1, 1, generator=generator)
            faces = (faces + grain * torch.randn(faces.shape, generator=generator)).clamp(0, 1)
        emotion = F.one_hot(end, len(EMOTIONS)).float()
        strength = torch.where(end == NEUTRAL, 1.0, pairs.strengths[who, end])
        return Lesson(
            faces,
            truth,
            change,
            emotion * strength[:, None],
            flow.permute(0, 3, 1, 2),
            known,
            places.permute(0, 3, 1, 2),
            skin,
        )


@dataclass(frozen=True, eq=False)
class Bend:
    """A smooth change of an image's shape: where each place of the new image is on the old one.

    Attributes:
        matrix: (n, 2, 2).
        field: (n, COARSE, COARSE, 2) added to that.
        flipped: (n,) mirrored.
    """

    matrix: Tensor
    field: Tensor
    flipped: Tensor

    @staticmethod
    def none(n: int) -> "Bend":
        """No change."""
        return Bend(torch.eye(2).expand(n, 2, 2), torch.zeros(n, COARSE, COARSE, 2), torch.zeros(n, dtype=torch.bool))

    @staticmethod
    def random(n: int, generator: torch.Generator) -> "Bend":
        """Turned, larger or smaller, longer or wider, moved, and bent a little."""
        angle, grow, stretch = (torch.randn(n, generator=generator) * amount for amount in (TURN, GROW, STRETCH))
        flipped = torch.rand(n, generator=generator) < 0.5
        wide = (grow + stretch).exp() * torch.where(flipped, -1.0, 1.0)
        high = (grow - stretch).exp()
        matrix = torch.stack(
            [
                torch.stack([angle.cos() * wide, -angle.sin() * high], 1),
                torch.stack([angle.sin() * wide, angle.cos() * high], 1),
            ],
            1,
        )
        rough = torch.randn(n, 2, 4, 4, generator=generator) * BEND
        field = F.interpolate(rough, COARSE, mode="bicubic", align_corners=True).permute(0, 2, 3, 1)
        field = field + MOVE * torch.randn(n, 1, 1, 2, generator=generator)
        return Bend(matrix, field, flipped)

    def forward(self, places: Tensor) -> Tensor:
        """Where places (n, h, w, 2) of the new image are on the old one."""
        return torch.einsum("nij,nhwj->nhwi", self.matrix, places) + _at(self.field, places)

    def backward(self, places: Tensor) -> Tensor:
        """Where places (n, h, w, 2) of the old image are on the new one."""
        inverse = torch.linalg.inv(self.matrix)
        found = torch.einsum("nij,nhwj->nhwi", inverse, places)
        for _ in range(STEADY):
            found = torch.einsum("nij,nhwj->nhwi", inverse, places - _at(self.field, found))
        return found


def other_light(images: Tensor, generator: torch.Generator) -> Tensor:
    """Images (n, c, h, w) in 0..1 in other light: all c of one in the same."""
    n, _, size, _ = images.shape

    def normal(*shape: int) -> Tensor:
        return torch.randn(n, *shape, generator=generator)

    line = torch.linspace(-1, 1, size)
    shade = 1 + 0.12 * normal(1, 1, 1) * line[None, None, None] + 0.07 * normal(1, 1, 1) * line[None, None, :, None]
    images = images.clamp(0, 1) ** (0.3 * normal(1, 1, 1)).exp() * shade
    images = (images - 0.5) * (0.2 * normal(1, 1, 1)).exp() + 0.5 + 0.06 * normal(1, 1, 1)
    skin = F.interpolate(normal(1, 32, 32), size, mode="bilinear", align_corners=False) * 0.02
    return (images + skin * torch.rand(n, 1, 1, 1, generator=generator)).clamp(0, 1)


def _through(shared: Tensor, placed: Tensor, before: Tensor, at: Tensor) -> tuple[Tensor, Tensor]:
    """Where places ``at`` (n, h, w, 2) of one picture are in another, both in halves of an aligned face, and whether
    (n, h, w) each is known: by the shared face.

    A place that goes to the shared face and comes back has moved a little, for the maps are coarse: the same is taken
    off its way to the other picture. Where it moves much the maps are folded or torn, and nothing is known.

    Args:
        shared, placed: of the one picture, from it to the shared face and back.
        before: from the shared face to the other picture.
    """
    on_shared, first = looked_up(shared.float(), on_canvas(at))
    again, second = looked_up(placed.float(), on_shared.clamp(-1, 1))
    there, third = looked_up(before.float(), on_shared.clamp(-1, 1))
    off = again * (CANVAS / SIZE) - at
    sound = (off.norm(dim=-1) < LOST).float()
    return there * (CANVAS / SIZE) - off, first * second * third * sound


def looked_up(field: Tensor, at: Tensor) -> tuple[Tensor, Tensor]:
    """A field (n, h, w, 2) with holes at places; where a hole has a share in a value it is not known."""
    whole = (field.abs().amax(-1, keepdim=True) < NOWHERE / 2).float()
    values = F.grid_sample(
        torch.cat([field * whole, whole], -1).permute(0, 3, 1, 2), at, padding_mode="zeros", align_corners=False
    ).permute(0, 2, 3, 1)
    return values[..., :2] / values[..., 2:].clamp_min(1e-3), (values[..., 2] > 0.99).float()


def on_canvas(places: Tensor) -> Tensor:
    """Places in halves of an aligned face, in halves of the canvas around it."""
    return places * (SIZE / CANVAS)


def _at(field: Tensor, places: Tensor) -> Tensor:
    values = F.grid_sample(field.permute(0, 3, 1, 2), places, padding_mode="border", align_corners=False)
    return values.permute(0, 2, 3, 1)
