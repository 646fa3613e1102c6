"""Points of the skin that all faces share, where they fall on the picture, and which of them the camera sees."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from emogan.rendering.camera import Camera
from emogan.rendering.head import Head, skin_normals
from emogan.rendering.mesh import Floats, Ints

LOWEST = 0.50  # m: below is the neck's end and the shirt
EVERY = 3  # one of so many vertices
CELLS = 64  # of the picture's height, to find what is hidden
THICK = 0.012  # m behind what is in front is hidden


@lru_cache(maxsize=1)
def front_vertices(head: Head) -> Ints:
    """The vertices (n,) of the front of the head and neck."""
    rest = head.rest_skin
    normals = skin_normals(head, rest)
    front = (normals[:, 1] < -0.05) & (rest[:, 1] < 0.02) & (rest[:, 2] > LOWEST)
    chosen: Ints = np.nonzero(front)[0][::EVERY]
    return chosen


def dense_points(head: Head, skin: Floats, camera: Camera) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Pixels (n, 2) of those vertices, and whether each is seen: on the side of the head that is turned to the camera,
    with no nose or cheek before it. Hair and what else hides a face are not looked at."""
    chosen = front_vertices(head)
    points = camera.project(skin[chosen])
    towards = camera.origin - skin[chosen]
    facing = (skin_normals(head, skin)[chosen] * towards).sum(1) > 0.1 * np.linalg.norm(towards, axis=1)
    cell = np.floor(points * CELLS / camera.height).astype(int)
    cell -= cell.min(0)
    number = cell[:, 0] * (cell[:, 1].max() + 1) + cell[:, 1]
    depth = camera.depth(skin[chosen])
    nearest = np.full(int(number.max()) + 1, np.inf)
    np.minimum.at(nearest, number[facing], depth[facing])
    return points.astype(np.float32), facing & (depth < nearest[number] + THICK)
