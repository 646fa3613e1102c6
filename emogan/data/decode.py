"""Image files to uint8 tensors of one size."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import torch
from PIL import Image, ImageStat
from torch import Tensor

from emogan.core.errors import UserError
from emogan.data.pictures import read_picture
from emogan.data.portrait import LOOKED_AT, find_portrait
from emogan.data.reading import TOO_LARGE, UnusableImageError
from emogan.finding.choosing import Which
from emogan.finding.finder import FoundFace, fingerprint

Crop = Literal["align", "square", "paper"]
SIZES = 4, 4096  # pixels; conf's image_size has the same (emogan.config.networks)
MOST_ZOOM = 100  # as conf's data.zoom
BLACK = 10  # mean of the values 0-255 below which an image is a black placeholder


@dataclass(frozen=True)
class Framing:
    """How an image becomes a tensor.

    Attributes:
        image_size: height and width in pixels, from 4 to 4096.
        channels: 1 greyscale, 3 RGB.
        crop: ``align`` finds the face and cuts it out upright, eyes and mouth where the rendered faces have them;
            ``square`` takes the largest square, undistorted; ``paper`` squashes the whole image to one.
        crop_above: of ``square``: share of what it leaves over that lies above it (0 top, 0.5 middle).
        zoom: how many times smaller the square is, from 1 to 100; for faces that are framed widely.
        faces: of ``align``: where there are several, take the ``largest``, or use none but the ``only`` one.

    Raises:
        UserError: for a value out of its range.
    """

    image_size: int
    channels: int
    crop: Crop
    crop_above: float
    zoom: float = 1.0
    faces: Which = "largest"

    def __post_init__(self) -> None:
        least, most = SIZES
        checks = (
            ("image_size", least <= self.image_size <= most, f"a whole number from {least} to {most:,}, such as 128"),
            ("channels", self.channels in (1, 3), "1 for greyscale or 3 for RGB"),
            ("data.crop", self.crop in get_args(Crop), f"one of {', '.join(get_args(Crop))}"),
            ("data.crop_above", 0 <= self.crop_above <= 1, "a number from 0 to 1"),
            ("data.zoom", 1 <= self.zoom <= MOST_ZOOM, f"a number from 1 to {MOST_ZOOM}"),
            ("data.zoom", self.zoom == 1 or self.crop != "paper", "1 with data.crop=paper, which shows whole images"),
            ("data.faces", self.faces in get_args(Which), f"one of {', '.join(get_args(Which))}"),
            (
                "data.faces",
                self.faces == "largest" or self.crop == "align",
                f"largest with data.crop={self.crop}, which looks for no faces",
            ),
        )
        for key, fine, expected in checks:
            if not fine:
                value = getattr(self, key.removeprefix("data."))
                raise UserError(f"{key}={value} is not usable: expected {expected}; change it with {key}=VALUE.")

    @property
    def needed(self) -> int:
        """Pixels that each side of a picture keeps at least while it is decoded."""
        return LOOKED_AT if self.crop == "align" else math.ceil(2 * self.image_size * self.zoom)

    def bytes_of(self, count: int) -> int:
        """So many images, framed, as bytes."""
        return count * self.channels * self.image_size**2

    @property
    def key(self) -> dict[str, Any]:
        """All that a framed image depends on beside its file, as plain values: for what is remembered."""
        return asdict(self) | ({"landmarker": fingerprint()} if self.crop == "align" else {})


class Image8(NamedTuple):
    """A decoded image.

    Attributes:
        pixels: uint8 (channels, image_size, image_size).
        size: (width, height) of the image in its file, as it is looked at: turned where the camera was.
        notes: what was done to it that a person may want to know, such as a ground behind transparency.
        face: where one was looked for; in the pixels of ``size``.
    """

    pixels: Tensor
    size: tuple[int, int]
    notes: tuple[str, ...]
    face: FoundFace | None = None


def decode(content: bytes, framing: Framing) -> Image8:
    """An image file's ``content``, framed.

    Raises:
        UnusableImageError: when it cannot be decoded to the end, is too large, is black, or shows no face to align.
    """
    picture = read_picture(content, "L" if framing.channels == 1 else "RGB", framing.needed)
    try:
        mean = sum(ImageStat.Stat(picture.image).mean) / framing.channels
        if mean < BLACK:
            raise UnusableImageError("black placeholder", f"its mean is {mean:.1f} of 255")
        if framing.crop == "align":
            found = find_portrait(content, picture, framing.faces, framing.image_size, framing.zoom)
            return Image8(_values(found.image), picture.size, (*picture.notes, *found.notes), found.face)
        return Image8(_values(_whole(picture.image, framing)), picture.size, tuple(picture.notes))
    except MemoryError as error:
        raise UnusableImageError(TOO_LARGE, "there is not enough memory to decode it") from error


def _whole(image: Image.Image, framing: Framing) -> Image.Image:
    """The image, or a square of it that nothing was looked for in."""
    if framing.crop == "square":
        image = image.crop(square(image.width, image.height, framing.crop_above, framing.zoom))
    return image.resize((framing.image_size, framing.image_size), Image.Resampling.BILINEAR)


def _values(image: Image.Image) -> Tensor:
    """uint8 (channels, height, width)."""
    values = torch.from_numpy(np.array(image, dtype=np.uint8))
    return values.unsqueeze(0) if values.ndim == 2 else values.permute(2, 0, 1).contiguous()


def square(width: int, height: int, above: float, zoom: float) -> tuple[int, int, int, int]:
    """Box (left, top, right, bottom) of a square: in the middle across, ``above`` of what it leaves over it.

    It is ``zoom`` times smaller than the largest, and has a pixel at least.
    """
    side = max(1, round(min(width, height) / zoom))
    left = (width - side) // 2
    top = round((height - side) * above)
    return left, top, left + side, top + side
