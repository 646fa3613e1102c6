"""Grows the hair of a person strand by strand over the neutral head."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from emogan.rendering.hairstyles import STYLES, Style, scalp_density
from emogan.rendering.head import Head, skin_normals
from emogan.rendering.identity import Identity
from emogan.rendering.mesh import Floats
from emogan.rendering.skin import field, smooth
from emogan.rendering.strands import Strands, sample_surface

STRANDS = 10000
POINTS = 16
RADIUS = 0.00029  # several hairs in one: a pixel is nearly a millimetre
TONES = (0.70, 0.90, 1.12, 1.40)  # relative albedo of the groups of strands
GREY = 0.45  # albedo of grey ones


@dataclass(frozen=True)
class _Ground:
    """What strands lie on: the skin's vertices with normals, and points of reference on the neutral head."""

    tree: cKDTree
    vertices: Floats
    normals: Floats
    eyes: Floats
    width: float  # half the width of the face at the cheekbones
    tie: Floats


def grow_hair(head: Head, person: Identity, neutral: Floats, take: int, detail: float) -> list[Strands]:
    """The strands on the neutral head.

    Args:
        head: the model.
        person: whose hair.
        neutral: the person's base vertices (19158, 3) without expression.
        take: number of the session; hair lies a little differently in each.
        detail: 1 for all strands; with less there are fewer and thicker ones.

    Returns:
        Groups of strands of different tone.
    """
    style = STYLES[person.style]
    skin = head.skin.weights @ neutral
    normals = skin_normals(head, skin)
    rest = head.rest_skin
    rng = np.random.default_rng([person.seed, 20])
    count = int(STRANDS * detail**1.4 * (0.8 if style.top < 0.03 else 1.0))
    chosen, weights = sample_surface(rng, rest, head.skin.triangles, scalp_density(rest, person), count)
    corners = head.skin.triangles[chosen]
    root_rest = (weights[..., None] * rest[corners]).sum(1)
    roots = (weights[..., None] * skin[corners]).sum(1)
    up = (weights[..., None] * normals[corners]).sum(1)
    ground = _ground(person, neutral, head, skin, normals)
    height = smooth(root_rest[:, 2], 0.695, 0.725)
    length = (style.side + (style.top - style.side) * height) * rng.uniform(0.78, 1.0, count)
    front = smooth(-root_rest[:, 1], 0.070, 0.100) * (np.abs(root_rest[:, 0]) < 0.058)
    if style.fringe:
        length = np.where(front > 0.4, rng.uniform(0.050, 0.062, count), length)
    layer = rng.random(count) ** 0.7
    curves = _simulate(person, style, ground, roots, up, length, layer, front)
    curves = _clump(rng, style, curves, roots)
    curves = _curl(rng, style, curves, person.seed + 22)
    stir = np.random.default_rng([person.seed, 21, take]).normal(0, 1, (count, 1, 3))
    give = 0.03 * np.minimum(length, 0.1)[:, None, None] * np.linspace(0, 1, POINTS)[None, :, None] ** 1.5
    curves = curves + stir * give
    if not style.fringe and style.comb in {"part", "middle", "back", "tie"}:
        e = curves - ground.eyes
        over = (np.abs(e[..., 0]) < 0.052) & (e[..., 2] < 0.052) & (e[..., 1] < 0.02)
        curves = _cut(curves, over)  # stray strands across the forehead look like scratches
    if person.style == "bun":
        curves = np.concatenate([curves, _bun(rng, ground)])
    return _tones(rng, person, style, curves, detail)


def _ground(person: Identity, neutral: Floats, head: Head, skin: Floats, normals: Floats) -> _Ground:
    eyes = neutral[np.unique(np.concatenate([head.base.quads[f"helper-{s}-eye"] for s in "lr"]))].mean(0)
    cheeks = skin[(np.abs(skin[:, 2] - eyes[2] + 0.01) < 0.012) & (skin[:, 1] < eyes[1] + 0.055)]
    tie = eyes + (np.array([0.0, 0.085, 0.125]) if person.style == "bun" else np.array([0.0, 0.195, -0.015]))
    return _Ground(cKDTree(skin), skin, normals, eyes, float(np.abs(cheeks[:, 0]).max()), tie)


def _unit(v: Floats) -> Floats:
    result: Floats = v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-12)
    return result


