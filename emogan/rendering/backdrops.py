"""What is behind the sitter: the studio's wall, and for wild photographs gradients, clouds of noise, rooms of boxes."""

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

from emogan.rendering.mesh import Floats

KINDS = ("wall", "gradient", "noise", "boxes", "stripes")


def backdrop(kind: str, level: float, width: int, height: int, rng: np.random.Generator) -> Floats:
    """Display values (height, width) of a backdrop of ``kind`` around ``level``."""
    grid: Floats = np.mgrid[0:height, 0:width] / np.array([height, width]).reshape(2, 1, 1)
    y, x = grid
    picture: Floats
    if kind == "wall":  # smooth, a little brighter behind the head
        r2 = ((x - 0.5) ** 2 + (0.7 * (y - 0.4)) ** 2) / 0.5
        picture = level * (1.03 - 0.22 * r2)
    elif kind == "gradient":
        angle = rng.uniform(0, 2 * np.pi)
        ramp = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
        picture = level + rng.uniform(0.2, 0.9) * ramp
    elif kind == "noise":
        picture = level + rng.uniform(0.05, 0.2) * _clouds(width, height, rng)
    elif kind == "stripes":
        angle, count = rng.uniform(0, np.pi), rng.uniform(3, 14)
        wave = np.sin(2 * np.pi * count * (x * np.cos(angle) + y * np.sin(angle)) + rng.uniform(0, 6))
        edge = rng.uniform(0.5, 6)
        picture = _soft(level + rng.uniform(0.05, 0.25) * np.tanh(edge * wave), rng)
    else:
        picture = _soft(_boxes(level, x, y, rng), rng)
    return np.clip(picture, 0, 1)


def _soft(picture: Floats, rng: np.random.Generator) -> Floats:
    """Out of focus, more or less."""
    result: Floats = gaussian_filter(picture, rng.uniform(0.002, 0.03) * len(picture))
    return result


def _clouds(width: int, height: int, rng: np.random.Generator) -> Floats:
    """Noise of several sizes, standard deviation about 1."""
    total = np.zeros((height, width))
    for cells in (3, 7, 15, 40):
        coarse = rng.normal(0, 1, (cells, cells))
        total += zoom(coarse, (height / cells, width / cells), order=1, grid_mode=True, mode="nearest") * (3 / cells)
    result: Floats = total / max(float(total.std()), 1e-9)
    return result


def _boxes(level: float, x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
    """A room: floor and wall, and boxes of furniture, windows, shelves, each with its own light."""
    picture = np.where(y > rng.uniform(0.55, 0.95), level * rng.uniform(0.5, 0.9), level)
    for _ in range(rng.integers(4, 16)):
        across, down = rng.uniform(-0.1, 1.0, 2)
        wide, high = rng.uniform(0.05, 0.5, 2)
        inside = (x > across) & (x < across + wide) & (y > down) & (y < down + high)
        shade = rng.uniform(0.05, 0.95) + rng.uniform(-0.3, 0.3) * (x - across)
        picture = np.where(inside, 0.4 * level + 0.6 * shade, picture)
    return np.clip(picture, 0, 1)
