"""The plain T-shirt that covers the shoulders: skin below a neckline, cut cleanly and moved outward."""

from functools import lru_cache

import numpy as np

from emogan.rendering.head import Head
from emogan.rendering.identity import Identity
from emogan.rendering.mesh import Floats, Ints
from emogan.rendering.skin import smooth
from emogan.rendering.solids import Solid


def neckline(points: Floats) -> Floats:
    """Signed distance in m below the collar, for points (…, 3) of the middle person."""
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    level = np.interp(y, [-0.12, -0.07, -0.01, 0.05], [0.464, 0.476, 0.505, 0.525])
    result: Floats = level - z + 0.10 * np.clip(np.abs(x) - 0.055, 0, 1)
    return result


def cut(triangles: Ints, level: Floats) -> tuple[Ints, Floats, Ints]:
    """Cut a mesh along the zero line of ``level`` (v,) and keep the part where it is positive.

    Returns:
        Vertices as mixtures of two old ones: pairs (n, 2) and the share (n,) of the second; triangles (t, 3) of them.
    """
    pairs = [(v, v) for v in range(len(level))]
    shares = [0.0] * len(level)
    known: dict[tuple[int, int], int] = {}

    def crossing(a: int, b: int) -> int:
        key = (min(a, b), max(a, b))
        if key not in known:
            known[key] = len(pairs)
            pairs.append(key)
            shares.append(float(level[key[0]] / (level[key[0]] - level[key[1]])))
        return known[key]

    above = level[triangles] > 0
    kept = [tuple(t) for t in triangles[above.all(1)]]
    crossed = above.any(1) & ~above.all(1)
    for triangle, inside in zip(triangles[crossed], above[crossed], strict=True):
        ring = []
        for k in range(3):
            a, b = int(triangle[k]), int(triangle[(k + 1) % 3])
            if inside[k]:
                ring.append(a)
            if inside[k] != inside[(k + 1) % 3]:
                ring.append(crossing(a, b))
        kept += [(ring[0], ring[k], ring[k + 1]) for k in range(1, len(ring) - 1)]
    return np.array(pairs), np.array(shares), np.array(kept)


@lru_cache(maxsize=2)
def _pattern(head: Head, plain: bool) -> tuple[Ints, Floats, Ints]:
    surface = head.plain if plain else head.skin
    return cut(surface.triangles, neckline(surface.weights @ head.rest))


def shirt(head: Head, person: Identity, skin: Floats, normals: Floats, plain: bool = False) -> Solid:
    """The shirt over the head's skin, or its ``plain`` one: vertices (v, 3) with unit normals."""
    pairs, shares, triangles = _pattern(head, plain)

    def mixed(values: Floats) -> Floats:
        share = shares.reshape(-1, *[1] * (values.ndim - 1))
        result: Floats = (1 - share) * values[pairs[:, 0]] + share * values[pairs[:, 1]]
        return result

    below = mixed(neckline((head.plain if plain else head.skin).weights @ head.rest))
    # Thick at the collar; further down the cloth hangs away from the skin.
    lift = 0.0022 + 0.0020 * smooth(below, 0.000, 0.003) + 0.007 * smooth(below, 0.010, 0.07)
    return Solid(mixed(skin) + lift[:, None] * mixed(normals), triangles, np.full(len(below), person.shirt))