def _comb(person: Identity, style: Style, ground: _Ground, p: Floats, front: Floats) -> Floats:
    """The direction (n, 3) hair is combed to at points p, not yet along the skin."""
    e = p - ground.eyes
    parting = person.parting if style.comb == "part" else 0.0
    away = np.tanh((e[:, 0] - parting) / 0.012)
    top = smooth(e[:, 2], 0.035, 0.085)[:, None]
    down = np.stack([0.15 * np.sign(e[:, 0]), np.full(len(p), 0.25), np.full(len(p), -1.0)], 1)
    if style.comb in {"part", "middle"}:
        back = 0.30 + 1.1 * smooth(-e[:, 1], -0.02, 0.02)  # off the forehead
        sweep = np.stack([away, back, np.full(len(p), -0.25)], 1)
    elif style.comb == "back":
        sweep = np.stack([0.15 * away, np.full(len(p), 1.0), np.full(len(p), 0.15)], 1)
    elif style.comb == "forward":
        sweep = np.stack([0.25 * away + 0.3, np.full(len(p), -1.0), np.full(len(p), -0.1)], 1)
    elif style.comb == "up":
        sweep = np.stack([0.4 * e[:, 0] / 0.05, np.full(len(p), -0.35), np.full(len(p), 0.8)], 1)
    else:
        return _unit(ground.tie - p)
    direction = _unit(sweep) * top + _unit(down) * (1 - top)
    if style.fringe:
        forward = np.stack([0.15 * e[:, 0] / 0.05, np.full(len(p), -0.5), np.full(len(p), -1.0)], 1)
        direction = direction + (_unit(forward) - direction) * (front > 0.4)[:, None]
    return _unit(direction)


def _simulate(
    person: Identity,
    style: Style,
    ground: _Ground,
    roots: Floats,
    up: Floats,
    length: Floats,
    layer: Floats,
    front: Floats,
) -> Floats:
    """Grow all strands step by step: combed, pulled down, kept outside of the head. Curves (n, POINTS, 3)."""
    p: Floats = roots - 0.001 * up
    upright = {"up": 1.2, "back": 0.9, "tie": 0.25}.get(style.comb, 0.7 if style.top > 0.03 else 1.0)
    lift: Floats = np.full((len(p), 1), upright)
    if style.top > 0.1 and not style.fringe:
        lift = lift * (1 - 0.9 * front[:, None])
    d = _unit(_comb(person, style, ground, p, front) + lift * up)
    curve = [p]
    step = length[:, None] / (POINTS - 1)
    for k in range(1, POINTS):
        travelled = k * step[:, 0]
        target = _comb(person, style, ground, p, front)
        loose = 0.0 if style.comb == "tie" or style.top < 0.1 else 1.0
        falling = loose * smooth(travelled, 0.02, 0.09)[:, None]
        target = _unit(target + falling * np.array([0.0, 0.0, -1.6]))
        if style.comb != "up":
            _, nearest = ground.tree.query(p)
            n = ground.normals[nearest]
            off = np.exp(-np.linalg.norm(p - ground.vertices[nearest], axis=1) / 0.02)
            outward = (target * n).sum(1)
            target = _unit(target - (off * np.maximum(outward, 0))[:, None] * n)
        d = _unit(style.stiff * d + (1 - style.stiff) * target)
        moved: Floats = p + step * d
        if style.comb == "tie":
            near = np.linalg.norm(ground.tie - p, axis=1, keepdims=True) < np.maximum(step * 1.2, 0.012)
            moved = np.where(near, p + 0.15 * (ground.tie - p), moved)
        moved = _push_out(style, ground, moved, travelled, layer, front)
        d = _unit(0.5 * d + 0.5 * _unit(moved - p))
        curve.append(moved)
        p = moved
    return np.stack(curve, 1)


def _push_out(style: Style, ground: _Ground, p: Floats, travelled: Floats, layer: Floats, front: Floats) -> Floats:
    """Keep each strand its own height above the skin, and long hair out of the face."""
    _, nearest = ground.tree.query(p)
    above = ((p - ground.vertices[nearest]) * ground.normals[nearest]).sum(1)
    on_head = 0.25 + 0.75 * smooth(p[:, 2] - ground.eyes[2], -0.13, -0.08)
    wanted = 0.0008 + style.volume * on_head * layer * smooth(travelled, 0.0, min(0.035, style.top * 0.7))
    pushed: Floats = p + np.maximum(wanted - above, 0)[:, None] * ground.normals[nearest]
    if style.top < 0.1 or style.comb == "tie":
        return pushed
    e = pushed - ground.eyes
    in_face = smooth(0.050 - e[:, 2], 0.0, 0.03) * smooth(0.055 - e[:, 1], 0.0, 0.02)
    if style.fringe:
        in_face = in_face * (front <= 0.4)
    wall = ground.width * np.interp(e[:, 2], [-0.12, -0.06, 0.0, 0.05], [0.80, 0.93, 0.98, 0.90]) + 0.010 * layer
    side = np.where(e[:, 0] >= 0, 1.0, -1.0)
    pushed[:, 0] += side * np.maximum(wall - np.abs(e[:, 0]), 0) * in_face
    return pushed


