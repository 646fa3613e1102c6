"""Squares of a picture that are laid over a face, upright or turned: similarities between them and the picture."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Where the rendered faces have eyes and mouth, as shares of the square of data.crop=square: the mean of 40 people.
ALIGNED = np.array([[0.3835, 0.4165], [0.6165, 0.4165], [0.5, 0.6785]])
# The same for the crops in which landmarks are looked for: the face from brows to chin, and some air.
CLOSE = np.array([[0.365, 0.36], [0.635, 0.36], [0.5, 0.665]])


@dataclass(frozen=True)
class Frame:
    """A square in a picture: pixels = origin + side · turn · (x, y), for x and y from 0 to 1 within the square.

    Attributes:
        origin: (x, y) of its upper left corner in pixels, edges at whole numbers.
        side: in pixels.
        angle: radians that it is turned by, clockwise as it is looked at.
    """

    origin: tuple[float, float]
    side: float
    angle: float

    @property
    def axes(self) -> Floats:
        """(2, 2): a step of the whole side to the right, and down, in pixels."""
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        return self.side * np.array([[cosine, sine], [-sine, cosine]])

    def to_picture(self, places: Floats) -> Floats:
        """Places (…, 2) in shares of the square to pixels."""
        result: Floats = places @ self.axes + np.array(self.origin)
        return result

    def from_picture(self, pixels: Floats) -> Floats:
        """Pixels (…, 2) to shares of the square."""
        result: Floats = (pixels - np.array(self.origin)) @ np.linalg.inv(self.axes)
        return result

    def scaled(self, factor: float) -> "Frame":
        """The same square in the same picture ``factor`` times as large."""
        return Frame((self.origin[0] * factor, self.origin[1] * factor), self.side * factor, self.angle)

    def closer(self, zoom: float) -> "Frame":
        """A square ``zoom`` times smaller around the same middle."""
        x, y = self.to_picture(np.array([0.5, 0.5])).tolist()
        return centred((x, y), self.side / zoom, self.angle)


def centred(centre: tuple[float, float], side: float, angle: float = 0.0) -> Frame:
    """The frame around a place in pixels."""
    middle = Frame((0.0, 0.0), side, angle).to_picture(np.array([0.5, 0.5]))
    return Frame((float(centre[0] - middle[0]), float(centre[1] - middle[1])), side, angle)


def anchors(landmarks: Floats) -> Floats:
    """The middles (…, 3, 2) of both eyes, the picture's left first, and of the mouth's corners of landmarks
    (…, 70, 2)."""
    eyes = landmarks[..., 36:42, :].mean(-2), landmarks[..., 42:48, :].mean(-2)
    mouth = landmarks[..., [48, 54], :].mean(-2)
    return np.stack([*eyes, mouth], -2)


def laid_over(points: Floats, template: Floats) -> Frame:
    """The frame that brings points (k, 2) in pixels nearest to ``template`` (k, 2) in shares of its side: the least
    squares similarity (Umeyama 1991) without mirroring."""
    to, of = points.mean(0), template.mean(0)
    a, b = template - of, points - to
    cosine = float((a * b).sum())
    sine = float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum())
    side = np.hypot(cosine, sine) / float((a**2).sum())
    frame = Frame((0.0, 0.0), float(side), float(np.arctan2(sine, cosine)))
    origin = to - frame.to_picture(of)
    return Frame((float(origin[0]), float(origin[1])), frame.side, frame.angle)
