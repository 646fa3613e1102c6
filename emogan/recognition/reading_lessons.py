"""How the reader is trained: on rendered faces, whose emotion, strength, actions and person are known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.finding.learning import Shots, cut, jittered
from emogan.finding.variations import spoil
from emogan.networks.landmarker import SIZE, prepare
from emogan.networks.reader import Read, Reader
from emogan.recognition.reshaping import EYE_LINE, Shapes

NEUTRAL = EMOTIONS.index(Emotion.NEUTRO)
HINT, PLAIN = 0.05, 0.35  # strengths: an expression below is neutral, above it is its emotion and nothing else
ACTION = 4.0  # weights in the loss
STRENGTH = 1.0
IDENTITY = 0.35
SCALE, MARGIN = 20.0, 0.2  # of the cosine softmax over people (Wang et al. 2018, CosFace)
SMOOTHING = 0.03
EMA = 0.997  # of a step: what is kept of the mean of the networks before, which errs less on what it was not taught
SHAPES = 4  # people that each rendered person is bent into, a new identity each


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of n rendered faces.

    Attributes:
        emotion: (n,) places in EMOTIONS.
        strength: (n,) 1 is full.
        actions: (n, a).
        person: (n,) from 0.
    """

    emotion: Tensor
    strength: Tensor
    actions: Tensor
    person: Tensor

    def __getitem__(self, chosen: Tensor) -> "Known":
        return Known(self.emotion[chosen], self.strength[chosen], self.actions[chosen], self.person[chosen])


@dataclass(frozen=True)
class Lesson:
    """Settings of a training.

    Attributes:
        width, features, identity: see :class:`Reader`.
        steps, batch: optimiser steps, and faces in each.
        lr, weight_decay: AdamW's; the rate rises and falls once.
        seed: of the first weights and of every random choice.
    """

    width: int
    features: int
    identity: int
    steps: int
    batch: int
    lr: float
    weight_decay: float
    seed: int


def train_reader(
    faces: Shots,
    known: Known,
    actions: Sequence[str],
    lesson: Lesson,
    bf16: bool,
    start: Mapping[str, Tensor] | None = None,
) -> Iterator[tuple[int, Reader, float]]:
    """Train; after every step its number, the mean of the networks of the last steps, and the loss.

    Args:
        faces: rendered faces.
        known: what is known of them.
        actions: the names of the facial actions.
        lesson: how.
        bf16: compute in bfloat16, for CPUs that are made for it.
        start: weights to go on from.
    """
    generator = torch.Generator().manual_seed(lesson.seed)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(lesson.seed)
        reader = Reader(lesson.width, lesson.features, lesson.identity, actions).to(memory_format=torch.channels_last)
        people = torch.nn.Parameter(F.normalize(torch.randn(SHAPES * (int(known.person.max()) + 1), lesson.identity)))
    if start is not None:
        reader.load_state_dict(start, strict=False)
    shapes = Shapes.draw(len(people), generator)
    mean = AveragedModel(reader, multi_avg_fn=get_ema_multi_avg_fn(EMA), use_buffers=True)
    averaged = mean.module
    assert isinstance(averaged, Reader)
    learnt = [*reader.parameters(), people]
    optimizer = torch.optim.AdamW(learnt, lesson.lr, weight_decay=lesson.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lesson.lr, total_steps=lesson.steps, pct_start=0.1)
    reader.train()
    for step in range(1, lesson.steps + 1):
        chosen = torch.randint(len(faces), (lesson.batch,), generator=generator)
        crops, target = varied(faces, known, shapes, chosen, reader.mirrored, generator)
        shown = prepare(spoil(crops, generator)).contiguous(memory_format=torch.channels_last)
        with torch.random.fork_rng(devices=[]), torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            torch.default_generator.manual_seed(lesson.seed + step)  # of dropout
            read = reader(shown)
        loss = loss_of(read, target, people)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        mean.update_parameters(reader)
        yield step, averaged, float(loss.detach())


def varied(
    faces: Shots, known: Known, shapes: Shapes, chosen: Tensor, mirrored: Tensor, generator: torch.Generator
) -> tuple[Tensor, Known]:
    """Close crops (n, 1, 96, 96) of the chosen faces and what is known of them: laid as exactly as landmarks are found,
    each in one of its person's shapes, half of them mirrored."""
    count = len(chosen)
    angle = 0.06 * torch.randn(count, generator=generator)
    scale = torch.exp(0.06 * torch.randn(count, generator=generator))
    shift = 0.025 * torch.randn(count, 2, generator=generator)
    target = known[chosen]
    target.person.mul_(SHAPES).add_(torch.randint(SHAPES, (count,), generator=generator))
    laid = jittered(faces.frames[chosen], angle, scale, shift)
    crops = cut(faces.pictures[chosen], laid, shapes.fields(target.person)) * sockets(count, generator)
    mirror = torch.rand(count, generator=generator) < 0.5
    crops[mirror] = crops[mirror].flip(-1)
    target.actions[mirror] = target.actions[mirror][:, mirrored]
    return crops, target


def sockets(count: int, generator: torch.Generator) -> Tensor:
    """What to multiply crops (n, 1, 96, 96) with: light from above leaves eyes in the shade, more or less."""
    y = ((torch.arange(SIZE) + 0.5) / SIZE - EYE_LINE).view(1, 1, -1, 1)
    depth = -0.1 + 0.5 * torch.rand(count, 1, 1, 1, generator=generator)
    return 1 - depth * torch.exp(-(((y + 0.02) / 0.07) ** 2))


def wished(known: Known) -> Tensor:
    """Probabilities (n, 6) of the emotions: a hint of one is mostly neutral."""
    share = ((known.strength - HINT) / (PLAIN - HINT)).clamp(0, 1)
    share = torch.where(known.emotion == NEUTRAL, 1.0, share)[:, None]
    wanted = share * F.one_hot(known.emotion, len(EMOTIONS)).float()
    wanted[:, NEUTRAL] += 1 - share[:, 0]
    return wanted * (1 - SMOOTHING) + SMOOTHING / len(EMOTIONS)


def loss_of(read: Read, known: Known, people: Tensor) -> Tensor:
    """Of what was read against what is known; ``people`` (p, d) are the directions of all people."""
    named = F.cross_entropy(read.emotions.float(), wished(known))
    strong = F.smooth_l1_loss(read.strength.float(), known.strength, beta=0.1)
    acted = F.smooth_l1_loss(read.actions.float(), known.actions, beta=0.1)
    cosine = read.identity.float() @ F.normalize(people).T
    whose = F.one_hot(known.person, len(people))
    is_who = F.cross_entropy(SCALE * (cosine - MARGIN * whose), known.person)
    return named + STRENGTH * strong + ACTION * acted + IDENTITY * is_who
