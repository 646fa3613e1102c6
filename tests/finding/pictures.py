"""A face that comes with scikit-image, and where its eyes and mouth are."""

import numpy as np
from PIL import Image
from skimage import data

EYES_AND_MOUTH = np.array([[202.0, 101.0], [247.5, 104.0], [222.0, 143.0]])  # looked up by eye, pixels


def astronaut() -> Image.Image:
    """512 x 512 pixels, a woman's face of 90 in the upper half."""
    return Image.fromarray(data.astronaut())


def portrait() -> Image.Image:
    """The upper part of it, in which the face is large."""
    return astronaut().crop((124, 10, 324, 210))


def nothing(name: str) -> Image.Image:
    """A picture that shows no face."""
    if name == "noise":
        return Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 300), dtype=np.uint8))
    if name == "wall":
        return Image.new("L", (300, 200), 128)
    return Image.fromarray(getattr(data, name)())
