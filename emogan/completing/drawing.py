"""The hidden part of a face drawn, in colour and at the photograph's own resolution."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter
from torch import Tensor

from emogan.completing.finding import share
from emogan.completing.naming import clues
from emogan.completing.network import packaged_completer
from emogan.completing.seeing import Seen, explained, smooth, spread
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.finding.aligning import put_back
from emogan.finding.crops import cut
from emogan.finding.frames import Frame
from emogan.translating.applying import grey_in
from emogan.translating.network import packaged_translator
from emogan.translating.pairs import SIZE

Floats = NDArray[Any]
MOST = 768  # pixels of a face that is drawn; in larger ones it is enlarged
SEAM = 6.0  # pixels of the aligned face within which what is drawn gives way to what is around it
SPREAD = (4.0, 10.0, 30.0)  # the same, from which colours are taken, the nearest first
SOFT = 0.7  # pixels of the aligned face that the edge is wide
EDGE = 0.03  # of the side of the square around a face, within which all fades out
OTHER = 0.5  # how much the colours of the other half count
COARSE = 2.0  # pixels: what is finer counts as grain


@dataclass(frozen=True, eq=False)
class Completion:
    """A completed face.

    Attributes:
        picture: with it.
        hidden: share of the face that was hidden.
        shows: the probability of each emotion, read of what was visible; together 1.
    """

    picture: Image.Image
    hidden: float
    shows: Mapping[str, float]


@torch.no_grad()
def complete(picture: Image.Image, frame: Frame, hidden: Tensor, emotion: Mapping[Emotion, float] | None) -> Completion:
    """Draw what is hidden of a face.

    Args:
        picture: L or RGB.
        frame: of the aligned face in it.
        hidden: (1, 1, SIZE, SIZE) 1 where it is.
        emotion: to draw, with weights; None: what the visible part shows.
    """
    grey = grey_in(picture, frame)
    wished = None if emotion is None else torch.tensor([float(emotion.get(one, 0.0)) for one in EMOTIONS])
    seen, shows = look(grey, hidden, wished)
    drawn = _fitted(completed(grey, hidden, seen), grey, hidden)
    size = int(np.clip(round(frame.side), SIZE, MOST))
    larger = F.interpolate(drawn, size, mode="bicubic", align_corners=False).clamp(0, 1)[0, 0].numpy()
    soft = _matte(hidden, size)
    square = _with_grain(larger, grey_in(picture, frame, size)[0, 0].numpy(), soft)
    if picture.mode == "RGB":
        square = _coloured(square, np.asarray(cut(picture, frame, SIZE).convert("YCbCr"), np.float32), hidden, size)
    image = Image.fromarray((255 * square.clip(0, 1)).round().astype(np.uint8))
    mask = Image.fromarray((255 * soft).round().astype(np.uint8))
    names = [emotion.value for emotion in EMOTIONS]
    return Completion(
        put_back(picture, image, frame, mask), share(hidden), dict(zip(names, shows.tolist(), strict=True))
    )


@torch.no_grad()
def look(grey: Tensor, hidden: Tensor, emotion: Tensor | None = None) -> tuple[Seen, Tensor]:
    """What the model makes of a face (1, 1, SIZE, SIZE), and the probabilities (6,) of what it shows: it is explained
    again with these, or with the shares (6,) of another emotion."""
    first = _explained(grey, hidden, None)
    logits = packaged_completer().names(clues(completed(grey, hidden, first), hidden, first.emotions))
    shows: Tensor = logits.softmax(0)
    return _explained(grey, hidden, shows if emotion is None else emotion), shows


def completed(grey: Tensor, hidden: Tensor, seen: Seen) -> Tensor:
    """The face (1, 1, SIZE, SIZE), where it is hidden as the model has it: skin drawn, all else taken smoothly from
    around it."""
    around = smooth(grey, 1 - hidden)
    return torch.lerp(torch.lerp(around, seen.drawn, seen.skin), grey, 1 - hidden)


def _explained(grey: Tensor, hidden: Tensor, emotion: Tensor | None) -> Seen:
    return explained(grey, hidden, packaged_completer().model, packaged_translator().network.surface, emotion)


def _fitted(drawn: Tensor, grey: Tensor, hidden: Tensor) -> Tensor:
    """What is drawn, as bright at its edge as what is around it."""
    seen = (1 - hidden)[0, 0].numpy()
    off = ((grey - drawn)[0, 0].numpy()) * seen
    weight = gaussian_filter(seen, SEAM / 2)
    there = gaussian_filter(off, SEAM / 2) / np.maximum(weight, 1e-3)
    near = np.clip(2 * weight, 0, 1)  # 1 at the edge, 0 deep inside
    return drawn + torch.from_numpy(there * near)[None, None]


def _matte(hidden: Tensor, size: int) -> Floats:
    """How much of each pixel (size, size) is replaced."""
    whole = F.interpolate(hidden, size, mode="bilinear", align_corners=False)[0, 0].numpy()
    soft = gaussian_filter(whole, SOFT * size / SIZE)
    line = (np.arange(size) + 0.5) / size
    fade = np.clip(np.minimum(line, 1 - line) / EDGE, 0, 1)
    result: Floats = (np.clip(1.6 * soft - 0.3, 0, 1) * fade[:, None] * fade[None]).astype(np.float32)
    return result


def _with_grain(square: Floats, own: Floats, matte: Floats) -> Floats:
    """With the grain that the photograph has around it."""
    fine = own - gaussian_filter(own, COARSE)
    around = (matte == 0) & (gaussian_filter(matte, len(matte) / 16) > 0.02)
    smooth = around & (np.abs(fine) < np.quantile(np.abs(fine[around]), 0.5)) if around.any() else around
    level = float(fine[smooth].std()) if smooth.any() else 0.0
    noise = np.random.default_rng(0).normal(size=square.shape).astype(np.float32)
    result: Floats = square + level * noise
    return result


def _coloured(square: Floats, own: Floats, hidden: Tensor, size: int) -> Floats:
    """(size, size, 3): with the colours of what is visible nearby, or on the other side of the face.

    Args:
        own: (SIZE, SIZE, 3) YCbCr from 0 to 255.
    """
    seen = (1 - hidden)[0, 0].numpy()
    chroma = own[..., 1:] - 128
    known = np.maximum(seen, OTHER * seen[:, ::-1])
    values = spread(np.where(seen[..., None] > 0, chroma, chroma[:, ::-1]), known, SPREAD)
    planes = [
        np.asarray(Image.fromarray(values[..., k]).resize((size, size), Image.Resampling.BICUBIC)) for k in (0, 1)
    ]
    whole = np.stack([255 * square, planes[0] + 128, planes[1] + 128], -1).clip(0, 255).round().astype(np.uint8)
    result: Floats = np.asarray(Image.fromarray(whole, "YCbCr").convert("RGB"), np.float32) / 255
    return result
