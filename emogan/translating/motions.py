"""How each place of the face that all people share moves with the facial actions, by least squares."""

import torch
import torch.nn.functional as F
from torch import Tensor

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.networks.surface import PLACES
from emogan.translating.pairs import CANVAS, NOWHERE, SIZE, Pairs

NEUTRAL = EMOTIONS.index(Emotion.NEUTRO)
CAREFUL = 2.0  # ridge
ROUNDS = 4  # in which holes are filled with what is expected there


def motions_of(pairs: Pairs) -> Tensor:
    """Motions (a, 2, PLACES, PLACES) for each action at 1, from neutral faces to all others, in halves of an aligned
    face."""
    others = [place for place in range(len(EMOTIONS)) if place != NEUTRAL]
    change = torch.cat([pairs.actions[:, place] - pairs.actions[:, NEUTRAL] for place in others])
    rest = _coarse(pairs.placed[:, NEUTRAL])
    moved = torch.cat([_coarse(pairs.placed[:, place]) - rest for place in others]) * (CANVAS / SIZE)
    known = moved.abs().amax(1, keepdim=True) < 1
    square = change.T @ change + CAREFUL * torch.eye(change.shape[1])
    wanted = torch.where(known, moved, 0.0)
    for _ in range(ROUNDS):
        found = torch.linalg.solve(square, change.T @ wanted.flatten(1))
        wanted = torch.where(known, moved, (change @ found).view_as(moved))
    motions: Tensor = found.view(-1, *moved.shape[1:])
    return motions


def _coarse(placed: Tensor) -> Tensor:
    """Places (n, 2, PLACES, PLACES); far away where one of the finer ones is a hole."""
    fine = placed.float().permute(0, 3, 1, 2)
    hole = (fine.abs().amax(1, keepdim=True) >= NOWHERE / 2).float()
    mean = F.adaptive_avg_pool2d(fine, PLACES)
    return torch.where(F.adaptive_avg_pool2d(hole, PLACES) > 0, 10 * NOWHERE * torch.ones_like(mean), mean)
