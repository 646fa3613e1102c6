"""Puts a person before the camera: Mitsuba's scene, the lights, the picture."""

import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.ndimage import median_filter

from emogan.core.errors import missing_extra
from emogan.rendering.camera import Camera, View
from emogan.rendering.film import Rendered
from emogan.rendering.mesh import Floats, Ints
from emogan.rendering.solids import Solid
from emogan.rendering.strands import Strands
from emogan.rendering.takes import Light

TONE = 0.04  # logarithm of the step between two tones of hair
GAUSSIAN = {"type": "gaussian", "stddev": 0.42}  # of a pixel's rays
BOX_DISTANCE = 1.6  # m from the eyes to the soft boxes


def mitsuba() -> Any:
    """The renderer's module, set to its scalar variant.

    Raises:
        UserError: when it is not installed.
    """
    try:
        import drjit
        import mitsuba as mi
    except ImportError as error:
        raise missing_extra("mitsuba", "render") from error
    if mi.variant() != "scalar_rgb":
        mi.set_variant("scalar_rgb")
        mi.set_log_level(mi.LogLevel.Error)
        drjit.set_thread_count(1)  # parallel over images, not within one: deterministic and no idle cores
    return mi


def _bsdf(kind: str, reflectance: Mapping[str, object] | float) -> dict[str, object]:
    colour = {"type": "rgb", "value": reflectance} if isinstance(reflectance, float) else dict(reflectance)
    recipes: dict[str, dict[str, object]] = {
        "skin": {"type": "roughplastic", "diffuse_reflectance": colour, "alpha": 0.32, "int_ior": 1.40},
        "hair": {"type": "roughplastic", "diffuse_reflectance": colour, "alpha": 0.33, "int_ior": 1.45},
        "cloth": {"type": "diffuse", "reflectance": colour},
        "wet": {"type": "principled", "base_color": colour, "roughness": 0.06, "specular": 1.0},
        "tooth": {"type": "principled", "base_color": colour, "roughness": 0.25, "specular": 0.5},
    }
    return recipes[kind]


def surface(vertices: Floats, normals: Floats, triangles: Ints, uv: Floats, albedo: Floats, height: Floats) -> Any:
    """The skin: albedo (h, w) in 0..1 and height (h, w) in metres, as a bump map, are textures."""
    mi = mitsuba()

    def texture(values: Floats) -> dict[str, object]:
        return {"type": "bitmap", "bitmap": mi.Bitmap(values.astype(np.float32)[..., None]), "raw": True}

    bump = {"type": "bumpmap", "arbitrary": texture(height), "bsdf": _bsdf("skin", texture(albedo))}
    return _mesh(vertices, triangles, {"type": "twosided", "inner": bump}, normals=normals, uv=uv)


def solid(shape: Solid, normals: Floats, kind: str) -> Any:
    """A mesh with one albedo per vertex."""
    bsdf = _bsdf(kind, {"type": "mesh_attribute", "name": "vertex_color"})
    twosided: dict[str, object] = {"type": "twosided", "inner": bsdf}
    return _mesh(shape.vertices, shape.triangles, twosided, normals=normals, albedo=shape.albedo)


def _mesh(
    vertices: Floats,
    triangles: Ints,
    bsdf: dict[str, object],
    normals: Floats,
    uv: Floats | None = None,
    albedo: Floats | None = None,
) -> Any:
    mi = mitsuba()
    properties = mi.Properties()
    properties["bsdf"] = mi.load_dict(bsdf)
    mesh = mi.Mesh(
        "part",
        len(vertices),
        len(triangles),
        has_vertex_normals=True,
        has_vertex_texcoords=uv is not None,
        props=properties,
    )
    if albedo is not None:
        mesh.add_attribute("vertex_color", 3, np.repeat(albedo, 3).astype(np.float32))
    values = mi.traverse(mesh)
    values["vertex_positions"] = vertices.astype(np.float32).ravel()
    values["vertex_normals"] = normals.astype(np.float32).ravel()
    values["faces"] = triangles.astype(np.uint32).ravel()
    if uv is not None:
        values["vertex_texcoords"] = uv.astype(np.float32).ravel()
    values.update()
    return mesh


@lru_cache(maxsize=256)
def _hair(tone: int) -> Any:
    """Mitsuba takes 70 ms to prepare such a surface, and a head has a dozen of them."""
    return mitsuba().load_dict(_bsdf("hair", float(np.exp(tone * TONE))))


def curves(strands: Strands) -> Any:
    """Strands as B-spline curves. Mitsuba reads them from a file only."""
    mi = mitsuba()
    points = strands.points.shape[1]
    rows = np.concatenate([strands.points, strands.radius[..., None]], 2).reshape(len(strands.points), -1)
    rows = np.concatenate([rows, _guard(strands).reshape(1, -1)])
    line = "%.6f %.6f %.6f %.7f\n" * points + "\n"
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write((line * len(rows)) % tuple(rows.ravel().tolist()))
    try:
        tone = round(float(np.log(strands.albedo)) / TONE)
        return mi.load_dict({"type": "bsplinecurve", "filename": file.name, "bsdf": _hair(tone)})
    finally:
        Path(file.name).unlink()


