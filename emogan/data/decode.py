"""Image files to uint8 tensors of one size."""

import warnings
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

Crop = Literal["face", "paper"]


class CorruptImageError(Exception):
    """The file is not a whole image; the message says why."""


def decode(path: Path, image_size: int, channels: int, crop: Crop, above: float) -> Tensor:
    """One image as uint8 (channels, image_size, image_size).

    Args:
        crop: ``face`` takes the largest square, undistorted; ``paper`` squashes the whole image to a square.
        above: share of what a square leaves over that lies above it (0 top, 0.5 middle); for portrait images.

    Raises:
        CorruptImageError: when the file cannot be decoded to the end.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                # A JPEG decodes several times faster at a half or a quarter when that is still large enough.
                opened.draft("L" if channels == 1 else "RGB", (2 * image_size, 2 * image_size))
                picture = ImageOps.exif_transpose(opened).convert("L" if channels == 1 else "RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise CorruptImageError(str(error).split("\n")[0] or type(error).__name__) from error
    if crop == "face":
        picture = picture.crop(square(picture.width, picture.height, above))
    picture = picture.resize((image_size, image_size), Image.Resampling.BILINEAR)
    pixels = torch.from_numpy(np.array(picture, dtype=np.uint8))
    return pixels.unsqueeze(0) if channels == 1 else pixels.permute(2, 0, 1).contiguous()


def square(width: int, height: int, above: float) -> tuple[int, int, int, int]:
    """Box (left, top, right, bottom) of the largest square: in the middle across, ``above`` of the rest over it."""
    side = min(width, height)
    left = (width - side) // 2
    top = round((height - side) * above)
    return left, top, left + side, top + side
