"""Paints the skin: albedo and the height of folds, as textures on the canvas."""

import numpy as np
from scipy.ndimage import gaussian_filter

from emogan.rendering.actions import bump
from emogan.rendering.canvas import Canvas
from emogan.rendering.identity import Identity, noise_phases
from emogan.rendering.mesh import Floats

MOUTH_CAVITY = 0.045


def smooth(x: Floats, low: float, high: float) -> Floats:
    """0 below ``low``, 1 above ``high``, a smooth step between (the other way round when low > high)."""
    t = np.clip((x - low) / (high - low), 0, 1)
    result: Floats = t * t * (3 - 2 * t)
    return result


def field(points: Floats, seed: int, scale: float) -> Floats:
    """A smooth random field with standard deviation about 1 and features of about 1/``scale`` metres."""
    waves, phases = noise_phases(seed, 8, scale)
    places = points.astype(np.float32)  # half the time of double precision on a canvas of millions of texels
    total = np.zeros(points.shape[:-1], np.float32)
    for wave, phase in zip(waves.astype(np.float32), phases.astype(np.float32), strict=True):
        total += np.sin(places @ wave + phase)
    return total / 2.0


def beard_region(p: Floats, kind: str) -> Floats:
    """Where a beard grows, 0..1, for points of the middle person."""
    x, y, z = np.abs(p[..., 0]), p[..., 1], p[..., 2]
    cheek = [0.0, 0.018, 0.032, 0.045, 0.058, 0.068, 0.075]
    line = np.interp(x, cheek, [0.606, 0.603, 0.578, 0.584, 0.600, 0.625, 0.650])
    jaw = smooth(line - z, -0.003, 0.008) * smooth(z, 0.520, 0.545) * smooth(-y, 0.015, 0.04)
    lip = smooth(np.hypot(x / 0.030, (z - 0.5815) / 0.0105), 0.9, 1.1)
    below_lip = 1 - 0.8 * bump(p, (0.020, 0.566), (0.008, 0.006))
    region = jaw * lip * below_lip
    if kind == "goatee":
        region = region * smooth(x, 0.034, 0.026) * smooth(z, 0.535, 0.550)
    result: Floats = region
    return result


def paint_skin(person: Identity, canvas: Canvas, scalp: Floats) -> Floats:
    """Albedo (h, w) of a person's skin.

    Args:
        person: whose.
        canvas: the canvas of the model.
        scalp: how densely hair covers each texel, 0..1.
    """
    p = canvas.place
    rng = np.random.default_rng([person.seed, 3])
    tone = np.full(canvas.shape, person.skin)
    tone *= 1 + 0.035 * field(p, person.seed, 55) + 0.02 * field(p, person.seed + 1, 190)
    grain = gaussian_filter(rng.normal(0, 1, canvas.shape), 1.2)
    tone *= 1 + 0.03 * grain / grain.std()
    blood = 0.9 * bump(p, (0.045, 0.610), (0.020, 0.018)) + 0.8 * bump(p, (0.0, 0.610), (0.016, 0.012))
    hollow = bump(p, (0.028, 0.636), (0.018, 0.006)) + 0.8 * bump(p, (0.030, 0.657), (0.020, 0.005))
    hollow += 0.4 * bump(p, (0.016, 0.648), (0.006, 0.008))
    tone *= (1 - 0.10 * blood) * (1 - (0.13 + 0.12 * person.age) * hollow)
    # Small forms and light scattered in the skin leave more shade in photographs than the mesh alone casts.
    form = 0.6 * bump(p, (0.0, 0.5685), (0.016, 0.004)) + 0.5 * bump(p, (0.0185, 0.609), (0.005, 0.008))
    form += 0.2 * bump(p, (0.013, 0.655), (0.006, 0.010)) + 0.8 * bump(p, (0.029, 0.5815), (0.006, 0.004))
    tone *= 1 - 0.28 * np.clip(form, 0, 1)
    tone *= 1 - 0.45 * canvas.lids * (1 if person.sex == "F" else 0.6)
    if person.freckles > 0.15:
        spots = gaussian_filter((rng.random(canvas.shape) < 0.004).astype(float), 1.6)
        where = bump(p, (0.030, 0.615), (0.035, 0.030))
        tone *= 1 - np.clip(spots / spots.max(), 0, 1) * 0.4 * person.freckles * where
    for _ in range(rng.integers(0, 4)):
        x, z = rng.uniform(-0.06, 0.06), rng.uniform(0.55, 0.70)
        mole = np.exp(-((p[..., 0] - x) ** 2 + (p[..., 2] - z) ** 2) / 0.0011**2) * (p[..., 1] < -0.06)
        tone *= 1 - 0.6 * mole
    lips = canvas.lips
    tone = tone * (1 - lips) + person.skin * person.lips * (1 + 0.05 * field(p, person.seed + 2, 700)) * lips
    if person.sex == "M":
        shadow = {"none": 0.08, "stubble": 0.28, "goatee": 0.30, "beard": 0.45}[person.beard]
        shadow *= 0.5 + 1.2 * (1 - min(person.hair / 0.3, 1))
        kind = "beard" if person.beard in {"none", "stubble"} else person.beard
        dots = 1 + 0.15 * grain / grain.std()
        tone *= 1 - np.clip(shadow * np.clip(dots, 0, 2), 0, 0.8) * beard_region(p, kind) * (1 - lips)
    root = min(person.hair * 0.8, person.skin)
    tone = tone * (1 - 0.85 * scalp) + 0.85 * scalp * root
    tone = np.where(canvas.mouth, MOUTH_CAVITY, tone)
    result: Floats = np.clip(tone, 0.01, 0.9)
    return result
