"""Pictures that show no face, for learning what one is not: skimage's own, and made ones."""

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from torch import Tensor

SIDE = 192
SAMPLES = (  # of skimage.data, in its wheel
    *("brick", "cell", "cat", "coffee", "coins", "grass", "gravel", "horse", "hubble_deep_field"),
    *("immunohistochemistry", "moon", "page", "retina", "rocket", "text", "clock", "logo", "colorwheel"),
)
EACH = 40  # cuts of each sample
MADE = 900


def pictures_of_nothing(seed: int = 0) -> Tensor:
    """uint8 (m, 1, 192, 192)."""
    rng = np.random.default_rng(seed)
    cuts = [cut for name in SAMPLES for cut in _cuts(_sample(name), rng)]
    made = [(_clouds, _shapes, _strokes)[k % 3](rng) for k in range(MADE)]
    return torch.from_numpy(np.array([*cuts, *made]))[:, None]


def _sample(name: str) -> Image.Image:
    import skimage.data

    values = np.asarray(getattr(skimage.data, name)())
    if values.dtype == bool:
        values = values * np.uint8(255)
    return Image.fromarray(values).convert("L")


def _cuts(picture: Image.Image, rng: np.random.Generator) -> list[NDArray[np.uint8]]:
    cuts = []
    for _ in range(EACH):
        side = int(min(picture.size) * np.exp(rng.uniform(np.log(0.25), 0)))
        left, top = (int(rng.integers(0, most - side + 1)) for most in picture.size)
        part = picture.crop((left, top, left + side, top + side)).resize((SIDE, SIDE))
        cuts.append(np.asarray(part.rotate(int(rng.integers(4)) * 90), dtype=np.uint8))
    return cuts


def _clouds(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Noise of many sizes."""
    total = np.zeros((SIDE, SIDE))
    for level in range(2, 7):
        coarse = Image.fromarray(rng.normal(size=(2**level + 1,) * 2).astype(np.float32))
        total += rng.uniform(0, 1) ** 2 * np.asarray(coarse.resize((SIDE, SIDE), Image.Resampling.BILINEAR))
    total += rng.uniform(0, 0.5) * rng.normal(size=total.shape)
    scaled: NDArray[np.uint8] = np.round(255 * (total - total.min()) / np.ptp(total)).astype(np.uint8)
    return scaled


def _shapes(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Blobs and boxes, as things look from afar; some lie as eyes and mouths do."""
    picture = Image.new("L", (SIDE, SIDE), int(rng.integers(256)))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(2, 30))):
        x, y = rng.uniform(-20, SIDE, 2)
        w, h = np.exp(rng.uniform(1.5, 4.8, 2))
        kind = draw.ellipse if rng.random() < 0.6 else draw.rectangle
        kind((x, y, x + w, y + h), fill=int(rng.integers(256)))
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(rng.uniform(0, 4))))


def _strokes(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Lines: branches, writing, drawings."""
    picture = Image.new("L", (SIDE, SIDE), int(rng.integers(256)))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(3, 60))):
        path = np.cumsum(rng.normal(0, 18, (6, 2)), 0) + rng.uniform(0, SIDE, 2)
        draw.line([tuple(point) for point in path.tolist()], int(rng.integers(256)), int(rng.integers(1, 12)))
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(rng.uniform(0, 2))))
