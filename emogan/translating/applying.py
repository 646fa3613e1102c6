"""A face of a photograph with other facial actions, at the photograph's own resolution and in its colours."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from emogan.finding.aligning import aligned_frame
from emogan.finding.crops import corners, cut
from emogan.finding.frames import Frame
from emogan.networks.translator import Translated, warped
from emogan.recognition.reading import ReadFace
from emogan.translating.network import TrainedTranslator
from emogan.translating.pairs import SIZE

EDGE = 0.10  # of the side of the square around a face: so far from its border all has faded out
BAND = 1 << 20  # pixels that are worked on at once
PALE = 0.7  # how much of the colour goes where something is drawn: teeth and the whites of eyes have little
LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True, eq=False)
class Moved:
    """What becomes of a face, before it is put back.

    Attributes:
        made: by the network, at :data:`emogan.translating.pairs.SIZE`.
        moved: (1, 1, SIZE, SIZE) the face moved by the flow alone, which fades out towards the border.
        flow: (1, 2, SIZE / 2, SIZE / 2) which does.
        window: (1, 1, SIZE, SIZE) from 0 at the border to 1 in the middle.
        frame: of the aligned face in the photograph.
    """

    made: Translated
    moved: Tensor
    flow: Tensor
    window: Tensor
    frame: Frame


@torch.no_grad()
def translate(picture: Image.Image, face: ReadFace, to: Mapping[str, float], by: TrainedTranslator) -> Image.Image:
    """The picture with one face changed.

    Args:
        picture: L or RGB.
        face: of ``picture``, as :func:`emogan.recognition.reading.read_faces` reads it.
        to: the facial actions that it gets.

    Returns:
        A picture as large, in which nothing is changed outside of the face.
    """
    return put_in(picture, moved(picture, face, to, by))


@torch.no_grad()
def moved(picture: Image.Image, face: ReadFace, to: Mapping[str, float], by: TrainedTranslator) -> Moved:
    """What the network makes of a face, and of the flow what is used."""
    frame = aligned_frame(face.face)
    grey = grey_in(picture, frame)
    made = by.network(grey, torch.tensor([[to.get(name, 0.0) - face.actions[name] for name in by.actions]]))
    window = fading(SIZE)
    flow = made.flow * F.avg_pool2d(window, 2)
    return Moved(made, warped(grey, flow), flow, window, frame)


def grey_in(picture: Image.Image, frame: Frame, size: int = SIZE) -> Tensor:
    """What a frame shows (1, 1, size, size) in 0..1."""
    return torch.from_numpy(np.asarray(cut(picture.convert("L"), frame, size), np.float32) / 255)[None, None]


def fading(size: int) -> Tensor:
    """(1, 1, size, size): 1 in the middle of a square, 0 from its border to :data:`EDGE` of it inside."""
    line = (torch.arange(size) + 0.5) / size
    line = ((torch.minimum(line, 1 - line) - EDGE) / EDGE).clamp(0, 1)
    line = line * line * (3 - 2 * line)
    return (line[:, None] * line[None])[None, None]


def put_in(picture: Image.Image, face: Moved) -> Image.Image:
    """The picture with a moved face at its place: its own pixels moved, and what was drawn added to them."""
    low = np.maximum(np.floor(corners(face.frame).min(0)).astype(int), 0)
    high = np.minimum(np.ceil(corners(face.frame).max(0)).astype(int), picture.size)
    result = picture.copy()
    if (high <= low).any():
        return result
    width = int(high[0] - low[0])
    rows = max(1, BAND // width)
    source = _Source.of(picture, face, (low, high))
    for top in range(int(low[1]), int(high[1]), rows):
        bottom = min(top + rows, int(high[1]))
        band = source.band(int(low[0]), top, width, bottom - top)
        result.paste(Image.fromarray(band), (int(low[0]), top))
    return result


@dataclass(frozen=True, eq=False)
class _Source:
    """What pixels are taken from: the part of the picture around the face, and the small maps that say how."""

    pixels: Tensor  # (1, c, h, w) in 0..255 from ``left``, ``top``
    left: int
    top: int
    maps: Tensor  # (1, 4, SIZE, SIZE): flow, in shares of the frame; the share drawn; what is seen in the end
    soft: Tensor  # (1, 1, SIZE, SIZE) the moved face as the network saw it, in 0..1
    frame: Frame

    @staticmethod
    def of(picture: Image.Image, face: Moved, box: tuple[NDArray[np.int_], NDArray[np.int_]]) -> "_Source":
        values = np.asarray(picture.crop((*box[0].tolist(), *box[1].tolist())), np.float32)
        pixels = torch.from_numpy(values.reshape(*values.shape[:2], -1)).permute(2, 0, 1)[None]
        mask = face.made.mask * face.window
        seen = torch.lerp(face.moved, face.made.drawn, mask)
        flow = F.interpolate(face.flow / 2, (SIZE, SIZE), mode="bilinear", align_corners=False)
        left, top = (int(v) for v in box[0])
        return _Source(pixels, left, top, torch.cat([flow, mask, seen], 1), face.moved, face.frame)

    def band(self, left: int, top: int, width: int, height: int) -> NDArray[np.uint8]:
        """Pixels (height, width[, 3]) of the result."""
        x, y = np.meshgrid(left + np.arange(width) + 0.5, top + np.arange(height) + 0.5)
        shares = self.frame.from_picture(np.stack([x, y], -1))
        at = torch.from_numpy(2 * shares - 1).float()[None]
        maps = F.grid_sample(self.maps, at, mode="bicubic", padding_mode="border", align_corners=False)[0]
        outside = (at.abs() > 1).any(-1)[0]
        flow = maps[:2].permute(1, 2, 0).double().numpy()
        flow[outside.numpy()] = 0
        mask = maps[2].clamp(0, 1).masked_fill(outside, 0)
        own = self._own(left, top, width, height)
        if not flow.any() and not mask.any():
            return _pixels(own)
        there = flow @ self.frame.axes
        colours = self._at(x + there[..., 0], y + there[..., 1])
        if mask.any():
            soft = F.grid_sample(self.soft, at, mode="bicubic", padding_mode="border", align_corners=False)[0, 0]
            colours = _drawn_over(colours, 255 * soft, 255 * maps[3], mask)
        still = torch.from_numpy(np.abs(flow).max(-1) == 0) & (mask == 0)
        return _pixels(torch.where(still, own, colours))

    def _own(self, left: int, top: int, width: int, height: int) -> Tensor:
        left, top = left - self.left, top - self.top
        return self.pixels[0, :, top : top + height, left : left + width]

    def _at(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Tensor:
        """Colours (c, h, w) of places in the picture's pixels, edges at whole numbers."""
        height, width = self.pixels.shape[2:]
        grid = np.stack([2 * (x - self.left) / width - 1, 2 * (y - self.top) / height - 1], -1)
        where = torch.from_numpy(grid).float()[None]
        return F.grid_sample(self.pixels, where, mode="bicubic", padding_mode="border", align_corners=False)[0]


def _drawn_over(colours: Tensor, soft: Tensor, seen: Tensor, mask: Tensor) -> Tensor:
    """Colours (c, h, w) with the light (h, w) that the network wants, less of their own detail where it draws, and less
    of their colour."""
    light = torch.tensordot(torch.tensor(LUMA), colours, 1) if len(colours) == 3 else colours[0]
    wanted = seen + (1 - mask) * (light - soft)
    return wanted + (colours - light) * (1 - PALE * mask)


def _pixels(colours: Tensor) -> NDArray[np.uint8]:
    values = colours.clamp(0, 255).round().to(torch.uint8).permute(1, 2, 0).contiguous().numpy()
    return values.squeeze(2) if values.shape[2] == 1 else values
