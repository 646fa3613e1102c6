import numpy as np

from emogan.rendering.mesh import catmull_clark, subdivide, vertex_normals
from emogan.rendering.shirt import cut
from emogan.rendering.solids import fit_sphere, grid_triangles, tube

CUBE = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
QUADS = np.array([(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)])


def test_catmull_clark_of_a_cube_is_the_textbook_one() -> None:
    weights, quads = catmull_clark(QUADS, 8)
    points = weights @ CUBE
    assert quads.shape == (24, 4) and points.shape == (8 + 12 + 6, 3)
    # old corner: (Q + 2R + (n - 3)P) / n with n = 3, the mean Q of its faces' middles and R of its edges' middles
    np.testing.assert_allclose(np.abs(points[:8]), 5 / 9)
    np.testing.assert_allclose(np.sort(np.abs(points[8:20]), 1), np.tile([0, 0.75, 0.75], (12, 1)))
    np.testing.assert_allclose(np.asarray(weights.sum(1)).ravel(), 1)


def test_an_open_mesh_keeps_its_rim_and_unused_vertices_stay() -> None:
    square = np.array([(0, 0, 0), (4, 0, 0), (4, 4, 0), (0, 4, 0), (9, 9, 9)], float)
    weights, _ = catmull_clark(np.array([(0, 1, 2, 3)]), 5)
    points = weights @ square
    np.testing.assert_allclose(points[0], [0.5, 0.5, 0])
    np.testing.assert_allclose(points[4], 9)
    assert points[5:9, :2].tolist() == [[2, 0], [0, 2], [4, 2], [2, 4]]


def test_subdivided_surface_has_one_texture_coordinate_per_vertex() -> None:
    uv = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float)
    surface = subdivide(QUADS, np.tile([0, 1, 2, 3], (6, 1)), uv, 8, 2)
    assert surface.uv.shape == (surface.weights.shape[0], 2)
    assert len(surface.triangles) == 6 * 4 * 4 * 2
    points = surface.weights @ CUBE
    assert np.linalg.norm(points, axis=1).min() > 0.6
    normals = vertex_normals(points, surface.triangles)
    assert ((normals * points).sum(1) > 0).all()


def test_cutting_keeps_exactly_the_positive_side() -> None:
    triangles = np.array([(0, 1, 2), (0, 2, 3)])
    square = np.array([(0, 0), (2, 0), (2, 2), (0, 2)], float)
    pairs, shares, kept = cut(triangles, square[:, 0] - 0.5)
    points = square[pairs[:, 0]] * (1 - shares[:, None]) + square[pairs[:, 1]] * shares[:, None]
    a, b, c = (points[kept[:, k]] for k in range(3))
    area = 0.5 * ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0])
    assert (area > 0).all()
    np.testing.assert_allclose(area.sum(), 3)
    assert points[kept].reshape(-1, 2)[:, 0].min() == 0.5


def test_sphere_fit_and_tube() -> None:
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(40, 3))
    centre, radius = fit_sphere(np.array([1, 2, 3]) + 0.5 * directions / np.linalg.norm(directions, axis=1)[:, None])
    np.testing.assert_allclose([*centre, radius], [1, 2, 3, 0.5])
    path = np.stack([np.linspace(0, 1, 5), np.zeros(5), np.zeros(5)], 1)
    hose = tube(path, 0.1, 0.3)
    np.testing.assert_allclose(np.linalg.norm(hose.vertices[:, 1:], axis=1), 0.1)
    assert len(grid_triangles(5, 12)) == len(hose.triangles) == 4 * 12 * 2
