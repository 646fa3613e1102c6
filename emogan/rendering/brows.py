"""The brows: where a person wears them on the face, and their hairs."""

from functools import lru_cache

import numpy as np

from emogan.rendering.head import Attachment, Head
from emogan.rendering.identity import Identity
from emogan.rendering.mesh import Floats
from emogan.rendering.strands import Strands, lay, rest_surface, taper

TAIL = 0.049  # m from the middle, on the middle person
LANDMARKS = 5  # on each brow, from its head to its tail


def middle_line(person: Identity, t: Floats) -> tuple[Floats, Floats]:
    """Places (x, z) in m of a brow's middle line on the middle person, ``t`` from 0 (its head) to 1 (its tail)."""
    x = person.brow_gap + (TAIL - person.brow_gap) * t
    level, rise = (0.6642, 0.0016) if person.sex == "F" else (0.6636, 0.0022)
    arch = (0.0045 + person.brow_arch) * np.sin(np.pi * np.clip(t * 0.85, 0, 1))
    z = level + person.brow_height + (rise + person.brow_tilt) * t + arch - 0.0035 * t**3
    return x, z


def _before_skin(x: Floats, z: Floats) -> Floats:
    """Points (n, 3) at places of the forehead, a little before or behind the middle person's skin."""
    return np.stack([x, np.interp(np.abs(x), [0, 0.03, 0.05, 0.06], [-0.134, -0.130, -0.118, -0.108]), z], -1)


@lru_cache(maxsize=4)
def landmarks(head: Head, person: Identity) -> Attachment:
    """Five places on each brow of a person, from the picture's left to its right, as they ride on the skin."""
    x, z = middle_line(person, np.linspace(0, 1, LANDMARKS))
    points = _before_skin(np.concatenate([-x[::-1], x]), np.concatenate([z[::-1], z]))
    return Attachment.to(*rest_surface(head), lay(head, points))


@lru_cache(maxsize=4)
def groom(head: Head, person: Identity) -> tuple[Attachment, tuple[int, int], float]:
    """Root the hairs of both brows on the middle person; returns their attachment, (hairs, points) and root radius."""
    rng = np.random.default_rng([person.seed, 10])
    count, points = int(520 * person.brow_density), 6
    t = rng.beta(1.15, 1.3, 2 * count)
    side = np.repeat([-1.0, 1.0], count)
    x, middle = middle_line(person, t)
    half = 0.0042 * person.brow_thickness * np.interp(t, [0, 0.12, 0.45, 0.8, 1], [0.65, 1.0, 0.95, 0.6, 0.25])
    across = np.clip(rng.normal(0, 0.62, 2 * count), -1.5, 1.5)  # thinning out to both edges, not cut out
    z = middle + across * half
    angle = np.interp(t, [0, 0.15, 0.45, 1], [1.35, 0.75, 0.15, -0.30])
    angle -= 0.35 * across * np.interp(t, [0, 0.3, 1], [0.2, 1, 0.6])  # both edges lean to the middle
    angle += rng.normal(0, 0.16, 2 * count)
    length = rng.uniform(0.0045, 0.0085, 2 * count) * np.interp(t, [0, 0.2, 0.7, 1], [0.75, 1, 1, 0.8])
    reach = np.linspace(0, 1, points)[None, :] * length[:, None]
    bend = angle[:, None] - 0.25 * np.linspace(0, 1, points)
    xs = (x[:, None] + reach * np.cos(bend)) * side[:, None]
    zs = z[:, None] + reach * np.sin(bend)
    laid = lay(head, _before_skin(xs, zs).reshape(-1, 3))
    ride = Attachment.to(*rest_surface(head), laid)
    height = np.tile(np.linspace(-0.0002, 0.0009, points), 2 * count)
    radius = 0.00011 * (0.85 + 0.3 * person.brow_thickness)
    return Attachment(ride.vertices, ride.weights, ride.offset, height), (2 * count, points), radius


def brows(head: Head, person: Identity, skin: Floats, normals: Floats) -> Strands:
    """The brows on a moved skin surface."""
    ride, shape, radius = groom(head, person)
    albedo = float(np.clip(0.55 * person.hair, 0.018, 0.16))
    return Strands(ride.follow(skin, normals).reshape(*shape, 3), taper(*shape, radius), albedo)
