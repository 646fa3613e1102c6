"""Strands of hair as triangles: each is a flat ribbon that narrows to its tip."""

from dataclasses import dataclass

import numpy as np

from emogan.rendering.mesh import Floats, Ints


@dataclass(frozen=True)
class Ribbons:
    """Triangles (t, 3) between vertices; vertex i lies at ``curve[row[i]]`` plus ``aside[i]``, both in metres."""

    row: Ints
    aside: Floats
    normals: Floats
    triangles: Ints

    def laid(self, curves: Floats) -> Floats:
        """The vertices (v, 3) along curves (n, k, 3), moved or not: the ribbons keep their width and turn."""
        result: Floats = curves.reshape(-1, 3)[self.row] + self.aside
        return result


def ribbons(curves: Floats, radius: Floats, outward: Floats) -> Ribbons:
    """Ribbons along curves.

    Args:
        curves: points (n, k, 3), k at least 2.
        radius: half the width (n, k) of each; the last point is the tip, of no width.
        outward: which way (n, k, 3) the flat side looks.
    """
    count, points = radius.shape
    along = np.gradient(curves, axis=1)
    across = _unit(np.cross(along, outward))
    normals = _unit(np.cross(across, along))
    number = np.arange(count * points).reshape(count, points)
    row = np.concatenate([np.repeat(number[:, :-1], 2, 1), number[:, -1:]], 1)
    side = np.tile([1.0, -1.0], points - 1)
    aside = np.zeros((count, 2 * points - 1, 3))
    aside[:, :-1] = side[:, None] * np.repeat((radius[..., None] * across)[:, :-1], 2, 1)
    first = 2 * np.arange(points - 2)[:, None]
    quads = first + np.array([[0, 3, 1, 0, 2, 3]])
    strip = np.concatenate([quads.reshape(-1, 3), [[2 * points - 4, 2 * points - 2, 2 * points - 3]]])
    triangles = (strip + np.arange(count)[:, None, None] * (2 * points - 1)).reshape(-1, 3)
    return Ribbons(row.ravel(), aside.reshape(-1, 3), normals.reshape(-1, 3)[row.ravel()], triangles)


def fewer(points: Floats, count: int) -> Floats:
    """Curves (n, k, …) with ``count`` of their points, first and last among them."""
    kept = np.round(np.linspace(0, points.shape[1] - 1, count)).astype(int)
    return points[:, kept]


def _unit(vectors: Floats) -> Floats:
    result: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return result
