"""Image files to uint8 tensors of one size."""

import math
import re
import struct
import warnings
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
import torch
from PIL import Image, ImageStat
from torch import Tensor

from emogan.core.errors import UserError
from emogan.data.formats import HEAD, READ, kind_of, why_not
from emogan.data.pixels import Picture, open_image, picture_of
from emogan.data.reading import TOO_LARGE, UnusableImageError

Crop = Literal["face", "paper"]
SIZES = 4, 4096  # pixels; conf's image_size has the same (emogan.config.networks)
MOST_ZOOM = 100  # as conf's data.zoom
BLACK = 10  # mean of the values 0-255 below which an image is a black placeholder

# What Pillow raises for damaged files, depending on the format.
_DAMAGED = (
    *(OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, ArithmeticError, struct.error),
    *(AttributeError, RuntimeError),
)


@dataclass(frozen=True)
class Framing:
    """How an image becomes a tensor.

    Attributes:
        image_size: height and width in pixels, from 4 to 4096.
        channels: 1 greyscale, 3 RGB.
        crop: ``face`` takes a square, undistorted; ``paper`` squashes the whole image to a square.
        crop_above: share of what a square leaves over that lies above it (0 top, 0.5 middle); for portrait images.
        zoom: how many times the square is smaller than the largest, from 1 to 100; for faces that are framed widely.

    Raises:
        UserError: for a value out of its range.
    """

    image_size: int
    channels: int
    crop: Crop
    crop_above: float
    zoom: float = 1.0

    def __post_init__(self) -> None:
        least, most = SIZES
        checks = (
            ("image_size", least <= self.image_size <= most, f"a whole number from {least} to {most:,}, such as 128"),
            ("channels", self.channels in (1, 3), "1 for greyscale or 3 for RGB"),
            ("data.crop", self.crop in get_args(Crop), f"one of {', '.join(get_args(Crop))}"),
            ("data.crop_above", 0 <= self.crop_above <= 1, "a number from 0 to 1"),
            ("data.zoom", 1 <= self.zoom <= MOST_ZOOM, f"a number from 1 to {MOST_ZOOM}"),
            ("data.zoom", self.zoom == 1 or self.crop == "face", "1 with data.crop=paper, which shows whole images"),
        )
        for key, fine, expected in checks:
            if not fine:
                value = getattr(self, key.removeprefix("data."))
                raise UserError(f"{key}={value} is not usable: expected {expected}; change it with {key}=VALUE.")


class Image8(NamedTuple):
    """A decoded image.

    Attributes:
        pixels: uint8 (channels, image_size, image_size).
        size: (width, height) of the image in its file, as it is looked at: turned where the camera was.
        notes: what was done to it that a person may want to know, such as a ground behind transparency.
    """

    pixels: Tensor
    size: tuple[int, int]
    notes: tuple[str, ...]


def decode(content: bytes, framing: Framing) -> Image8:
    """An image file's ``content``, framed.

    Raises:
        UnusableImageError: when it cannot be decoded to the end, is too large, or is black.
    """
    mode = "L" if framing.channels == 1 else "RGB"
    picture = read_picture(content, mode, math.ceil(2 * framing.image_size * framing.zoom))
    try:
        mean = sum(ImageStat.Stat(picture.image).mean) / framing.channels
        pixels = _framed(picture.image, framing)
    except MemoryError as error:
        raise UnusableImageError(TOO_LARGE, "there is not enough memory to decode it") from error
    if mean < BLACK:
        raise UnusableImageError("black placeholder", f"its mean is {mean:.1f} of 255")
    return Image8(pixels, picture.size, tuple(picture.notes))


def _framed(image: Image.Image, framing: Framing) -> Tensor:
    """uint8 (channels, image_size, image_size)."""
    if framing.crop == "face":
        image = image.crop(square(image.width, image.height, framing.crop_above, framing.zoom))
    image = image.resize((framing.image_size, framing.image_size), Image.Resampling.BILINEAR)
    values = torch.from_numpy(np.array(image, dtype=np.uint8))
    return values.unsqueeze(0) if framing.channels == 1 else values.permute(2, 0, 1).contiguous()


def read_picture(content: bytes, mode: str, needed: int) -> Picture:
    """An image file's ``content`` as a whole, in ``mode`` L or RGB; ``needed``: see :func:`picture_of`.

    Raises:
        UnusableImageError: when it cannot be decoded to the end, or is too large.
    """
    if (why := why_not(kind_of(content[:HEAD]) or "PNG")) is not None:
        raise UnusableImageError(*why)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow wonders about damage that does not matter
            return picture_of(open_image(content, READ), content, mode, needed)
    except Image.DecompressionBombError as error:
        claimed, most = re.findall(r"\d+", str(error))[:2]
        raise UnusableImageError(TOO_LARGE, f"{claimed} pixels, {most} are the most: save it smaller") from error
    except _DAMAGED as error:
        raise UnusableImageError("corrupt", _first_line(error)) from error
    except MemoryError as error:
        raise UnusableImageError(TOO_LARGE, "there is not enough memory to decode it") from error


def square(width: int, height: int, above: float, zoom: float) -> tuple[int, int, int, int]:
    """Box (left, top, right, bottom) of a square: in the middle across, ``above`` of what it leaves over it.

    It is ``zoom`` times smaller than the largest, and has a pixel at least.
    """
    side = max(1, round(min(width, height) / zoom))
    left = (width - side) // 2
    top = round((height - side) * above)
    return left, top, left + side, top + side


def _first_line(error: Exception) -> str:
    return str(error).split("\n")[0].split(" <_io.")[0] or type(error).__name__  # Pillow names the file object
