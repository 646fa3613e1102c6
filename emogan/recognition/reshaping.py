"""Everybody as several people: faces bent into shapes that stay theirs, whatever they show."""

from dataclasses import dataclass

import torch
from torch import Tensor

from emogan.finding.bending import draw_bends, fields_of
from emogan.finding.frames import CLOSE
from emogan.networks.landmarker import SIZE

EYE_LINE = float(CLOSE[0, 1])
BENT = 0.035  # of a crop's side: how far shapes differ
# Deviations over people: of the brows' height in shares of a crop's side, of the brows' distance from the middle and of
# how far eyes are open in shares of themselves.
BROWS_DOWN, BROWS_TOGETHER, EYES_NARROW = 0.012, 0.10, 0.20


@dataclass(frozen=True, eq=False)
class Shapes:
    """Shapes of m people.

    Attributes:
        bends: (m, 2, 6, 6), see :func:`emogan.finding.bending.draw_bends`.
        upper: (m, 3) brows that come down, brows that come together, eyes that narrow.
    """

    bends: Tensor
    upper: Tensor

    @classmethod
    def draw(cls, count: int, generator: torch.Generator) -> "Shapes":
        """Shapes of ``count`` people."""
        bends = draw_bends(count, BENT, generator)
        spread = torch.tensor([BROWS_DOWN, BROWS_TOGETHER, EYES_NARROW])
        return cls(bends, spread * torch.randn(count, 3, generator=generator))

    def fields(self, which: Tensor) -> Tensor:
        """Fields (n, 96, 96, 2) that bend crops of the people ``which`` (n,), for :func:`emogan.finding.learning.cut`.

        A crop shows at a place what the field points at: what comes down is looked for above.
        """
        cells = (torch.arange(SIZE) + 0.5) / SIZE
        y, x = (cells - EYE_LINE).view(1, -1, 1), (cells - 0.5).view(1, 1, -1)
        brows = torch.exp(-(((y + 0.10) / 0.06) ** 2))
        down, together, narrow = (self.upper[which, k].view(-1, 1, 1) for k in range(3))
        up = down * brows - narrow * y * torch.exp(-((y / 0.05) ** 2))
        inward = together * x * torch.exp(-((x / 0.2) ** 2)) * brows
        return fields_of(self.bends[which]) + torch.stack(
            [inward.expand(-1, SIZE, SIZE), -up.expand(-1, SIZE, SIZE)], -1
        )
