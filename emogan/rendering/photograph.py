"""One photograph: who, which expression, which session and angle, to pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emogan.core.emotions import Emotion
from emogan.rendering import scene, solids, strands
from emogan.rendering.canvas import Canvas, load_canvas
from emogan.rendering.expression import mean_action, sample_expression
from emogan.rendering.folds import fold_heights
from emogan.rendering.hair import grow_hair
from emogan.rendering.hairstyles import scalp_shade
from emogan.rendering.head import Head, load_head, skin_normals
from emogan.rendering.identity import Identity, person_code, sample_identity
from emogan.rendering.mesh import Floats, vertex_normals
from emogan.rendering.shirt import shirt
from emogan.rendering.skin import paint_skin

YAW = {"FL": -90.0, "HL": -45.0, "S": 0.0, "HR": 45.0, "FR": 90.0}  # degrees the camera turns around the sitter


@dataclass(frozen=True)
class Settings:
    """Size in pixels, samples per pixel and the seed of the whole set."""

    width: int
    height: int
    samples: int
    seed: int


@dataclass(frozen=True, eq=False)
class Sitter:
    """What stays the same in all photographs of a person in one session."""

    person: Identity
    head: Head
    canvas: Canvas
    neutral: Floats
    albedo: Floats
    hair: tuple[Any, ...]


@lru_cache(maxsize=2)
def seat(seed: int, sex: str, number: int, session: str) -> Sitter:
    """Prepare a person: shape, painted skin, hair."""
    head = load_head()
    canvas = load_canvas(head)
    person = sample_identity(seed, sex, number, head.local_changes)
    neutral = head.shape(person.phenotype, person.changes, {})
    albedo = paint_skin(person, canvas, scalp_shade(canvas.place, person))
    hair = tuple(scene.curves(group) for group in grow_hair(head, person, neutral, "AB".index(session)))
    return Sitter(person, head, canvas, neutral, albedo, hair)


def photograph(
    sex: str, number: int, session: str, emotion: Emotion, angle: str, settings: Settings
) -> NDArray[np.uint8]:
    """Render one photograph, (height, width) 8-bit grey; the same pixels whatever else is rendered, in any order."""
    sitter = seat(settings.seed, sex, number, session)
    key = [settings.seed, person_code(sex), number, list(Emotion).index(emotion)]
    take = "AB".index(session)
    photo = np.random.default_rng([*key, take, list(YAW).index(angle)])
    actions = sample_expression(emotion, np.random.default_rng(key), photo)
    vertices = sitter.head.shape(sitter.person.phenotype, sitter.person.changes, actions)
    parts = dress(sitter, vertices, actions, photo)
    light = session_light(settings.seed, take, photo)
    eyes = sitter.neutral[np.unique(np.concatenate([sitter.head.base.quads[f"helper-{s}-eye"] for s in "lr"]))].mean(0)
    slack = 1.0 if angle == "S" else 0.6
    view = scene.View(
        eyes,
        height=frame_height(sitter) * photo.normal(1.0, 0.008),
        yaw=np.radians(YAW[angle] + photo.normal(0, 2.0) * slack),
        pitch=np.radians(photo.normal(0, 1.6)),
        roll=np.radians(photo.normal(0, 1.5)),
        shift=(photo.normal(0, 0.002), photo.normal(0, 0.002)),
    )
    noise = int(photo.integers(2**31))
    return scene.render(parts, light, view, settings.width, settings.height, settings.samples, noise)


def frame_height(sitter: Sitter) -> float:
    """Height in m of the picture that puts the sitter's chin at 77 % of it, as in KDEF."""
    chin = int(np.argmin(np.linalg.norm(sitter.head.rest[:13380] - [0.0, -0.120, 0.543], axis=1)))
    eyes = sitter.neutral[np.unique(sitter.head.base.quads["helper-l-eye"])].mean(0)
    return float((eyes[2] - sitter.neutral[chin, 2]) / 0.315)


def session_light(seed: int, take: int, photo: np.random.Generator) -> scene.Light:
    """Each session has its own arrangement of the soft boxes, a little changed from sitter to sitter."""
    gain = photo.normal(1.0, 0.03)
    if take == 0:
        return scene.Light(20.5 * gain, 2.3 * gain, 0.24 * gain, -0.68, 0.52, 0.83)
    return scene.Light(19.0 * gain, 2.8 * gain, 0.26 * gain, 0.62, 0.55, 0.79)


def dress(sitter: Sitter, vertices: Floats, actions: Mapping[str, float], photo: np.random.Generator) -> dict[str, Any]:
    """Everything the camera sees, as Mitsuba shapes."""
    head, person, canvas = sitter.head, sitter.person, sitter.canvas
    skin = head.skin.weights @ vertices
    normals = skin_normals(head, skin)
    height, shade = fold_heights(person, canvas, actions)
    parts: dict[str, Any] = {
        "skin": scene.surface(skin, normals, head.skin.triangles, canvas.uv, sitter.albedo * shade, height),
    }
    parts.update({f"hair_{k}": shape for k, shape in enumerate(sitter.hair)})
    parts["brows"] = scene.curves(strands.brows(head, person, skin, normals))
    parts["lashes"] = scene.curves(strands.lashes(head, person, vertices))
    if person.beard in {"goatee", "beard"}:
        parts["beard"] = scene.curves(strands.beard(head, person, skin, normals))
    gaze = (photo.normal(0, 0.03), photo.normal(0.0, 0.02) - 0.35 * mean_action(actions, "eyeLookDown"))
    pupil = 0.0024 + 0.0004 * mean_action(actions, "eyeWide")
    for side in "lr":
        ball = solids.eyeball(head, person, vertices, side, gaze, pupil)
        parts[f"eye_{side}"] = _solid(ball, "wet")
    for jaw in ("upper", "lower"):
        parts[f"{jaw}_teeth"] = _solid(solids.teeth(head, person, vertices, jaw), "tooth")
    tongue = head.tongue.weights @ vertices
    parts["tongue"] = _solid(solids.Solid(tongue, head.tongue.triangles, np.full(len(tongue), 0.20)), "tooth")
    parts["shirt"] = _solid(shirt(head, person, skin, normals), "cloth")
    return parts


def _solid(shape: solids.Solid, kind: str) -> Any:
    return scene.solid(shape, vertex_normals(shape.vertices, shape.triangles), kind)
