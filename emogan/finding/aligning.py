"""A face cut out as the rendered faces are framed, and put back into its picture."""

import math

import numpy as np
from PIL import Image, ImageFilter

from emogan.finding.crops import corners, cut
from emogan.finding.finder import FoundFace
from emogan.finding.frames import ALIGNED, Frame, anchors, laid_over

EDGE = 0.06  # of the side: how wide a face that is put back fades into its picture


def aligned_frame(face: FoundFace) -> Frame:
    """The square in which eyes and mouth lie where the rendered faces have them."""
    return laid_over(anchors(face.landmarks), ALIGNED)


def align(picture: Image.Image, face: FoundFace, size: int) -> Image.Image:
    """The face upright, ``size`` pixels high and wide, eyes and mouth where the rendered faces have them."""
    return cut(picture, aligned_frame(face), size)


def put_back(picture: Image.Image, square: Image.Image, frame: Frame, mask: Image.Image | None = None) -> Image.Image:
    """The picture with ``square`` at a frame's place, at the picture's own resolution.

    What lies outside of the frame stays as it is, to the bit.

    Args:
        mask: as large as ``square``: how much of it is seen, from 0 to 255; None: all of it, its edge fades out.
    """
    mask = _fading(square.width) if mask is None else mask
    low = np.maximum(np.floor(corners(frame).min(0)).astype(int), 0)
    high = np.minimum(np.ceil(corners(frame).max(0)).astype(int), picture.size)
    if (high <= low).any():
        return picture.copy()
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    if (shrink := math.floor(square.width / frame.side)) > 1:
        square, mask = square.reduce(shrink), mask.reduce(shrink)
    inverse = np.linalg.inv(frame.axes) * square.width
    origin = (low - np.array(frame.origin)) @ inverse
    matrix = (inverse[0, 0], inverse[1, 0], origin[0], inverse[0, 1], inverse[1, 1], origin[1])
    laid = square.convert(picture.mode).transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
    shown = mask.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    result = picture.copy()
    result.paste(laid, (int(low[0]), int(low[1])), shown)
    return result


def _fading(side: int) -> Image.Image:
    """White in the middle, black at the edge of a square."""
    width = max(1, round(EDGE * side))
    mask = Image.new("L", (side, side))
    mask.paste(255, (2 * width, 2 * width, side - 2 * width, side - 2 * width))
    return mask.filter(ImageFilter.GaussianBlur(0.6 * width))
