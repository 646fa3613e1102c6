"""One network that gives a face other facial actions: it moves what is there, and draws what no motion can bring."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emogan.networks.surface import Surface, grid

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


class _Block(nn.Module):
    """Two convolutions beside a way past them; the second sees the wished change as a scale and a shift of its maps
    (Perez et al., "FiLM", 2018)."""

    def __init__(self, inputs: int, outputs: int, style_dim: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.past = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        self.norm = nn.GroupNorm(8, outputs, affine=False)
        self.style = nn.Linear(style_dim, 2 * outputs)
        nn.init.normal_(self.style.weight, std=0.3 * style_dim**-0.5)
        nn.init.zeros_(self.style.bias)

    def forward(self, maps: Tensor, style: Tensor) -> Tensor:
        scale, shift = self.style(style)[:, :, None, None].chunk(2, 1)
        inner = self.norm(self.first(F.silu(maps)))
        past: Tensor = self.past(maps)
        wished: Tensor = past + self.second(F.silu(torch.addcmul(shift, inner, 1 + scale)))
        return wished


class Translator(nn.Module):
    """Faces (n, 1, size, size) in 0..1, aligned, and the change of their facial actions (n, a) to :class:`Translated`.

    An encoder and a decoder with ways between them (Ronneberger et al., "U-Net", 2015), on maps of half the image's
    size. It sees the face, and the same face moved as :class:`emogan.networks.surface.Surface` would have it, and puts
    that flow right. What comes out is the face moved by the flow, and where the mask says so what is drawn: the inside
    of the mouth, the whites of the eyes, folds.

    Args:
        widths: channels of the levels, the finest first, which is half as high and wide as the image: multiples of 8.
        style_dim: length of the vector that the change becomes.
        surface: channels of the levels of the network that says where on the face each pixel lies.
        actions: the names of the facial actions, in their order.
    """

    def __init__(self, widths: Sequence[int], style_dim: int, surface: Sequence[int], actions: Sequence[str]) -> None:
        super().__init__()
        self.change = nn.Sequential(
            nn.Linear(len(actions), style_dim), nn.SiLU(), nn.Linear(style_dim, style_dim), nn.SiLU()
        )
        self.surface = Surface(surface, len(actions))
        self.stem = nn.Conv2d(SEEN, widths[0], 3, padding=1)
        befores = [widths[0], *widths[:-1]]
        self.down = nn.ModuleList(_Block(i, o, style_dim) for i, o in zip(befores, widths, strict=True))
        self.deepest = _Block(widths[-1], widths[-1], style_dim)
        belows = [*widths[1:], widths[-1]]
        self.up = nn.ModuleList(
            _Block(below + own, own, style_dim) for below, own in zip(belows[::-1], widths[::-1], strict=True)
        )
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
        maps = self.stem(seen.contiguous(memory_format=torch.channels_last))
        ways = []
        for block in self.down:
            maps = block(maps, style)
            ways.append(maps)
            maps = F.avg_pool2d(maps, 2)
        maps = self.deepest(maps, style)
        for block, way in zip(self.up, ways[::-1], strict=True):
            maps = block(torch.cat([F.interpolate(maps, scale_factor=2.0), way], 1), style)
        maps = F.silu(maps)
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
