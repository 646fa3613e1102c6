"""Puts a person before the camera: Mitsuba's scene, the lights, the picture."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, median_filter

from emogan.core.errors import missing_extra
from emogan.rendering.mesh import Floats, Ints
from emogan.rendering.solids import Solid
from emogan.rendering.strands import Strands

EYE_LINE = 0.45  # share of the picture's height above the eyes
BOX_DISTANCE = 1.6  # m from the eyes to the soft boxes
GRAIN = 0.028  # display values closer than about this are taken for noise of one another
DISTANCE = 1.7  # m from the camera to the eyes


@dataclass(frozen=True)
class Light:
    """The studio of one session: radiance of the soft boxes and where the main one stands (radians, left > 0)."""

    key: float
    fill: float
    ambient: float
    side: float
    height: float  # m above the eyes
    backdrop: float  # display value 0..1


@dataclass(frozen=True)
class View:
    """Camera: the middle between the eyes, the picture's height there (m), its turn around the sitter (radians)."""

    eyes: Floats
    height: float
    yaw: float  # towards the sitter's left
    pitch: float
    roll: float
    shift: tuple[float, float]  # m, the sitter is never exactly in the middle


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


def curves(strands: Strands, kind: str = "hair") -> Any:
    """Strands as B-spline curves. Mitsuba reads them from a file only."""
    mi = mitsuba()
    points = strands.points.shape[1]
    rows = np.concatenate([strands.points, strands.radius[..., None]], 2).reshape(len(strands.points), -1)
    rows = np.concatenate([rows, _guard(strands).reshape(1, -1)])
    line = "%.6f %.6f %.6f %.7f\n" * points + "\n"
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write((line * len(rows)) % tuple(rows.ravel().tolist()))
    try:
        return mi.load_dict({"type": "bsplinecurve", "filename": file.name, "bsdf": _bsdf(kind, float(strands.albedo))})
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


def render(
    parts: Mapping[str, Any], light: Light, view: View, width: int, height: int, samples: int, seed: int
) -> NDArray[np.uint8]:
    """The photograph (height, width), 8-bit grey. Deterministic in its arguments."""
    mi = mitsuba()
    scene = {
        "type": "scene",
        "integrator": {"type": "path", "max_depth": 3, "hide_emitters": True},
        "sensor": _sensor(mi, view, width, height, samples),
        **parts,
        **_lights(mi, light, view),
    }
    pixels = np.array(mi.render(mi.load_dict(scene), seed=seed))
    pixels = np.where(np.isfinite(pixels), pixels, median_filter(np.nan_to_num(pixels), (9, 9, 1)))  # a lost sample
    grey, alpha = pixels[..., 0], np.clip(pixels[..., -1], 0, 1)
    shown = develop(grey / np.maximum(alpha, 1e-3))
    picture = smooth_grain(shown) * alpha + _backdrop(light, width, height) * (1 - alpha)
    result: NDArray[np.uint8] = np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    return result


def develop(radiance: Floats) -> Floats:
    """The film's curve: linear light to display values, with a soft shoulder instead of clipped highlights."""
    x = np.maximum(radiance, 0)
    toned = np.where(x < 0.5, x, 0.5 + 0.5 * (1 - np.exp(-(x - 0.5) / 0.5)))
    shown = toned ** (1 / 2.2)
    result: Floats = shown + 0.35 * (shown - 0.45) * shown * (1 - shown)  # contrast
    return np.clip(result, 0, 1)


def smooth_grain(picture: Floats) -> Floats:
    """Average each pixel of a picture (h, w) of display values with its neighbours of nearly the same value.

    That takes sampling noise away and keeps hair and folds. The values it compares are slightly blurred ones, so
    that single noisy pixels do not protect themselves.
    """
    guide = gaussian_filter(picture, 0.7)
    total, weight = np.zeros_like(picture), np.zeros_like(picture)
    for dy in range(-2, 3):
        for dx in range(-2, 3):
            near = np.roll(guide, (dy, dx), (0, 1)) - guide
            w = np.exp(-(near**2) / (2 * GRAIN**2) - (dx**2 + dy**2) / 4.5)
            total += w * np.roll(picture, (dy, dx), (0, 1))
            weight += w
    result: Floats = total / weight
    return result


def _backdrop(light: Light, width: int, height: int) -> Floats:
    """A smooth grey wall, a little brighter behind the head."""
    y, x = np.mgrid[0:height, 0:width]
    r2 = ((x / width - 0.5) ** 2 + (0.7 * (y / height - 0.4)) ** 2) / 0.5
    result: Floats = light.backdrop * (1.03 - 0.22 * r2)
    return result


def _sensor(mi: Any, view: View, width: int, height: int, samples: int) -> dict[str, object]:
    transform = mi.ScalarTransform4f
    below = (0.5 - EYE_LINE) * view.height
    centre = view.eyes + np.array([0.0, 0.0, -below]) + np.array([view.shift[0], 0.0, view.shift[1]])
    pivot = np.array([centre[0], centre[1] + 0.06 * abs(np.sin(view.yaw)), centre[2]])
    outward = np.array(
        [np.sin(view.yaw) * np.cos(view.pitch), -np.cos(view.yaw) * np.cos(view.pitch), np.sin(view.pitch)]
    )
    up = np.array([np.sin(view.roll) * np.cos(view.yaw), np.sin(view.roll) * np.sin(view.yaw), np.cos(view.roll)])
    return {
        "type": "perspective",
        "fov_axis": "y",
        "fov": float(np.degrees(2 * np.arctan(view.height / 2 / DISTANCE))),
        "to_world": transform().look_at(origin=list(pivot + DISTANCE * outward), target=list(pivot), up=list(up)),
        "film": {
            "type": "hdrfilm",
            "width": width,
            "height": height,
            "pixel_format": "luminance_alpha",
            "rfilter": {"type": "gaussian", "stddev": 0.42},
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
