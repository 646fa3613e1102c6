"""Colours of people: the renderer knows how bright things are, these functions give them a hue of that brightness."""

import numpy as np

from emogan.rendering.hair import GREY
from emogan.rendering.identity import Identity
from emogan.rendering.mesh import Floats

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of linear red, green and blue (ITU-R BT.709)
# Linear colours whose ratios are used, whatever their brightness: dark and light of each
SKIN = (0.05, (0.110, 0.041, 0.018)), (0.57, (0.800, 0.520, 0.400))
HAIR = (0.02, (0.024, 0.018, 0.014)), (0.40, (0.560, 0.380, 0.170))
IRIS = (0.04, (0.090, 0.034, 0.012)), (0.14, (0.110, 0.150, 0.190))
FLESH = (0.05, (0.160, 0.026, 0.020)), (0.40, (0.680, 0.330, 0.300))  # lips, gums, tongue
Hue = tuple[tuple[float, tuple[float, float, float]], tuple[float, tuple[float, float, float]]]


def coloured(albedo: Floats, hue: Hue) -> Floats:
    """Linear colours (…, 3) in 0..1 of a hue, with the luminance ``albedo`` (…) wherever a screen can show both."""
    (dark, first), (light, second) = hue
    low, high = (np.log(np.array(colour) / (LUMINANCE @ colour)) for colour in (first, second))
    share = np.log(np.maximum(albedo, 1e-6) / dark) / np.log(light / dark)
    ratio = np.exp(low + np.clip(share, 0, 1)[..., None] * (high - low))
    ratio /= (ratio @ LUMINANCE)[..., None]
    result: Floats = np.clip(albedo[..., None] * ratio, 0, 1)
    return result


def hair_colour(person: Identity, albedo: float) -> Floats:
    """The colour (3,) of hair of an albedo with a person's share of grey in it: few ribbons stand for many hairs."""
    result: Floats = (1 - person.grey) * coloured(np.array(albedo), HAIR) + person.grey * grey(np.array(GREY))
    return result


def grey(albedo: Floats) -> Floats:
    """The same as colours (…, 3) without a hue."""
    return np.repeat(albedo[..., None], 3, -1)


def to_screen(linear: Floats) -> Floats:
    """Linear values in 0..1 as sRGB (IEC 61966-2-1)."""
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
