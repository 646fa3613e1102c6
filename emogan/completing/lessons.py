"""What a completer is shown: faces with something before them, and what is behind it."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from emogan.completing.covers import drawn, free_form, widened
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.networks.completer import Completed
from emogan.translating.lessons import Bend, looked_up, on_canvas, other_light
from emogan.translating.pairs import SIZE, Pairs

NEUTRAL = EMOTIONS.index(Emotion.NEUTRO)
SHARES = (0.03, 0.65)  # of the face that areas hide
SCALES = (1, 2, 4)
EDGES, PLACED, SKIN, NAMED, COVER = 1.0, 1.0, 0.05, 0.1, 0.3  # weights
SEEN = 0.05  # weight of what is visible, which is drawn as well


@dataclass(frozen=True, eq=False)
class Lesson:
    """A batch of n faces.

    Attributes:
        truth: (n, 1, SIZE, SIZE) in 0..1, with nothing before them.
        pictures: the same, with a thing before some.
        covers: (n, 1, SIZE, SIZE) 1 where a thing is.
        visible: (n, 1, SIZE, SIZE) 1 where the face is to be seen as it is, 0 where it is to be completed.
        emotion: (n, 6) one for the emotion, times its strength.
        places: (n, 2, SIZE / 2, SIZE / 2) which place of the shared face each cell shows, in halves of it.
        skin: (n, SIZE / 2, SIZE / 2) 1 where it shows one, 0 elsewhere.
    """

    truth: Tensor
    pictures: Tensor
    covers: Tensor
    visible: Tensor
    emotion: Tensor
    places: Tensor
    skin: Tensor


@dataclass(frozen=True, eq=False)
class Lessons:
    """Draws lessons from the pictures of pairs."""

    pairs: Pairs

    def draw(self, n: int, generator: torch.Generator) -> Lesson:
        """n faces: before the first half lies a thing, of the others some area is hidden."""
        pairs = self.pairs
        who = torch.randint(len(pairs), (n,), generator=generator)
        what = torch.randint(len(EMOTIONS), (n,), generator=generator)
        images = pairs.images[who, what][:, None].float() / 255
        bend = Bend.random(n, generator)
        cells = F.affine_grid(torch.eye(2, 3)[None], [1, 1, SIZE // 2, SIZE // 2], align_corners=False)
        at = bend.forward(cells.expand(n, -1, -1, -1))
        places, skin = looked_up(pairs.shared[who, what].float(), on_canvas(at))
        places[..., 0] = torch.where(bend.flipped[:, None, None], -places[..., 0], places[..., 0])
        fine = F.interpolate(at.permute(0, 3, 1, 2), SIZE, mode="bilinear", align_corners=False).permute(0, 2, 3, 1)
        truth = F.grid_sample(images, on_canvas(fine), padding_mode="reflection", align_corners=False)
        truth = other_light(truth, generator)
        half = n // 2
        rng = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        things, covers = drawn(truth[:half], rng)
        pictures = torch.cat([things, truth[half:]])
        grain = 0.03 * torch.rand(n, 1, 1, 1, generator=generator)
        pictures = (pictures + grain * torch.randn(pictures.shape, generator=generator)).clamp(0, 1)
        low, high = SHARES
        shares = low + (high - low) * torch.rand(n - half, generator=generator)
        areas = free_form(shares, SIZE, generator)
        hidden = torch.cat([widened(covers), areas])
        covers = torch.cat([covers, torch.zeros_like(areas)])
        strength = torch.where(what == NEUTRAL, 1.0, pairs.strengths[who, what].clamp(0, 1))
        emotion = F.one_hot(what, len(EMOTIONS)).float() * strength[:, None]
        return Lesson(truth, pictures, covers, 1 - hidden, emotion, places.permute(0, 3, 1, 2), skin)


def loss_of(made: Completed, covered: Tensor, named: Tensor, lesson: Lesson) -> Tensor:
    """How far what was drawn, found (n, 1, h, w) and named (n, 6) is from the truth; both as logits.

    What is drawn is compared where it is hidden, at three scales and in its edges.
    """
    hidden = 1 - lesson.visible
    share = hidden.mean().clamp_min(1e-3)
    wrong = (made.drawn - lesson.truth) * (hidden + SEEN)
    pixels = [F.avg_pool2d(wrong, scale).abs().mean() / share for scale in SCALES]
    edges = (wrong.diff(dim=2).abs().mean() + wrong.diff(dim=3).abs().mean()) / share
    off = ((made.places - lesson.places).abs().sum(1) * lesson.skin).sum() / lesson.skin.sum().clamp_min(1)
    skin = F.binary_cross_entropy_with_logits(made.skin[:, 0], lesson.skin)
    emotions = F.cross_entropy(named, wanted(lesson.emotion))
    found = F.binary_cross_entropy_with_logits(covered, lesson.covers)
    drawing = sum(pixels[1:], pixels[0]) / len(SCALES) + EDGES * edges
    total: Tensor = drawing + PLACED * off + SKIN * skin + NAMED * emotions + COVER * found
    return total


def wanted(emotion: Tensor) -> Tensor:
    """Probabilities (n, 6) for emotions times their strengths (n, 6): a weak one is in part neutral."""
    share = (emotion.sum(1, keepdim=True) / 0.5).clamp(0, 1)
    probabilities = share * emotion / emotion.sum(1, keepdim=True).clamp_min(1e-3)
    probabilities[:, NEUTRAL] += 1 - share[:, 0]
    return probabilities
