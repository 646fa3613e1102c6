"""The camera as numbers: where a point in space falls on the picture. Mitsuba's sensor is set up from the same."""

from dataclasses import dataclass

import numpy as np

from emogan.rendering.mesh import Floats

EYE_LINE = 0.45  # share of the picture's height above the eyes
SENSOR = 36.0  # mm, the long side of the film that focal lengths are told for


@dataclass(frozen=True)
class View:
    """How the camera is set up: the middle between the eyes, the picture's height there (m), its turn (radians)."""

    eyes: Floats
    height: float
    distance: float  # m from the camera to the eyes
    yaw: float  # around the sitter, towards the sitter's left
    pitch: float  # above the sitter
    roll: float  # of the camera, clockwise
    shift: tuple[float, float]  # m, the sitter is never exactly in the middle

    @property
    def focal(self) -> float:
        """Focal length in mm on small film held upright."""
        return SENSOR * self.distance / self.height


@dataclass(frozen=True)
class Camera:
    """Position, what it looks at, and unit vectors; ``focal`` in pixels."""

    origin: Floats
    target: Floats
    right: Floats
    up: Floats
    forward: Floats
    focal: float
    width: int
    height: int

    @property
    def field_of_view(self) -> float:
        """The upright angle in degrees."""
        return float(np.degrees(2 * np.arctan(self.height / 2 / self.focal)))

    def project(self, points: Floats) -> Floats:
        """Pixels (n, 2) of points (n, 3): x to the right and y down from the picture's upper left corner."""
        seen = points - self.origin
        depth = seen @ self.forward
        across = self.width / 2 + self.focal * (seen @ self.right) / depth
        down = self.height / 2 - self.focal * (seen @ self.up) / depth
        return np.stack([across, down], 1)

    def depth(self, points: Floats) -> Floats:
        """How far (n,) in m points (n, 3) lie before the camera."""
        result: Floats = (points - self.origin) @ self.forward
        return result


def set_up(view: View, width: int, height: int) -> Camera:
    """The camera of a view, for a picture of ``width`` by ``height`` pixels."""
    below = (0.5 - EYE_LINE) * view.height
    centre = view.eyes + np.array([view.shift[0], 0.0, view.shift[1] - below])
    target = np.array([centre[0], centre[1] + 0.06 * abs(np.sin(view.yaw)), centre[2]])
    outward = np.array(
        [np.sin(view.yaw) * np.cos(view.pitch), -np.cos(view.yaw) * np.cos(view.pitch), np.sin(view.pitch)]
    )
    level = np.array([np.cos(view.yaw), np.sin(view.yaw), 0.0])
    upright = np.cross(level, -outward)
    up = np.cos(view.roll) * upright + np.sin(view.roll) * level
    right = np.cross(-outward, up)
    focal = height * view.distance / view.height
    return Camera(target + view.distance * outward, target, right, up, -outward, focal, width, height)
