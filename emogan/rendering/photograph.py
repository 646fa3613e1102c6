"""One photograph: who, which expression, which session and angle, to pixels and to what is known of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from emogan.core.flow import Dense
from emogan.core.truth import Truth
from emogan.rendering import scene, solids, strands
from emogan.rendering.accessories import accessories
from emogan.rendering.brows import brows
from emogan.rendering.camera import SENSOR, Camera, View, set_up
from emogan.rendering.canvas import Canvas, load_canvas, relayout
from emogan.rendering.expression import mean_action
from emogan.rendering.film import Picture, finish
from emogan.rendering.folds import fold_heights
from emogan.rendering.hair import grow_hair
from emogan.rendering.hairstyles import scalp_shade
from emogan.rendering.head import Head, load_head, skin_normals
from emogan.rendering.identity import Identity, sample_identity
from emogan.rendering.landmarks import landmark_points
from emogan.rendering.mesh import Floats, surface_normals, vertex_normals
from emogan.rendering.shirt import shirt
from emogan.rendering.shots import Shot
from emogan.rendering.skin import paint_skin
from emogan.rendering.surface_points import dense_points
from emogan.rendering.takes import STUDIO_DISTANCE, Settings, Take, draw

COARSE = 0.5  # detail up to which triangles of 4 mm are fine enough
SIDES = "rl"  # of the sitter, as landmarks go: the one on the picture's left first


@dataclass(frozen=True, eq=False)
class Sitter:
    """A person at rest: shape without expression."""

    person: Identity
    head: Head
    neutral: Floats


@dataclass(frozen=True, eq=False)
class Posed:
    """A sitter who performs before the camera: all that is known of a photograph before the light is computed."""

    shot: Shot
    settings: Settings
    take: Take
    sitter: Sitter
    vertices: Floats
    skin: Floats
    view: View
    camera: Camera
    landmarks: Floats  # (70, 2) pixels


@lru_cache(maxsize=2)
def sit(seed: int, sex: str, number: int) -> Sitter:
    """The shape of a person."""
    head = load_head()
    person = sample_identity(seed, sex, number, head.local_changes)
    return Sitter(person, head, head.shape(person.phenotype, person.changes, {}))


@lru_cache(maxsize=2)
def made_up(seed: int, sex: str, number: int, session: str, detail: float) -> tuple[Canvas, Floats, tuple[Any, ...]]:
    """What costs most about a person in a session: the canvas, the painted skin on it, the hair."""
    sitter = sit(seed, sex, number)
    canvas = load_canvas(sitter.head, detail)
    albedo = paint_skin(sitter.person, canvas, scalp_shade(canvas.place, sitter.person))
    groups = grow_hair(sitter.head, sitter.person, sitter.neutral, "AB".index(session), detail)
    return canvas, albedo, tuple(scene.curves(group) for group in groups)


@lru_cache(maxsize=1)
def pose(shot: Shot, settings: Settings) -> Posed:
    """The sitter in the expression of a photograph, and the camera."""
    take = draw(shot, settings)
    sitter = sit(settings.seed, shot.sex, shot.number)
    head, person = sitter.head, sitter.person
    vertices = head.shape(person.phenotype, person.changes, take.expression.actions)
    skin = head.skin.weights @ vertices
    view = _view(sitter, take)
    camera = set_up(view, settings.width, settings.height)
    pupils = [solids.pupil(head, vertices, side, gaze(take)) for side in SIDES]
    landmarks = camera.project(landmark_points(head, person, skin, np.array(pupils)))
    return Posed(shot, settings, take, sitter, vertices, skin, view, camera, landmarks)


def photograph(posed: Posed) -> Picture:
    """Render one photograph; the same pixels whatever else is rendered, in any order."""
    shot, settings, take = posed.shot, posed.settings, posed.take
    canvas, albedo, hair = made_up(settings.seed, shot.sex, shot.number, shot.session, settings.detail)
    parts = dress(posed, canvas, albedo, hair)
    rendered = scene.render(parts, take.light, posed.view, posed.camera, settings.samples, take.noise)
    gain = take.light.exposure if settings.look == "wild" else 1.0
    pixel = posed.view.height / settings.height
    return finish(rendered, pixel, gain, take.light.backdrop, take.film, posed.landmarks)


def describe(posed: Posed, quality: int) -> Truth:
    """What is known of a photograph, which need not be rendered for it."""
    shot, take = posed.shot, posed.take
    light, film, degrees = take.light, take.film, np.degrees
    return Truth(
        file=shot.path.as_posix(),
        person=shot.person,
        session=shot.session,
        angle=shot.angle,
        emotion=shot.emotion,
        strength=take.expression.strength,
        way=take.expression.way,
        look=posed.settings.look,
        focal=posed.view.focal,
        distance=posed.view.distance,
        yaw=float(degrees(posed.view.yaw)),
        pitch=float(degrees(posed.view.pitch)),
        roll=float(degrees(posed.view.roll)),
        gaze_left=float(degrees(gaze(take)[0])),
        gaze_up=float(degrees(gaze(take)[1])),
        light_side=float(degrees(light.side)),
        light_height=light.height,
        light_key=light.key,
        light_fill=light.fill,
        light_ambient=light.ambient,
        exposure=film.exposure,
        backdrop=film.backdrop,
        occluder=film.occluder,
        blur=film.blur,
        grain=film.grain,
        quality=film.quality or quality,
        width=posed.settings.width,
        height=posed.settings.height,
        landmarks=tuple((float(x), float(y)) for x, y in posed.landmarks),
        actions=take.expression.actions,
    )


def dense(posed: Posed, picture: Picture) -> Dense:
    """Where each point of the skin is in a photograph, and the matte."""
    points, seen = dense_points(posed.sitter.head, posed.skin, posed.camera)
    return Dense(points, seen, picture.alpha)


def gaze(take: Take) -> tuple[float, float]:
    """Where the eyes look, radians to the sitter's left and up: what was drawn, lowered by the expression."""
    left, up = take.gaze
    return left, up - 0.35 * mean_action(take.expression.actions, "eyeLookDown")


