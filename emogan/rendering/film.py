"""What happens to the picture after the light: exposure, the film's curve, what is behind, blur, grain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from emogan.rendering.backdrops import KINDS, backdrop
from emogan.rendering.mesh import Floats
from emogan.rendering.occluders import OCCLUDERS, occlude
from emogan.rendering.softness import soften

GRAIN = 0.028  # display values closer than about this are taken for noise of one another, with ten rays per pixel


@dataclass(frozen=True)
class Film:
    """What is done to a picture. ``blur`` is in thousandths of the picture's height, ``grain`` in display values."""

    exposure: float  # stops
    backdrop: str
    occluder: str  # "" for none
    blur: float
    grain: float
    quality: int | None  # of the JPEG; None is as the setting says
    seed: int


STUDIO_FILM = Film(0.0, "wall", "", 0.0, 0.0, None, 0)


def wild_film(rng: np.random.Generator) -> Film:
    """A photograph that anybody took anywhere."""
    blurred, grainy, hidden = rng.random(3) < (0.4, 0.7, 0.2)
    return Film(
        exposure=float(rng.normal(0, 0.35)),
        backdrop=str(rng.choice(KINDS)),
        occluder=str(rng.choice(tuple(OCCLUDERS))) if hidden else "",
        blur=float(rng.uniform(0.5, 4.5)) if blurred else 0.0,
        grain=float(rng.uniform(0.005, 0.05)) if grainy else 0.0,
        quality=int(rng.integers(35, 96)),
        seed=int(rng.integers(2**31)),
    )


@dataclass(frozen=True, eq=False)
class Rendered:
    """Light (h, w) of what is before the backdrop, times its matte; the matte (h, w) in 0..1; the albedo (h, w) of bare
    skin, 0 elsewhere; rays per pixel."""

    radiance: Floats
    alpha: Floats
    skin: Floats
    samples: int


@dataclass(frozen=True, eq=False)
class Picture:
    """A finished photograph (h, w), 8-bit grey, and the matte: 255 where the sitter or what hides him is."""

    grey: NDArray[np.uint8]
    alpha: NDArray[np.uint8]


def finish(rendered: Rendered, pixel: float, gain: float, wall: float, film: Film, landmarks: Floats) -> Picture:
    """From light (h, w) and matte to the photograph.

    Args:
        rendered: the light and the matte.
        pixel: size of a pixel on the face in m.
        gain: of the camera's exposure.
        wall: display value of what is behind.
        film: what else happens.
        landmarks: (70, 2) in pixels, for what hides the face.
    """
    alpha = rendered.alpha
    height, width = alpha.shape
    radiance = soften(rendered.radiance, rendered.skin, pixel)
    shown = develop(radiance / np.maximum(alpha, 1e-3) * gain * 2.0**film.exposure)
    shown = smooth_grain(shown, GRAIN * np.sqrt(10 / rendered.samples))
    rng = np.random.default_rng(film.seed)
    behind = backdrop(film.backdrop, wall, width, height, rng)
    picture: Floats = shown * alpha + behind * (1 - alpha)
    if film.occluder:
        picture, hidden = occlude(film.occluder, picture, landmarks, rng)
        alpha = np.maximum(alpha, hidden)
    if film.blur:
        picture = gaussian_filter(picture, film.blur * height / 1000)
    if film.grain:
        coarse = gaussian_filter(rng.normal(0, 1, picture.shape), 0.5)
        picture = picture + film.grain * coarse / coarse.std()
    return Picture(_bytes(picture), _bytes(alpha))


def _bytes(values: Floats) -> NDArray[np.uint8]:
    result: NDArray[np.uint8] = np.round(np.clip(values, 0, 1) * 255).astype(np.uint8)
    return result


def develop(radiance: Floats) -> Floats:
    """The film's curve: linear light to display values, with a soft shoulder instead of clipped highlights."""
    x = np.maximum(radiance, 0)
    toned = np.where(x < 0.5, x, 0.5 + 0.5 * (1 - np.exp(-(x - 0.5) / 0.5)))
    shown = toned ** (1 / 2.2)
    result: Floats = shown + 0.35 * (shown - 0.45) * shown * (1 - shown)  # contrast
    return np.clip(result, 0, 1)


def smooth_grain(picture: Floats, grain: float = GRAIN) -> Floats:
    """Average each pixel of a picture (h, w) of display values with its neighbours of nearly the same value.

    That takes sampling noise away and keeps hair and folds. The values it compares are slightly blurred ones, so
    that single noisy pixels do not protect themselves.
    """
    guide = gaussian_filter(picture, 0.7)
    total, weight = np.zeros_like(picture), np.zeros_like(picture)
    for dy in range(-2, 3):
        for dx in range(-2, 3):
            near = np.roll(guide, (dy, dx), (0, 1)) - guide
            w = np.exp(-(near**2) / (2 * grain**2) - (dx**2 + dy**2) / 4.5)
            total += w * np.roll(picture, (dy, dx), (0, 1))
            weight += w
    result: Floats = total / weight
    return result
