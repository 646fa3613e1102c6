"""A drawn face laid into the photograph that it was searched for."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from emogan.data.formats import READ
from emogan.data.pictures import read_picture
from emogan.data.pixels import open_image
from emogan.finding.aligning import put_back
from emogan.finding.crops import cut
from emogan.finding.frames import Frame
from emogan.sampling.photograph import Photograph
from emogan.sampling.sampler import Picture

KEPT = 3000  # pixels of the shorter side that a very large photograph keeps at least, to leave memory for the network
MIDDLE = 0.25, 0.75  # of the square: where light and contrast are compared
MOST_CONTRAST = 2.0  # times more or less
OVAL = (0.23, 0.18, 0.77, 0.92)  # of the square: left, top, right and bottom of the face in it, from brow to chin
SOFT = 0.04  # of the square: how far its edge fades


def laid_in(photo: Photograph, face: Picture, frame: Frame) -> Image.Image:
    """The photograph, at its own resolution (half and less above 25 megapixels), with a face at a frame's place.

    The face gets the light and contrast of what it covers. A grey face in a colour photograph keeps the photograph's
    colours, so that skin is skin; a grey photograph stays grey. Hair, ears and all that lies around the face stay.

    Args:
        face: (h, w, c).
        frame: in the pixels of the photograph.
    """
    mode = Image.getmodebase(open_image(photo.content, READ).mode)
    picture = read_picture(photo.content, mode, KEPT)
    frame = frame.scaled(max(picture.image.size) / max(picture.size))
    drawn = Image.fromarray(face.squeeze())
    covered = cut(picture.image, frame, drawn.width)
    if mode == "RGB" and drawn.mode == "L":
        light, blue, red = covered.convert("YCbCr").split()
        square = Image.merge("YCbCr", (_lit_as(drawn, light), blue, red)).convert("RGB")
    else:
        square = _lit_as(drawn.convert(mode), covered)
    return put_back(picture.image, square, frame, _oval(square.width))


def _oval(side: int) -> Image.Image:
    """White where a square shows its face."""
    mask = Image.new("L", (side, side))
    ImageDraw.Draw(mask).ellipse([share * side for share in OVAL], fill=255)
    return mask.filter(ImageFilter.GaussianBlur(SOFT * side))


def _lit_as(face: Image.Image, covered: Image.Image) -> Image.Image:
    """A face with the mean and the deviation of what it covers, in the middle; each channel on its own."""
    own, there = (np.asarray(one, dtype=np.float64) for one in (face, covered))
    mean, deviation = _light(own)
    wished, contrast = _light(there)
    factor = np.clip(contrast / (deviation + 1e-6), 1 / MOST_CONTRAST, MOST_CONTRAST)
    return Image.fromarray(np.rint((own - mean) * factor + wished).clip(0, 255).astype(np.uint8))


def _light(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    side = len(values)
    part = slice(*(int(share * side) for share in MIDDLE))
    middle = values[part, part]
    return middle.mean((0, 1)), middle.std((0, 1))