def _view(sitter: Sitter, take: Take) -> View:
    quads = sitter.head.base.quads
    eyes = sitter.neutral[np.unique(np.concatenate([quads[f"helper-{side}-eye"] for side in "lr"]))].mean(0)
    height = frame_height(sitter) * take.pose.scale
    distance = STUDIO_DISTANCE if take.pose.focal is None else take.pose.focal / SENSOR * height
    return View(eyes, height, distance, take.pose.yaw, take.pose.pitch, take.pose.roll, take.pose.shift)


def frame_height(sitter: Sitter) -> float:
    """Height in m of the picture that puts the sitter's chin at 77 % of it, as in KDEF."""
    chin = int(np.argmin(np.linalg.norm(sitter.head.rest[:13380] - [0.0, -0.120, 0.543], axis=1)))
    eyes = sitter.neutral[np.unique(sitter.head.base.quads["helper-l-eye"])].mean(0)
    return float((eyes[2] - sitter.neutral[chin, 2]) / 0.315)


def dress(posed: Posed, canvas: Canvas, albedo: Floats, hair: tuple[Any, ...]) -> Mapping[str, Any]:
    """Everything the camera sees, as Mitsuba shapes."""
    head, person, vertices, skin = posed.sitter.head, posed.sitter.person, posed.vertices, posed.skin
    actions = posed.take.expression.actions
    normals = skin_normals(head, skin)
    height, shade = fold_heights(person, canvas, actions)
    parts: dict[str, Any] = {
        "skin": _skin(posed, albedo * shade, height),
    }
    parts.update({f"hair_{k}": shape for k, shape in enumerate(hair)})
    parts["brows"] = scene.curves(brows(head, person, skin, normals))
    parts["lashes"] = scene.curves(strands.lashes(head, person, vertices))
    if person.beard in {"goatee", "beard"}:
        parts["beard"] = scene.curves(strands.beard(head, person, skin, normals))
    pupil = 0.0024 + 0.0004 * mean_action(actions, "eyeWide")
    for side in "lr":
        ball = solids.eyeball(head, person, vertices, side, gaze(posed.take), pupil)
        parts[f"eye_{side}"] = _solid(ball, "wet")
    for jaw in ("upper", "lower"):
        parts[f"{jaw}_teeth"] = _solid(solids.teeth(head, person, vertices, jaw), "tooth")
    tongue = head.tongue.weights @ vertices
    parts["tongue"] = _solid(solids.Solid(tongue, head.tongue.triangles, np.full(len(tongue), 0.20)), "tooth")
    for number, (thing, kind) in enumerate(accessories(head, person, head.skin.weights @ posed.sitter.neutral)):
        parts[f"worn_{number}"] = _solid(thing, kind)
    parts["shirt"] = _solid(shirt(head, person, skin, normals), "cloth")
    return parts


def _skin(posed: Posed, albedo: Floats, height: Floats) -> Any:
    """The skin in triangles no finer than the pixels need."""
    head = posed.sitter.head
    mesh = head.skin if posed.settings.detail > COARSE else head.coarse
    places = mesh.weights @ posed.vertices
    return scene.surface(places, surface_normals(mesh, places), mesh.triangles, relayout(mesh.uv), albedo, height)


def _solid(shape: solids.Solid, kind: str) -> Any:
    return scene.solid(shape, vertex_normals(shape.vertices, shape.triangles), kind)