def _guard(strands: Strands) -> Floats:
    """A tiny last strand (points, 4) inside the head, where no ray gets.

    A ray that hits the very end of the last curve makes Mitsuba (3.9.1) read the curve after it, and crash.
    """
    points = strands.points.shape[1]
    hidden = strands.points[:, 0].mean(0) + np.array([0.0, 0.03, 0.0])
    path = hidden + 1e-5 * np.arange(points)[:, None] * np.array([0.0, 0.0, 1.0])
    return np.concatenate([path, np.full((points, 1), 1e-6)], 1)


def render(parts: Mapping[str, Any], light: Light, view: View, camera: Camera, samples: int, seed: int) -> Rendered:
    """The light that reaches the camera, the matte and the bare skin; ``parts`` name the ``skin``. Deterministic."""
    mi = mitsuba()
    described = {
        "type": "scene",
        "integrator": {"type": "path", "max_depth": 3, "hide_emitters": True},
        "sensor": _sensor(mi, camera, samples),
        **parts,
        **_lights(mi, light, view),
    }
    scene = mi.load_dict(described)
    pixels = np.array(mi.render(scene, seed=seed))
    if not np.isfinite(pixels).all():  # a lost sample
        pixels = np.where(np.isfinite(pixels), pixels, median_filter(np.nan_to_num(pixels), (9, 9, 1)))
    return Rendered(pixels[..., 0], np.clip(pixels[..., -1], 0, 1), _bare_skin(mi, scene, camera, seed), samples)


def _bare_skin(mi: Any, scene: Any, camera: Camera, seed: int) -> Floats:
    """The skin's albedo (h, w) where a ray meets skin first, 0 elsewhere: one ray a pixel."""
    sensor = mi.load_dict(_sensor(mi, camera, 1, {"type": "box"}))
    integrator = mi.load_dict({"type": "aov", "aovs": "albedo:albedo,shape:shape_index"})
    pixels = np.array(mi.render(scene, sensor=sensor, integrator=integrator, seed=seed))
    skin = [shape.id() for shape in scene.shapes()].index("skin") + 1  # nothing is 0
    albedo: Floats = np.where(np.abs(pixels[..., -1] - skin) < 0.5, pixels[..., -4], 0.0).astype(np.float64)
    return albedo


def _sensor(mi: Any, camera: Camera, samples: int, rfilter: Mapping[str, object] = GAUSSIAN) -> dict[str, object]:
    place = mi.ScalarTransform4f().look_at(origin=list(camera.origin), target=list(camera.target), up=list(camera.up))
    return {
        "type": "perspective",
        "fov_axis": "y",
        "fov": camera.field_of_view,
        "near_clip": 0.02,
        "to_world": place,
        "film": {
            "type": "hdrfilm",
            "width": camera.width,
            "height": camera.height,
            "pixel_format": "luminance_alpha",
            "rfilter": dict(rfilter),
        },
        "sampler": {"type": "multijitter", "sample_count": samples},
    }


def _lights(mi: Any, light: Light, view: View) -> dict[str, object]:
    transform = mi.ScalarTransform4f
    eyes, turn = view.eyes, 0.75 * view.yaw  # for the other angles the sitter turns on the chair, not the whole studio

    def towards(origin: Floats) -> Any:
        return transform().look_at(origin=list(origin), target=list(eyes), up=[0, 0, 1])

    def box(azimuth: float, height: float, size: float, radiance: float, share: float) -> dict[str, object]:
        across = np.array([np.sin(azimuth + turn), -np.cos(azimuth + turn), 0.0])
        origin = eyes + BOX_DISTANCE * across + [0.0, 0.0, height]
        # Rays go where the light comes from: most of the noise is the key light's.
        emitter = {"type": "area", "radiance": {"type": "rgb", "value": radiance}, "sampling_weight": share}
        return {
            "type": "rectangle",
            "to_world": towards(origin) @ transform().scale(size),
            "emitter": emitter,
        }

    ambient = {"type": "constant", "radiance": {"type": "rgb", "value": light.ambient}, "sampling_weight": 1.2}
    boxes = {
        "rim": box(np.pi - 0.6 * np.sign(light.side), 0.9, 0.4, 0.3 * light.key, 0.4),
        "fill": box(-light.side * 0.9, 0.2, 0.45, light.fill, 0.8),
        "key": box(light.side, light.height, 0.40, light.key, 4.0),
    }
    # Loaded one by one: load_dict puts nested shapes in an order that changes from run to run, and the noise with it.
    return {"ambient": mi.load_dict(ambient), **{name: mi.load_dict(shape) for name, shape in boxes.items()}}
