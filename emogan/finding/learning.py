"""How the landmarker is trained: on crops of rendered faces, whose landmarks are known, and of what is no face."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from emogan.finding.bending import bent, draw_bends, fields_of
from emogan.finding.variations import spoil
from emogan.networks.landmarker import CELLS, MIRRORED, SIZE, Landmarker, Reading, prepare

SPREAD = 0.9  # of the wished heat around a landmark, in cells
BENT = 0.06  # of a crop's side: faces differ by more than the renderer's people do
EYES_APART = 0.27  # of a close crop's side


@dataclass(frozen=True, eq=False)
class Shots:
    """Pictures to cut crops from.

    Attributes:
        pictures: uint8 (n, 1, h, w).
        frames: (n, 2, 3) from shares of the side of the close crop (x, y, 1) to pixels; see
            :class:`emogan.finding.frames.Frame`.
        landmarks: (n, 70, 2) in shares of that crop.
        turn: (n, 2) yaw and pitch in units of 45 degrees.
    """

    pictures: Tensor
    frames: Tensor
    landmarks: Tensor
    turn: Tensor

    def __len__(self) -> int:
        return len(self.pictures)


@dataclass(frozen=True)
class Recipe:
    """Settings of a training.

    Attributes:
        width: see :class:`Landmarker`.
        steps, batch: optimiser steps, and crops in each.
        nothing: share of the crops that show no face.
        lr, weight_decay: AdamW's; the rate rises and falls once.
        seed: of the first weights and of every random choice.
    """

    width: int
    steps: int
    batch: int
    nothing: float
    lr: float
    weight_decay: float
    seed: int


def train_landmarker(
    faces: Shots, others: Tensor, recipe: Recipe, bf16: bool, start: Mapping[str, Tensor] | None = None
) -> Iterator[tuple[int, Landmarker, float]]:
    """Train; after every step its number, the network and the loss.

    Args:
        faces: rendered faces.
        others: uint8 (m, 1, h, w) pictures without a face.
        recipe: how.
        bf16: compute in bfloat16, for CPUs that are made for it.
        start: weights to go on from.
    """
    generator = torch.Generator().manual_seed(recipe.seed)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(recipe.seed)
        network = Landmarker(recipe.width).to(memory_format=torch.channels_last)
    if start is not None:
        network.load_state_dict(start)
    optimizer = torch.optim.AdamW(network.parameters(), recipe.lr, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.lr, total_steps=recipe.steps, pct_start=0.1)
    blank = round(recipe.nothing * recipe.batch)
    network.train()
    for step in range(1, recipe.steps + 1):
        crops, landmarks, turn = face_crops(faces, recipe.batch - blank, generator)
        nothing = torch.cat(
            [missed_crops(faces, blank // 2, generator), other_crops(others, blank - blank // 2, generator)]
        )
        shown = prepare(spoil(torch.cat([crops, nothing]), generator)).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            reading = network(shown)
        loss = loss_of(reading, landmarks, turn)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        yield step, network, float(loss.detach())


def loss_of(reading: Reading, landmarks: Tensor, turn: Tensor) -> Tensor:
    """Of crops the first of which are the faces with these landmarks (n, 70, 2) and turns (n, 2); the rest are none."""
    count = len(landmarks)
    is_face = torch.zeros(len(reading.face))
    is_face[:count] = 1.0
    seen = F.binary_cross_entropy_with_logits(reading.face.float(), is_face)
    away = F.l1_loss(reading.turn[:count].float(), turn)
    distance = (reading.places[:count] - landmarks).norm(dim=-1) / EYES_APART
    inside = ((landmarks > 0) & (landmarks < 1)).all(-1)
    spread = (heat_target(landmarks) * -F.log_softmax(reading.heat[:count].float().flatten(2), -1)).sum(-1)
    loss: Tensor = 3.0 * distance[inside].mean() + 0.2 * spread[inside].mean() + seen + 0.3 * away
    return loss


def heat_target(landmarks: Tensor) -> Tensor:
    """Wished heat (n, k, 576), of sum 1, around places (n, k, 2)."""
    cells = (torch.arange(CELLS) + 0.5) / CELLS
    near = [torch.exp(-0.5 * ((cells - landmarks[..., axis : axis + 1]) * CELLS / SPREAD) ** 2) for axis in (0, 1)]
    heat = (near[1][..., :, None] * near[0][..., None, :]).flatten(2)
    wished: Tensor = heat / heat.sum(-1, keepdim=True).clamp_min(1e-6)
    return wished


def face_crops(faces: Shots, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Crops (n, 1, 96, 96) that lie more or less well over a bent face, the landmarks in them, and the turns."""
    chosen = torch.randint(len(faces), (count,), generator=generator)
    loose = torch.where(_uniform(count, generator, 0, 1) < 0.5, 1.0, 0.35)  # as first found, and as looked at again
    angle = loose * _normal(count, generator) * 0.22
    scale = torch.exp(loose * _normal(count, generator) * 0.16)
    shift = loose[:, None] * torch.randn(count, 2, generator=generator) * 0.07
    laid = jittered(faces.frames[chosen], angle, scale, shift)
    fields = fields_of(draw_bends(count, BENT, generator))
    landmarks = bent(moved(faces.landmarks[chosen], faces.frames[chosen], laid), fields)
    crops, turn = cut(faces.pictures[chosen], laid, fields), faces.turn[chosen].clone()
    mirror = _uniform(count, generator, 0, 1) < 0.5
    crops[mirror] = crops[mirror].flip(-1)
    flipped = landmarks[mirror][:, MIRRORED]
    landmarks[mirror] = torch.stack([1 - flipped[..., 0], flipped[..., 1]], -1)
    turn[mirror] = turn[mirror] * torch.tensor([-1.0, 1.0])
    return crops, landmarks, turn


