"""What the finder of covers is shown: faces, with something before half of them, and where it is."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from emogan.completing.covers import drawn
from emogan.translating.lessons import Bend, on_canvas, other_light
from emogan.translating.pairs import SIZE

COVERED = 0.6  # share of the faces that something is before
LEAST = 1e-3  # of the union, that nothing is divided by


@dataclass(frozen=True, eq=False)
class Covered:
    """Draws lessons from faces (n, CANVAS, CANVAS) uint8 that nothing is before."""

    faces: Tensor

    def draw(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Pictures (n, 1, SIZE, SIZE) in 0..1, bent and lit otherwise; and 1 where each shows a cover."""
        who = torch.randint(len(self.faces), (n,), generator=generator)
        bend = Bend.random(n, generator)
        cells = F.affine_grid(torch.eye(2, 3)[None], [1, 1, SIZE // 2, SIZE // 2], align_corners=False)
        at = bend.forward(cells.expand(n, -1, -1, -1)).permute(0, 3, 1, 2)
        fine = F.interpolate(at, SIZE, mode="bilinear", align_corners=False).permute(0, 2, 3, 1)
        images = self.faces[who][:, None].float() / 255
        faces = F.grid_sample(images, on_canvas(fine), padding_mode="reflection", align_corners=False)
        faces = other_light(faces, generator)
        rng = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        pictures, covers = drawn(faces, rng)
        some = torch.rand(n, 1, 1, 1, generator=generator) < COVERED
        pictures, covers = torch.where(some, pictures, faces), torch.where(some, covers, 0.0)
        grain = 0.05 * torch.rand(n, 1, 1, 1, generator=generator)
        pictures = pictures + grain * torch.randn(pictures.shape, generator=generator)
        return pictures.clamp(0, 1), covers


def loss_of(logits: Tensor, covers: Tensor) -> Tensor:
    """Cross-entropy, and how little what is found and what is there overlap (Milletari et al., "V-Net", 2016)."""
    found = logits.sigmoid()
    both, all_of_them = (found * covers).sum((1, 2, 3)), (found + covers).sum((1, 2, 3))
    apart = 1 - (2 * both + LEAST * covers[0].numel()) / (all_of_them + LEAST * covers[0].numel())
    return F.binary_cross_entropy_with_logits(logits, covers) + 0.5 * apart.mean()


def overlap(logits: Tensor, covers: Tensor) -> Tensor:
    """Intersection over union (n,) of what is found and what is there; 1 where both are nothing."""
    found, there = logits > 0, covers > 0.5
    either = (found | there).sum((1, 2, 3))
    return torch.where(either > 0, (found & there).sum((1, 2, 3)) / either.clamp_min(1), 1.0)
