"""Made pairs whose flow is known in closed form."""

import torch
import torch.nn.functional as F

from emogan.core.emotions import EMOTIONS
from emogan.networks.surface import grid
from emogan.translating.pairs import CANVAS, CELLS, SHARED, Pairs

MOVED = 6  # pixels of the canvas to the right for each emotion after the first


def pairs(actions: int, people: int = 2) -> Pairs:
    """People in smooth pictures that move to the right as one, further with each emotion."""
    generator = torch.Generator().manual_seed(0)
    rough = torch.rand(people, 1, 12, 12, generator=generator)
    wide = F.interpolate(rough, (CANVAS, 2 * CANVAS), mode="bicubic").clamp(0, 1)[:, 0]
    starts = [CANVAS // 2 - MOVED * k for k in range(len(EMOTIONS))]
    images = torch.stack([(255 * wide[:, :, at : at + CANVAS]).byte() for at in starts], 1)
    steps = [2 * MOVED * k / CANVAS for k in range(len(EMOTIONS))]
    right = torch.tensor([1.0, 0.0])
    shared = torch.stack([grid(CELLS)[0] - step * right for step in steps])
    placed = torch.stack([grid(SHARED)[0] + step * right for step in steps])
    moved = torch.rand(people, len(EMOTIONS), actions, generator=generator)
    strengths = torch.full((people, len(EMOTIONS)), 0.5)
    maps = [one.expand(people, -1, -1, -1, -1) for one in (shared, placed)]
    return Pairs(images, maps[0], maps[1], moved, strengths, [f"p{number}" for number in range(people)])