def missed_crops(faces: Shots, count: int, generator: torch.Generator) -> Tensor:
    """Crops (n, 1, 96, 96) of pictures with a face that lie beside it, over a part of it, or far around it."""
    chosen = torch.randint(len(faces), (count,), generator=generator)
    kind = torch.randint(4, (count,), generator=generator)
    angle = _normal(count, generator) * 0.3 + torch.where(
        kind == 3, math.pi * _uniform(count, generator, 0.5, 1.5), 0.0
    )
    scale = torch.where(kind == 1, _uniform(count, generator, 0.18, 0.45), _uniform(count, generator, 0.6, 1.4))
    scale = torch.where(kind == 2, _uniform(count, generator, 2.4, 3.5), scale)
    far = _uniform(count, generator, 0.6, 1.1)
    direction = _uniform(count, generator, 0, 2 * math.pi)
    aside = torch.stack([direction.cos(), direction.sin()], 1) * far[:, None]
    shift = torch.where((kind == 0)[:, None], aside, torch.where((kind == 1)[:, None], 0.35 * aside, 0.1 * aside))
    return cut(faces.pictures[chosen], jittered(faces.frames[chosen], angle, scale, shift))


def other_crops(others: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Crops (n, 1, 96, 96) of pictures without a face."""
    chosen = torch.randint(len(others), (count,), generator=generator)
    side = torch.exp(_uniform(count, generator, math.log(0.25), 0.0)) * min(others.shape[2:])
    room = torch.tensor([others.shape[3], others.shape[2]]) - side[:, None]
    origin = torch.rand(count, 2, generator=generator) * room
    axes = torch.diag_embed(side[:, None].expand(-1, 2))
    return cut(others[chosen], torch.cat([axes, origin[..., None]], 2))


def jittered(frames: Tensor, angle: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Frames (n, 2, 3) turned and scaled about their middle and shifted by shares of their side."""
    cosine, sine = angle.cos() * scale, angle.sin() * scale
    turn = torch.stack([torch.stack([cosine, -sine], 1), torch.stack([sine, cosine], 1)], 1)
    offset = 0.5 + shift - (turn @ torch.tensor([0.5, 0.5]))
    axes, origin = frames[:, :, :2], frames[:, :, 2]
    return torch.cat([axes @ turn, ((axes @ offset[..., None])[..., 0] + origin)[..., None]], 2)


def moved(places: Tensor, of: Tensor, to: Tensor) -> Tensor:
    """Places (n, k, 2) in shares of the frames ``of`` (n, 2, 3), in shares of the frames ``to``."""
    pixels = places @ of[:, :, :2].transpose(1, 2) + of[:, None, :, 2]
    shares: Tensor = (pixels - to[:, None, :, 2]) @ torch.linalg.inv(to[:, :, :2]).transpose(1, 2)
    return shares


def cut(pictures: Tensor, frames: Tensor, bend: Tensor | None = None) -> Tensor:
    """What frames (n, 2, 3) show of uint8 pictures (n, 1, h, w): float (n, 1, 96, 96) from 0 to 1; bent by
    (n, 96, 96, 2) in shares of the side."""
    cells = (torch.arange(SIZE) + 0.5) / SIZE
    y, x = torch.meshgrid(cells, cells, indexing="ij")
    places = torch.stack([x, y], -1)[None]
    if bend is not None:
        places = places + bend
    pixels = places.flatten(1, 2) @ frames[:, :, :2].transpose(1, 2) + frames[:, None, :, 2]
    size = torch.tensor([pictures.shape[3], pictures.shape[2]])
    where = (2 * pixels / size - 1).view(-1, SIZE, SIZE, 2)
    shown = pictures.float() / 255
    return F.grid_sample(shown, where, mode="bilinear", padding_mode="border", align_corners=False)


def _uniform(count: int, generator: torch.Generator, low: float, high: float) -> Tensor:
    return low + (high - low) * torch.rand(count, generator=generator)


def _normal(count: int, generator: torch.Generator) -> Tensor:
    return torch.randn(count, generator=generator)
