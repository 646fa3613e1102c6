"""Everything of one photograph that is drawn by chance: expression, gaze, camera, light, what happens to the film.

Each has a stream of its own. With ``pairs``, all but the expression come from streams that know the person and the
session and not the emotion: the images of a person in a session then differ in nothing but the expression.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from emogan.core.emotions import Emotion
from emogan.rendering.expression import Expression, show
from emogan.rendering.film import STUDIO_FILM, Film, wild_film
from emogan.rendering.shots import Shot
from emogan.rendering.streams import stream

YAW = {"FL": -90.0, "HL": -45.0, "S": 0.0, "HR": 45.0, "FR": 90.0}  # degrees the camera turns around the sitter
STUDIO_DISTANCE = 1.7  # m from the camera to the eyes
FOCALS = 24.0, 135.0  # mm, of wild photographs
SIZES: dict[str, dict[str, Any]] = {
    "full": {"width": 281, "height": 381, "samples": 10, "detail": 1.0},
    "small": {"width": 176, "height": 238, "samples": 4, "detail": 0.5},
}


@dataclass(frozen=True)
class Settings:
    """What all photographs of a set share.

    ``detail`` is 1 for full pictures; smaller ones need less of the skin's texture and of the hair.
    """

    width: int
    height: int
    samples: int
    seed: int
    look: str  # studio or wild
    pairs: bool
    strength: tuple[float, float]
    detail: float


@dataclass(frozen=True)
class Light:
    """Radiance of the soft boxes and of all around, and where the main one stands (radians, left > 0)."""

    key: float
    fill: float
    ambient: float
    side: float
    height: float  # m above the eyes
    backdrop: float  # display value 0..1

    @property
    def exposure(self) -> float:
        """What a camera makes of it: the factor that shows a face turned to the camera as in the studio."""
        boxes = self.key * max(np.cos(self.side), 0.12) / (1 + 0.3 * self.height**2) + 0.9 * self.fill
        return float(np.clip(1.5 / (0.066 * boxes + self.ambient), 0.3, 5.0))


@dataclass(frozen=True)
class Pose:
    """The camera against the sitter: angles in radians, the rest relative to a face that fills the frame as in KDEF."""

    scale: float
    focal: float | None  # mm; None stands where the studio's camera stands
    yaw: float
    pitch: float
    roll: float
    shift: tuple[float, float]  # m


@dataclass(frozen=True)
class Take:
    """One photograph before anything is computed."""

    expression: Expression
    gaze: tuple[float, float]  # radians to the sitter's left and up
    pose: Pose
    light: Light
    film: Film
    noise: int


def draw(shot: Shot, settings: Settings) -> Take:
    """What chance gives a photograph: the same for the same seed, whatever else is rendered."""
    who = (settings.seed, shot.sex, shot.number)
    emotion = Emotion(shot.emotion)
    expression = show(
        emotion,
        settings.strength,
        stream(*who, "habits"),
        stream(*who, emotion.value, "manner"),
        stream(*who, shot.session, emotion.value, "expression"),
    )
    common = (*who, shot.session) if settings.pairs else (*who, shot.session, emotion.value)
    wild = settings.look == "wild"
    pose = (_wild_pose if wild else _studio_pose)(stream(*common, shot.angle, "view"), YAW[shot.angle], shot.angle)
    light = _wild_light(stream(*common, "light")) if wild else _studio_light(shot.session, stream(*common, "light"))
    film = wild_film(stream(*common, shot.angle, "film")) if wild else STUDIO_FILM
    gaze = _gaze(stream(*common, "gaze"), pose, wild)
    noise = int(stream(*common, shot.angle, "noise").integers(2**31))
    return Take(expression, gaze, pose, light, film, noise)


def _studio_pose(rng: np.random.Generator, yaw: float, angle: str) -> Pose:
    slack = 1.0 if angle == "S" else 0.6
    return Pose(
        scale=rng.normal(1.0, 0.008),
        focal=None,
        yaw=np.radians(yaw + rng.normal(0, 2.0) * slack),
        pitch=np.radians(rng.normal(0, 1.6)),
        roll=np.radians(rng.normal(0, 1.5)),
        shift=(rng.normal(0, 0.002), rng.normal(0, 0.002)),
    )


def _wild_pose(rng: np.random.Generator, yaw: float, angle: str) -> Pose:
    def turn(most: float) -> float:
        return float(np.radians(most * (2 * rng.beta(2.0, 2.0) - 1)))

    return Pose(
        scale=float(np.exp(rng.uniform(np.log(0.78), np.log(1.2)))),
        focal=float(np.exp(rng.uniform(*np.log(FOCALS)))),
        yaw=np.radians(yaw) + turn(35.0),
        pitch=turn(20.0),
        roll=turn(25.0),
        shift=(rng.normal(0, 0.012), rng.normal(0, 0.012)),
    )


def _studio_light(session: str, rng: np.random.Generator) -> Light:
    """Each session has its own arrangement of the soft boxes, a little changed from sitter to sitter."""
    gain = rng.normal(1.0, 0.03)
    if session == "A":
        return Light(20.5 * gain, 2.3 * gain, 0.24 * gain, -0.68, 0.52, 0.83)
    return Light(19.0 * gain, 2.8 * gain, 0.26 * gain, 0.62, 0.55, 0.79)


def _wild_light(rng: np.random.Generator) -> Light:
    """From anywhere, from a hard lamp to an overcast sky, seldom from behind alone."""
    hardness = rng.beta(1.3, 1.3)
    return Light(
        key=float(3.0 + 22.0 * hardness),
        fill=float(rng.uniform(0.3, 5.0) * (1.2 - hardness)),
        ambient=float(0.10 + 0.75 * (1 - hardness) * rng.uniform(0.4, 1.0)),
        side=float(rng.choice([-1, 1]) * np.pi * rng.beta(1.2, 2.0)),
        height=float(rng.uniform(-0.5, 1.8)),
        backdrop=float(rng.uniform(0.15, 0.9)),
    )


def _gaze(rng: np.random.Generator, pose: Pose, wild: bool) -> tuple[float, float]:
    """Mostly at the camera or straight ahead, sometimes elsewhere."""
    left, up = rng.normal(0, 0.03), rng.normal(0, 0.02)
    glance = rng.random() < (0.3 if wild else 0.12)
    aside = rng.uniform(-0.35, 0.35), rng.uniform(-0.18, 0.15)
    if glance:
        left, up = left + aside[0], up + aside[1]
    elif wild and rng.random() < 0.6:
        left, up = left + pose.yaw, up + pose.pitch
    return float(np.clip(left, -0.5, 0.5)), float(np.clip(up, -0.3, 0.3))
