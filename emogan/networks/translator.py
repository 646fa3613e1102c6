"""One network that gives a face other facial actions: it moves what is there, and draws what no motion can bring."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emogan.networks.surface import Surface, grid
from emogan.networks.unet import StyledBlock, Unet

FINEST = 8  # maps at the image's full size
REACH = 0.1  # of half the image: how far an output of 1 moves
SEEN = 11  # maps: the face and the face moved, a pixel's four quarters each, the motion, and where skin is
HIDDEN = -2.0  # logit of the mask where nothing is learnt yet: what is there stays


class Translated(NamedTuple):
    """What the network makes of n faces.

    Attributes:
        faces: (n, 1, size, size) in 0..1.
        flow: (n, 2, size / 2, size / 2): where each place is to be found in the face that came in, to the right and
            down, in halves of the image.
        mask: (n, 1, size, size) how much of each pixel is drawn, from 0 to 1.
        drawn: (n, 1, size, size) in 0..1: what is drawn there.
        motion: (n, 2, size / 2, size / 2) the flow as the motions of the shared face have it.
        places: (n, 2, size / 2, size / 2) which place of the shared face each cell of the face that came in shows.
        skin: (n, 1, size / 2, size / 2) the logit of whether it shows any.
    """

    faces: Tensor
    flow: Tensor
    mask: Tensor
    drawn: Tensor
    motion: Tensor
    places: Tensor
    skin: Tensor


class Translator(Unet):
    """Faces (n, 1, size, size) in 0..1, aligned, and the change of their facial actions (n, a) to :class:`Translated`.

    It works on maps of half the image's size. It sees the face, and the same face moved as
    :class:`emogan.networks.surface.Surface` would have it, and puts that flow right. What comes out is the face moved
    by the flow, and where the mask says so what is drawn: the inside of the mouth, the whites of the eyes, folds.

    Args:
        widths: channels of the levels, the finest first, which is half as high and wide as the image: multiples of 8.
        style_dim: length of the vector that the change becomes.
        surface: channels of the levels of the network that says where on the face each pixel lies.
        actions: number of facial actions.
    """

    conditional = True

    def __init__(self, widths: Sequence[int], style_dim: int, surface: Sequence[int], actions: int) -> None:
        super().__init__(SEEN, widths, lambda inputs, outputs: StyledBlock(inputs, outputs, style_dim))
        self.change = nn.Sequential(
            nn.Linear(actions, style_dim), nn.SiLU(), nn.Linear(style_dim, style_dim), nn.SiLU()
        )
        self.surface = Surface(surface, actions)
        self.deepest = StyledBlock(widths[-1], widths[-1], style_dim)
        self.flow = nn.Conv2d(widths[0], 2, 3, padding=1)
        self.unfold = nn.Conv2d(widths[0], 4 * FINEST, 3, padding=1)
        self.finest = nn.Conv2d(FINEST + 2, FINEST, 3, padding=1)
        self.paint = nn.Conv2d(FINEST, 2, 3, padding=1)
        for last in (self.flow, self.paint):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)  # type: ignore[arg-type]

    def forward(self, faces: Tensor, change: Tensor) -> Translated:
        style = self.change(change)
        motion, places, skin = self.surface(faces, change)
        both = F.pixel_unshuffle(2 * torch.cat([faces, warped(faces, motion)], 1) - 1, 2)
        seen = torch.cat([both, motion / REACH, skin.sigmoid()], 1)
        maps, ways = self.descend(seen, style)
        maps = self.ascend(self.deepest(maps, style), ways, style)
        flow = motion + REACH * self.flow(maps).float()
        moved = warped(faces, flow)
        finest = torch.cat([F.pixel_shuffle(self.unfold(maps), 2), faces, moved], 1)
        logits, drawn = self.paint(F.silu(self.finest(finest))).float().chunk(2, 1)
        mask = (logits + HIDDEN).sigmoid()
        drawn = (4 * drawn).sigmoid()
        return Translated(torch.lerp(moved, drawn, mask), flow, mask, drawn, motion, places, skin)


def warped(images: Tensor, flow: Tensor) -> Tensor:
    """Images (n, c, size, size) with each place taken from where the flow (n, 2, s, s) says, enlarged smoothly."""
    size = images.shape[-1]
    if flow.shape[-1] != size:
        flow = F.interpolate(flow, (size, size), mode="bilinear", align_corners=False)
    at = grid(size).to(images.device) + flow.permute(0, 2, 3, 1)
    return F.grid_sample(images, at, padding_mode="border", align_corners=False)
