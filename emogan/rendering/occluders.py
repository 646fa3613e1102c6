"""What hides part of a face in wild photographs: a block, a scarf over mouth and chin, the fingers of a hand."""

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from emogan.rendering.mesh import Floats

JAW = slice(0, 17)  # of the landmarks


def occlude(kind: str, picture: Floats, landmarks: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The picture (h, w) with something before the face, and its matte (h, w)."""
    centre, right, down, size = _face(landmarks)
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    place = np.stack([x + 0.5, y + 0.5], -1) - centre
    u, v = place @ right / size, place @ down / size  # the face is about -0.5..0.5 wide, the eyes at 0
    inside, shade = OCCLUDERS[kind](u, v, rng)
    if kind == "hand":  # rounded fingers, about as bright as the face
        shade = shade * float(np.median(picture[(np.abs(u) < 0.3) & (np.abs(v - 0.3) < 0.3)]))
    soft = np.clip(gaussian_filter(inside.astype(float), 0.6), 0, 1)
    result: Floats = picture * (1 - soft) + np.clip(shade, 0, 1) * soft
    return result, soft


def _face(landmarks: Floats) -> tuple[Floats, Floats, Floats, float]:
    """Between the eyes, unit vectors along and across the face, and the width of the jaw in pixels."""
    left, right = landmarks[36:42].mean(0), landmarks[42:48].mean(0)
    along = (right - left) / np.linalg.norm(right - left)
    jaw = landmarks[JAW]
    return (left + right) / 2, along, np.array([-along[1], along[0]]), float(np.ptp(jaw @ along))


def _block(u: Floats, v: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    angle, across, down = rng.uniform(-0.6, 0.6), rng.uniform(-0.45, 0.45), rng.uniform(-0.4, 0.8)
    wide, high = rng.uniform(0.15, 0.4, 2)
    a = (u - across) * np.cos(angle) + (v - down) * np.sin(angle)
    b = (v - down) * np.cos(angle) - (u - across) * np.sin(angle)
    return (np.abs(a) < wide) & (np.abs(b) < high), rng.uniform(0.05, 0.95) + 0.3 * rng.normal() * a


def _scarf(u: Floats, v: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    top = rng.uniform(0.30, 0.62) + 0.35 * u**2 * rng.uniform(-0.5, 1.0) + 0.02 * np.sin(9 * u + rng.uniform(0, 6))
    hang = v - top + rng.uniform(0, 0.6) * u**2
    folds = sum(rng.uniform(0.02, 0.07) * np.sin(rng.uniform(8, 30) * hang + rng.uniform(0, 6)) for _ in range(3))
    stripes = rng.uniform(0, 0.12) * np.sign(np.sin(rng.uniform(15, 50) * (v + 0.3 * u**2)))
    round_off = 1 - 0.5 * np.clip(np.abs(u) / 0.75, 0, 1) ** 2
    return (v > top) & (np.abs(u) < 0.62 + 0.1 * v), (rng.uniform(0.15, 0.75) + folds + stripes) * round_off


def _hand(u: Floats, v: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Four fingers and a palm that come from below or from a side."""
    turn = rng.choice([-1, 1]) * rng.uniform(0.0, 1.2)
    across, down = rng.uniform(-0.3, 0.3), rng.uniform(0.25, 0.8)
    a = (u - across) * np.cos(turn) + (v - down) * np.sin(turn)
    b = (v - down) * np.cos(turn) - (u - across) * np.sin(turn)
    inside = np.hypot(a / 0.27, (b - 0.42) / 0.34) < 1
    shade = np.where(inside, 0.9, 0.0)
    pixels = 1 / max(float(np.abs(np.diff(u, axis=1)).mean()), 1e-6)
    for finger, (at, long) in enumerate(((-0.20, 0.30), (-0.07, 0.42), (0.06, 0.40), (0.19, 0.26))):
        spread = at + (0.10 * at) * (0.3 - b)
        along = np.clip(b, -long * rng.uniform(0.8, 1.1), 0.4)
        mask = np.hypot(a - spread, b - along) < 0.062
        depth = distance_transform_edt(mask) / (0.062 * pixels)
        rounded = (0.62 + 0.42 * np.sqrt(np.clip(depth, 0, 1))) * (1 - 0.02 * finger)
        shade = np.where(mask, rounded, shade)
        inside = inside | mask
    return inside, shade


# Each takes places u, v (h, w) on the face: widths of the jaw, to the right of and below the middle of the eyes. Gives
# what it hides (h, w) and how bright it is there, from 0 to 1.
OCCLUDERS = {"block": _block, "scarf": _scarf, "hand": _hand}
