"""Pixels of a frame out of a picture, smoothly smaller or larger."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emogan.finding.frames import Frame


def cut(picture: Image.Image, frame: Frame, size: int) -> Image.Image:
    """What a frame shows of a picture, as a picture ``size`` pixels high and wide.

    A frame much larger than ``size`` is taken from a smaller copy of the picture, so that nothing flickers. Beyond the
    picture its edge goes on.
    """
    shrink = max(1, math.floor(frame.side / size))
    left, top, right, bottom = _box(picture, frame)
    part = picture.crop((left, top, right, bottom))
    if shrink > 1:
        part = part.reduce(shrink)
    origin = ((frame.origin[0] - left) / shrink, (frame.origin[1] - top) / shrink)
    axes = frame.axes / shrink / size
    part, origin = _edged(part, Frame(origin, frame.side / shrink, frame.angle))
    (a, d), (b, e) = axes
    matrix = (a, b, origin[0], d, e, origin[1])
    return part.transform((size, size), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)


def cut_all(grey: Image.Image, frames: Sequence[Frame], size: int) -> NDArray[np.float32]:
    """What frames show of a grey picture: (n, size, size) from 0 to 1."""
    return np.stack([np.asarray(cut(grey, frame, size), dtype=np.float32) / 255 for frame in frames])


def corners(frame: Frame) -> NDArray[np.float64]:
    """The corners (4, 2) of a frame, pixels."""
    return frame.to_picture(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]))


def _box(picture: Image.Image, frame: Frame) -> tuple[int, int, int, int]:
    """The part of the picture, a pixel at least, that holds all of the frame that is in it."""
    low, high = corners(frame).min(0) - 2, corners(frame).max(0) + 2
    left, top = (int(np.clip(np.floor(v), 0, most - 1)) for v, most in zip(low, picture.size, strict=True))
    right, bottom = (int(np.clip(np.ceil(v), 1, most)) for v, most in zip(high, picture.size, strict=True))
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _edged(part: Image.Image, frame: Frame) -> tuple[Image.Image, tuple[float, float]]:
    """The part with its outermost pixels repeated as far as the frame reaches, and the frame's origin in it."""
    low, high = corners(frame).min(0) - 2, corners(frame).max(0) + 2
    before = np.maximum(np.ceil(-low), 0).astype(int)
    after = np.maximum(np.ceil(high - part.size), 0).astype(int)
    if not (before.any() or after.any()):
        return part, frame.origin
    values = np.asarray(part)
    pads = [(before[1], after[1]), (before[0], after[0])] + [(0, 0)] * (values.ndim - 2)
    return Image.fromarray(np.pad(values, pads, mode="edge")), (
        frame.origin[0] + before[0],
        frame.origin[1] + before[1],
    )
