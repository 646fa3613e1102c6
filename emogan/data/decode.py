"""Image files to uint8 tensors of one size."""

import io
import math
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from PIL import Image, ImageOps, ImageStat
from torch import Tensor

from emogan.core.errors import UserError

Crop = Literal["face", "paper"]
BLACK = 10  # mean of the values 0-255 below which an image is a black placeholder

UNREADABLE = "cannot be read"

# What Pillow raises for damaged files, depending on the format.
_DAMAGED = (
    *(OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, ArithmeticError, struct.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)


class UnusableImageError(Exception):
    """The file is no usable image.

    Attributes:
        reason: the same words for all images with this fault: ``corrupt``, ``cannot be read``, ``black placeholder``.
        detail: what is particular to this one.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Framing:
    """How an image becomes a tensor.

    Attributes:
        image_size: height and width in pixels.
        channels: 1 greyscale, 3 RGB.
        crop: ``face`` takes a square, undistorted; ``paper`` squashes the whole image to a square.
        crop_above: share of what a square leaves over that lies above it (0 top, 0.5 middle); for portrait images.
        zoom: how many times the square is smaller than the largest, at least 1; for faces that are framed widely.

    Raises:
        UserError: for a value out of its range.
    """

    image_size: int
    channels: int
    crop: Crop
    crop_above: float
    zoom: float = 1.0  # runs of before there was one

    def __post_init__(self) -> None:
        checks = (
            ("image_size", self.image_size >= 1, "a whole number of at least 1, such as 128"),
            ("channels", self.channels in (1, 3), "1 for greyscale or 3 for RGB"),
            ("data.crop", self.crop in get_args(Crop), f"one of {', '.join(get_args(Crop))}"),
            ("data.crop_above", 0 <= self.crop_above <= 1, "a number from 0 to 1"),
            ("data.zoom", self.zoom >= 1, "a number of at least 1"),
            ("data.zoom", self.zoom == 1 or self.crop == "face", "1 with data.crop=paper, which shows whole images"),
        )
        for key, fine, expected in checks:
            if not fine:
                value = getattr(self, key.removeprefix("data."))
                raise UserError(f"{key}={value} is not usable: expected {expected}; change it with {key}=VALUE.")


def read_bytes(path: Path) -> bytes:
    """The bytes of an image file.

    Raises:
        UnusableImageError: when it cannot be read, or leads nowhere.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnusableImageError(UNREADABLE, error.strerror or str(error)) from error


def decode(content: bytes, framing: Framing) -> tuple[Tensor, tuple[int, int]]:
    """An image file's ``content`` as uint8 (channels, image_size, image_size), and its own (width, height).

    Raises:
        UnusableImageError: when it cannot be decoded to the end, or is black.
    """
    mode = "L" if framing.channels == 1 else "RGB"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as opened:
                size, kind = opened.size, opened.mode
                # A JPEG decodes several times faster at a half or a quarter when that is still large enough.
                needed = math.ceil(2 * framing.image_size * framing.zoom)
                opened.draft(mode, (needed, needed))
                picture = ImageOps.exif_transpose(opened).convert(mode)
    except _DAMAGED as error:
        detail = str(error).split("\n")[0].split(" <_io.")[0]  # Pillow names the file object
        raise UnusableImageError("corrupt", detail or type(error).__name__) from error
    if kind.startswith(("I", "F")):  # Pillow would show nearly all of it as white
        raise UnusableImageError("not an 8-bit image", f"its mode is {kind}: save it with 8 bits a channel")
    mean = sum(ImageStat.Stat(picture).mean) / framing.channels
    if mean < BLACK:
        raise UnusableImageError("black placeholder", f"its mean is {mean:.1f} of 255")
    if framing.crop == "face":
        picture = picture.crop(square(picture.width, picture.height, framing.crop_above, framing.zoom))
    picture = picture.resize((framing.image_size, framing.image_size), Image.Resampling.BILINEAR)
    pixels = torch.from_numpy(np.array(picture, dtype=np.uint8))
    return (pixels.unsqueeze(0) if mode == "L" else pixels.permute(2, 0, 1).contiguous()), size


def square(width: int, height: int, above: float, zoom: float) -> tuple[int, int, int, int]:
    """Box (left, top, right, bottom) of a square: in the middle across, ``above`` of what it leaves over it.

    It is ``zoom`` times smaller than the largest, and has a pixel at least.
    """
    side = max(1, round(min(width, height) / zoom))
    left = (width - side) // 2
    top = round((height - side) * above)
    return left, top, left + side, top + side
