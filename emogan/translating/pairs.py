"""Rendered people who show several expressions in front of one camera: what a translator learns from.

Any two pictures of a person in a session are a pair, and where each point of the skin goes between them is known. For
every picture two maps are kept: where on a face that all people share each pixel lies, and where in the picture each
place of that shared face is. One after the other they give the flow between any two.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from scipy.interpolate import LinearNDInterpolator
from scipy.spatial import Delaunay
from torch import Tensor

from emogan.core.emotions import EMOTIONS
from emogan.core.errors import UserError
from emogan.core.flow import FOLDER as DENSE
from emogan.core.flow import Dense, read_dense
from emogan.core.truth import Truth, each_truth
from emogan.finding.crops import cut
from emogan.finding.frames import ALIGNED, Frame, anchors, laid_over

Floats = NDArray[np.float64]
SIZE = 128  # of an aligned face, pixels
CANVAS = 144  # of what is kept of a picture: a margin around the face, from which it may be cut a little otherwise
CELLS = 72  # of the map from pixels to the shared face
SHARED = 64  # of the map from the shared face to pixels
NOWHERE = 9.0  # where there is no skin, or it is not seen; all that is somewhere lies between -1 and 1 or near it
STRAIGHT = 12.0  # degrees: pictures that are turned less are averaged to the shared face
ENOUGH = 8  # such pictures, at least


@dataclass(frozen=True, eq=False)
class Pairs:
    """S sessions of people, each with one picture of each of the six emotions.

    Attributes:
        images: (S, 6, CANVAS, CANVAS) uint8.
        shared: (S, 6, CELLS, CELLS, 2) float16: where on the shared face each cell of a canvas lies.
        placed: (S, 6, SHARED, SHARED, 2) float16: where on the canvas each place of the shared face is.
        actions: (S, 6, a) the facial actions.
        strengths: (S, 6).
        people: (S,) who it is.
    """

    images: Tensor
    shared: Tensor
    placed: Tensor
    actions: Tensor
    strengths: Tensor
    people: Sequence[str]

    def __len__(self) -> int:
        return len(self.images)


def sessions(root: Path) -> list[list[Truth]]:
    """The sessions below ``root`` that show all six emotions, each in the order of :data:`EMOTIONS`.

    Raises:
        UserError: when there is none.
    """
    found: dict[tuple[str, str], dict[str, Truth]] = {}
    for truth in each_truth(root):
        if truth.angle == "S":
            found.setdefault((truth.person, truth.session), {})[truth.emotion] = truth
    whole = [
        [shown[emotion.value] for emotion in EMOTIONS]
        for _, shown in sorted(found.items())
        if len(shown) == len(EMOTIONS)
    ]
    if not whole:
        raise UserError(
            f"{root} has nobody with all six emotions: render with pairs=true dense=true and the six of them."
        )
    return whole


def read_pairs(root: Path, actions: Sequence[str], workers: int) -> Pairs:
    """Read what ``emogan render pairs=true dense=true`` made.

    Raises:
        UserError: when pictures or their dense truth are missing.
    """
    whole = sessions(root)
    face = shared_face(root, whole)
    with ProcessPoolExecutor(workers) as pool:
        parts = list(pool.map(partial(_read, root, face, actions), whole, chunksize=8))
    images, shared, placed, moved = (torch.from_numpy(np.stack(part)) for part in zip(*parts, strict=True))
    strengths = torch.tensor([[truth.strength for truth in session] for session in whole])
    return Pairs(images, shared, placed, moved, strengths, [session[0].person for session in whole])


def canvas_of(session: Sequence[Truth]) -> Frame:
    """The square that is kept of a session's pictures: the aligned face of the neutral one, and a margin."""
    neutral = next(truth for truth in session if truth.emotion == "neutro")
    return laid_over(anchors(np.array(neutral.landmarks)), ALIGNED).closer(SIZE / CANVAS)


def shared_face(root: Path, whole: Sequence[Sequence[Truth]]) -> Floats:
    """Where each point (n, 2) of the skin lies on the shared face: the mean of neutral ones, in shares of their canvas.

    Raises:
        UserError: when too few neutral faces look straight ahead.
    """
    total, count = np.zeros(()), 0
    for session in whole[:400]:
        neutral = next(truth for truth in session if truth.emotion == "neutro")
        if abs(neutral.yaw) < STRAIGHT and abs(neutral.pitch) < STRAIGHT:
            total = total + canvas_of(session).from_picture(_dense(root, neutral).points.astype(float))
            count += 1
    if count < ENOUGH:
        raise UserError(f"{root} has {count} neutral faces that look straight ahead: expected at least {ENOUGH}.")
    mean: Floats = total / count
    return mean


def _dense(root: Path, truth: Truth) -> Dense:
    return read_dense(root / DENSE / Path(truth.file).with_suffix(".npz"))


def _read(
    root: Path, face: Floats, actions: Sequence[str], session: Sequence[Truth]
) -> tuple[NDArray[np.uint8], NDArray[np.float16], NDArray[np.float16], NDArray[np.float32]]:
    """Images, both maps and actions of one session."""
    canvas = canvas_of(session)
    cells = (np.arange(CELLS) + 0.5) / CELLS
    of_pixels = np.stack(np.meshgrid(cells, cells), -1)
    cells = (np.arange(SHARED) + 0.5) / SHARED
    of_shared = np.stack(np.meshgrid(cells, cells), -1)
    images: list[NDArray[np.uint8]] = []
    shared: list[NDArray[np.float16]] = []
    placed: list[NDArray[np.float16]] = []
    for truth in session:
        dense = _dense(root, truth)
        points = canvas.from_picture(dense.points.astype(float))
        with Image.open(root / "KDEF" / truth.file) as picture:
            images.append(np.asarray(cut(picture.convert("L"), canvas, CANVAS)))
        for ways, start, end, grid in ((shared, points, face, of_pixels), (placed, face, points, of_shared)):
            there = LinearNDInterpolator(Delaunay(start[dense.seen]), end[dense.seen])(grid)
            far = np.isnan(there).any(-1) | _sparse(start[dense.seen], grid)
            ways.append(np.where(far[..., None], NOWHERE, 2 * there - 1).astype(np.float16))
    return (np.stack(images), np.stack(shared), np.stack(placed), _actions(session, actions))


def _sparse(points: Floats, grid: Floats) -> NDArray[np.bool_]:
    """Cells of a grid in whose neighbourhood no point lies: holes, which a triangulation would span."""
    size = len(grid)
    cell = np.floor(points * size).astype(int)
    inside = ((cell >= 0) & (cell < size)).all(1)
    there = np.zeros((size + 2, size + 2), bool)
    there[cell[inside, 1] + 1, cell[inside, 0] + 1] = True
    near = np.zeros((size, size), bool)
    for y in range(3):
        for x in range(3):
            near |= there[y : y + size, x : x + size]
    return ~near


def _actions(session: Sequence[Truth], names: Sequence[str]) -> NDArray[np.float32]:
    moved: list[Mapping[str, float]] = [truth.actions for truth in session]
    return np.array([[actions.get(name, 0.0) for name in names] for actions in moved], np.float32)