def _clump(rng: np.random.Generator, style: Style, curves: Floats, roots: Floats) -> Floats:
    """Draw strands towards the nearest of some guide strands, more at the tips: locks."""
    if style.clump == 0:
        return curves
    guides = rng.choice(len(curves), len(curves) // 22, replace=False)
    _, nearest = cKDTree(roots[guides]).query(roots)
    guide = curves[guides][nearest]
    pull = style.clump * np.linspace(0, 1, POINTS)[None, :, None] ** 0.8
    result: Floats = curves + pull * (guide - curves)
    return result


def _cut(curves: Floats, over: NDArray[np.bool_]) -> Floats:
    """End strands where they first are ``over`` (n, POINTS) a place: most keep a short piece that covers the scalp."""
    kept = np.where(over.any(1), over.argmax(1) - 1, POINTS - 1)
    curves, kept = curves[kept >= 1], kept[kept >= 1]
    at = kept[:, None] * np.linspace(0, 1, POINTS)
    low = np.minimum(at.astype(int), POINTS - 2)
    rows, share = np.arange(len(curves))[:, None], (at - low)[..., None]
    result: Floats = (1 - share) * curves[rows, low] + share * curves[rows, low + 1]
    return result


def _curl(rng: np.random.Generator, style: Style, curves: Floats, person_seed: int) -> Floats:
    """Wind the strands; neighbours share most of their phase because clumping came first."""
    if style.curl == 0:
        return curves
    count = len(curves)
    phase = 2.0 * field(curves[:, -1], person_seed, 45) + rng.normal(0, 0.5, count)
    t = np.linspace(0, 1, POINTS)[None, :]
    angle = 2 * np.pi * style.turns * t * rng.uniform(0.8, 1.2, (count, 1)) + phase[:, None]
    tangent = _unit(np.gradient(curves, axis=1))
    across = _unit(np.cross(tangent, np.array([0.3, 0.9, 0.2])))
    other = np.cross(tangent, across)
    size = style.curl * np.minimum(t * 3, 1)
    wound: Floats = curves + (size * np.cos(angle))[..., None] * across + (size * np.sin(angle))[..., None] * other
    return wound


def _bun(rng: np.random.Generator, ground: _Ground) -> Floats:
    """A knot of hair at the tie: loops around a ball."""
    count = 900
    axis = _unit(np.array([0.15, 0.25, 1.0]) + rng.normal(0, 0.35, (count, 3)))
    a = _unit(np.cross(axis, [1.0, 0.2, 0.0]))
    b = np.cross(axis, a)
    start, reach = rng.uniform(0, 2 * np.pi, count), rng.uniform(1.5, 3.5, count)
    angle = start[:, None] + reach[:, None] * np.linspace(0, 1, POINTS)
    radius = 0.027 * rng.uniform(0.8, 1.0, count)
    tilt = rng.uniform(-0.8, 0.8, count)
    ring = np.cos(angle)[..., None] * a[:, None] + np.sin(angle)[..., None] * b[:, None]
    loops = ring * np.cos(tilt)[:, None, None] + (axis * np.sin(tilt)[:, None])[:, None]
    result: Floats = ground.tie + radius[:, None, None] * loops * np.array([1.15, 1.0, 0.9])
    return result


def _tones(rng: np.random.Generator, person: Identity, style: Style, curves: Floats, detail: float) -> list[Strands]:
    """Split the strands into groups of different albedo; some are grey."""
    group = rng.integers(0, len(TONES), len(curves))
    if person.grey:
        group = np.where(rng.random(len(curves)) < person.grey, len(TONES), group)
    thickness = RADIUS / detail**0.88 * style.thick * rng.uniform(0.8, 1.2, len(curves))
    radius = thickness[:, None] * np.linspace(1, 0.5, POINTS)[None, :]
    albedos = [min(person.hair * tone, 0.6) for tone in TONES] + [GREY]
    return [Strands(curves[group == k], radius[group == k], a) for k, a in enumerate(albedos) if (group == k).any()]
