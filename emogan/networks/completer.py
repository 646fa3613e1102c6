"""Finds what covers a face, says what expression the rest shows, and draws what is hidden."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emogan.core.emotions import EMOTIONS
from emogan.networks.surface import grid
from emogan.networks.unet import StyledBlock, Unet, plain_block

FINEST = 8  # maps at the image's full size
SEEN = 4  # maps: what is seen of the face, and where; the same of its mirror image
TEXELS = 96  # of the shared face across and down
STEP = 8  # cells of the maps of light, in cells of the others
DETAIL = 0.2  # the most that is added to a texture
POOLED = 4  # cells across and down that the emotion is read from


class Completed(NamedTuple):
    """What the network makes of n faces.

    Attributes:
        faces: (n, 1, size, size) in 0..1: what is seen of each as it came in, the rest drawn.
        drawn: (n, 1, size, size) in 0..1: what it would draw everywhere.
        places: (n, 2, size / 2, size / 2) which place of the face that all people share is or would be seen in each
            cell, in halves of it.
        skin: (n, 1, size / 2, size / 2) the logit of whether any is.
    """

    faces: Tensor
    drawn: Tensor
    places: Tensor
    skin: Tensor


class Glimpse(NamedTuple):
    """What the network knows of n faces that are partly seen.

    Attributes:
        emotions: logits (n, 6) of what their visible parts show.
        maps, ways: what :meth:`Completer.draw` goes on with.
        faces, visible: (n, 1, size, size) as they came in.
    """

    emotions: Tensor
    maps: Tensor
    ways: Sequence[Tensor]
    faces: Tensor
    visible: Tensor


class CoverFinder(Unet):
    """Faces (n, 1, size, size) in 0..1, aligned, to logits (n, 1, size, size) of whether each pixel shows a cover.

    Args:
        widths: channels of the levels, the finest first, which is half as high and wide as the image: multiples of 8.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__(4, widths, plain_block)
        self.covered = nn.Conv2d(widths[0], 4, 3, padding=1)

    def forward(self, faces: Tensor) -> Tensor:
        maps = self.ascend(*self.descend(F.pixel_unshuffle(2 * faces - 1, 2)))
        return F.pixel_shuffle(self.covered(maps).float(), 2)


class Completer(Unet):
    """Draws what is hidden of aligned faces (n, 1, size, size) in 0..1, with an emotion.

    It sees what is visible of a face and of its mirror image. The way down knows no emotion: there is read which one
    shows. The way up is told which one to draw. Skin is drawn as a texture of the face that all people share, a sum of
    few (Cootes et al., "Active appearance models", 2001), laid where the network says, in light that it gives, with
    some detail; everything else is drawn freely.

    Args:
        widths: channels of the levels, the finest first, which is half as high and wide as the image: multiples of 8.
        style_dim: length of the vector that the emotion becomes.
        features: length of the vector that the emotion is read from.
        finder: channels of the levels of :class:`CoverFinder`.
        ways: in which textures differ from their mean.
    """

    def __init__(self, widths: Sequence[int], style_dim: int, features: int, finder: Sequence[int], ways: int) -> None:
        super().__init__(4 * SEEN, widths, lambda inputs, outputs: StyledBlock(inputs, outputs, style_dim))
        self.finder = CoverFinder(finder)
        self.nothing = nn.Parameter(torch.zeros(style_dim))
        self.emotion = nn.Linear(len(EMOTIONS), style_dim)
        self.deepest = StyledBlock(widths[-1], widths[-1], style_dim)
        self.shown = nn.Sequential(
            *(nn.SiLU(), nn.AdaptiveAvgPool2d(POOLED), nn.Flatten()),
            *(nn.Linear(widths[-1] * POOLED**2, features), nn.SiLU(), nn.Dropout(0.2)),
            nn.Linear(features, len(EMOTIONS)),
        )
        self.textures = nn.Parameter(torch.zeros(1 + ways, TEXELS, TEXELS))
        self.ways = nn.Linear(widths[-1] * POOLED**2 + style_dim, ways)
        self.laid = nn.Conv2d(widths[0], 5, 3, padding=1)
        self.unfold = nn.Conv2d(widths[0], 4 * FINEST, 3, padding=1)
        self.finest = nn.Conv2d(FINEST + 3, FINEST, 3, padding=1)
        self.paint = nn.Conv2d(FINEST, 2, 3, padding=1)
        for last in (self.laid, self.paint):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)  # type: ignore[arg-type]

    def look(self, faces: Tensor, visible: Tensor) -> Glimpse:
        """See what is visible of faces: ``visible`` (n, 1, size, size) is 1 there, 0 where something hides them."""
        seen = (2 * faces - 1) * visible
        maps = torch.cat([seen, visible, seen.flip(-1), visible.flip(-1)], 1)
        nothing = self.nothing.expand(len(faces), -1)
        deepest, ways = self.descend(F.pixel_unshuffle(maps, 2), nothing)
        deepest = self.deepest(deepest, nothing)
        return Glimpse(self.shown(deepest).float(), deepest, ways, faces, visible)

    def draw(self, glimpse: Glimpse, emotion: Tensor) -> Completed:
        """Draw the rest, with weights of the emotions (n, 6): strengths from 0 to 1."""
        size = glimpse.faces.shape[-1]
        style = self.emotion(emotion)
        maps = self.ascend(glimpse.maps, glimpse.ways, style)
        told = self.laid(maps).float()
        places = told[:, :2] + grid(size // 2).permute(0, 3, 1, 2)
        skin = told[:, 2:3]
        light = _enlarged(F.avg_pool2d(told[:, 3:], STEP), size)
        pooled = F.adaptive_avg_pool2d(F.silu(glimpse.maps), POOLED).flatten(1)
        differ = self.ways(torch.cat([pooled, style], 1)).float()
        texture = self.textures[:1] + torch.tensordot(differ, self.textures[1:], 1)[:, None]
        at = _enlarged(places, size).permute(0, 2, 3, 1)
        plain = F.grid_sample(texture, at, padding_mode="border", align_corners=False)
        lit = 0.5 + light[:, 1:] + 0.15 * light[:, :1].exp() * plain
        seen = (2 * glimpse.faces - 1) * glimpse.visible
        finest = torch.cat([F.pixel_shuffle(self.unfold(maps), 2), seen, glimpse.visible, 2 * lit - 1], 1)
        freely, detail = self.paint(F.silu(self.finest(finest))).float().chunk(2, 1)
        drawn = torch.lerp((4 * freely).sigmoid(), lit + DETAIL * detail.tanh(), _enlarged(skin, size).sigmoid())
        drawn = drawn.clamp(0, 1)
        return Completed(torch.lerp(drawn, glimpse.faces, glimpse.visible), drawn, places, skin)


def _enlarged(maps: Tensor, size: int) -> Tensor:
    return F.interpolate(maps, size, mode="bilinear", align_corners=False)
