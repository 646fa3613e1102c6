"""Wrinkles: heights on the canvas that deepen with the facial actions, for a bump map, and the shade in them."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from emogan.rendering.actions import bump
from emogan.rendering.canvas import Canvas
from emogan.rendering.expression import mean_action
from emogan.rendering.identity import Identity
from emogan.rendering.mesh import Floats
from emogan.rendering.skin import field, smooth


def groove(distance: Floats, width: float) -> Floats:
    """A valley of depth 1 along distance 0 with soft shoulders."""
    t = distance / width
    result: Floats = -np.exp(-(t**2)) + 0.22 * np.exp(-((np.abs(t) - 1.9) ** 2))
    return result


def forehead(p: Floats, seed: int) -> Floats:
    """Three lines across the forehead."""
    z = p[..., 2] + 0.0012 * field(p, seed, 60) - 0.12 * np.clip(np.abs(p[..., 0]) - 0.02, 0, 1)
    lines = sum(groove(z - level, 0.0013) for level in (0.6855, 0.6945, 0.7035))
    return lines * smooth(np.abs(p[..., 0]), 0.052, 0.034) * smooth(-p[..., 1], 0.07, 0.10)


def frown(p: Floats, seed: int) -> Floats:
    """The upright furrows between the brows and the crease at the root of the nose."""
    x = p[..., 0] + 0.0006 * field(p, seed + 1, 120)
    z = p[..., 2]
    upright = groove(np.abs(x) - 0.0065 - 0.10 * np.clip(z - 0.665, -0.02, 0.02), 0.0012)
    upright = upright * smooth(z, 0.648, 0.658) * smooth(z, 0.686, 0.674) * smooth(np.abs(x), 0.016, 0.010)
    across = groove(z - 0.6485 + 4 * x**2, 0.0011) * smooth(np.abs(x), 0.013, 0.007)
    return (upright + 0.6 * across) * smooth(-p[..., 1], 0.10, 0.115)


def crow(p: Floats) -> Floats:
    """Crow's feet: short rays behind the outer corner of the eye."""
    x, z = np.abs(p[..., 0]) - 0.043, p[..., 2] - 0.6475
    angle, radius = np.arctan2(z, x), np.hypot(x, z)
    rays = sum(groove((angle - a) * radius, 0.0010) for a in (-0.65, -0.2, 0.25))
    return rays * smooth(radius, 0.007, 0.012) * smooth(radius, 0.026, 0.016) * (x > 0)


def nasolabial(p: Floats) -> Floats:
    """From the wing of the nose past the corner of the mouth."""
    x, z = np.abs(p[..., 0]), p[..., 2]
    path = np.interp(z, [0.560, 0.578, 0.590, 0.602, 0.616], [0.034, 0.034, 0.0315, 0.026, 0.0195])
    ends = smooth(z, 0.574, 0.600) * smooth(z, 0.618, 0.610)
    return groove((x - path) * 0.75, 0.0027) * ends * smooth(-p[..., 1], 0.07, 0.09)


def lower_lid(p: Floats) -> Floats:
    """The fold under the eye."""
    x, z = np.abs(p[..., 0]) - 0.030, p[..., 2]
    path = 0.6345 + 18 * np.clip(x, -0.02, 0.02) ** 2
    return groove(z - path, 0.0013) * smooth(np.abs(x), 0.018, 0.010) * smooth(-p[..., 1], 0.09, 0.10)


def sneer(p: Floats) -> Floats:
    """Lines across the side of the nose, and its wing's crease."""
    x, z = np.abs(p[..., 0]), p[..., 2]
    lines = sum(groove(z - level - 0.5 * (x - 0.008), 0.0010) for level in (0.636, 0.641))
    return lines * smooth(x, 0.003, 0.006) * smooth(x, 0.016, 0.011) * smooth(-p[..., 1], 0.11, 0.12)


def chin(p: Floats, seed: int) -> Floats:
    """The puckered chin of held-back tears."""
    where = bump(p, (0.0, 0.556), (0.014, 0.009))
    return where * np.clip(field(p, seed + 4, 480), -1, 1) * 0.6


# fold -> (depth in mm of a fully developed one, how much the person's age shows at rest, actions that deepen it)
FOLDS: dict[str, tuple[float, float, dict[str, float]]] = {
    "forehead": (0.42, 0.22, {"browInnerUp": 0.45, "browOuterUp": 0.5}),
    "frown": (0.85, 0.15, {"browSqueeze": 0.6, "browDown": 0.25, "noseSneer": 0.15}),
    "crow": (0.42, 0.25, {"mouthSmile": 0.45, "cheekSquint": 0.4, "eyeSquint": 0.15}),
    "nasolabial": (0.6, 0.35, {"mouthSmile": 0.45, "noseSneer": 0.5, "mouthUpperUp": 0.2, "mouthFrown": 0.2}),
    "lower_lid": (0.45, 0.45, {"cheekSquint": 0.5, "eyeSquint": 0.4, "mouthSmile": 0.1}),
    "sneer": (0.5, 0.0, {"noseSneer": 0.9}),
    "chin": (0.55, 0.0, {"mouthShrugLower": 0.9}),
}
PORES = 0.00003  # m


@lru_cache(maxsize=2)
def fold_maps(canvas: Canvas, seed: int) -> dict[str, Floats]:
    """The fully developed folds of a person, each (h, w), depth 1."""
    p = canvas.place
    return {
        "forehead": forehead(p, seed),
        "frown": frown(p, seed),
        "crow": crow(p),
        "nasolabial": nasolabial(p),
        "lower_lid": lower_lid(p),
        "sneer": sneer(p),
        "chin": chin(p, seed),
        "pores": field(p, seed + 9, 900),
    }


def fold_heights(person: Identity, canvas: Canvas, actions: Mapping[str, float]) -> tuple[Floats, Floats]:
    """Height of the skin in metres and the factor by which folds darken it, both (h, w)."""
    height = np.zeros(canvas.shape)
    shade = np.zeros(canvas.shape)
    maps = fold_maps(canvas, person.seed)
    for name, (depth, at_rest, drivers) in FOLDS.items():
        shape = maps[name]
        moved = sum(share * mean_action(actions, action) for action, share in drivers.items())
        strength = min(at_rest * person.age + moved * (0.55 + 0.45 * person.age), 1.1)
        height += strength * depth / 1000 * shape
        shade += strength * depth * np.clip(-shape, 0, 1)
    return height + PORES * maps["pores"], 1 - np.clip(0.62 * shade, 0, 0.5)
