"""From what a generator gives to what a person sees: range, median filter, grids."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from emogan.core.files import atomic
from emogan.core.median import median_filter

GAP = 2  # pixels between two images of a grid


def stretch_range(images: Tensor) -> Tensor:
    """Each image (n, c, h, w) on its own stretched to [0, 1] by its smallest and largest value (code 8)."""
    low = images.amin((1, 2, 3), keepdim=True)
    high = images.amax((1, 2, 3), keepdim=True)
    return (images - low) / (high - low + 1e-8)


def to_bytes(images: Tensor) -> NDArray[np.uint8]:
    """Images (n, c, h, w) in [0, 1] as uint8 (n, h, w, c), rounded."""
    scaled: Tensor = images.float().clamp(0, 1).mul(255).round().to(torch.uint8)
    return scaled.permute(0, 2, 3, 1).cpu().numpy()


def as_shown(images: Tensor) -> NDArray[np.uint8]:
    """The paper's post-processing (code 8): range, bytes, 3x3 median; (n, c, h, w) to uint8 (n, h, w, c)."""
    return median_filter(to_bytes(stretch_range(images.float())))


def save_png(image: Image.Image, path: Path) -> None:
    """Write a picture, whole or not at all."""
    with atomic(path) as part:
        image.save(part, format="PNG")


def grid(images: NDArray[np.uint8], columns: int = 10) -> Image.Image:
    """Images (n, h, w, c) side by side, ``columns`` to a row, on a white sheet."""
    count, height, width, channels = images.shape
    columns = min(columns, count)
    rows = -(-count // columns)
    sheet = np.full((rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, channels), 255, dtype=np.uint8)
    for index, image in enumerate(images):
        top, left = index // columns * (height + GAP), index % columns * (width + GAP)
        sheet[top : top + height, left : left + width] = image
    return Image.fromarray(sheet.squeeze(2) if channels == 1 else sheet)
