"""Dense truth of rendered faces: where each point of the skin is in a picture, and so the flow between two pictures."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import LinearNDInterpolator

from emogan.core.errors import UserError
from emogan.core.files import atomic

FOLDER = "dense"  # beside KDEF: dense/AF01/AF01ANS.npz is the truth of KDEF/AF01/AF01ANS.JPG
SIZE = 64


@dataclass(frozen=True, eq=False)
class Dense:
    """Points (n, 2) in pixels, the same points of the skin in all pictures; which are seen (n,); the matte (h, w)."""

    points: NDArray[np.float32]
    seen: NDArray[np.bool_]
    alpha: NDArray[np.uint8]


def write_dense(path: Path, dense: Dense) -> None:
    """Write the dense truth of one picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic(path) as part, part.open("wb") as file:
        np.savez_compressed(file, points=dense.points, seen=dense.seen, alpha=dense.alpha)


def read_dense(path: Path) -> Dense:
    """Read what :func:`write_dense` wrote.

    Raises:
        UserError: when the file is missing or something else.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return Dense(file["points"], file["seen"], file["alpha"])
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"{path} is no dense truth: render with dense=true.") from error


def flow(target: Dense, source: Dense, size: int = SIZE) -> NDArray[np.float32]:
    """Where each place of ``target`` is to be found in ``source``.

    Both must be of one person; with one camera (``pairs=true``) nothing but the expression moves.

    Args:
        target: the picture to make.
        source: the picture to take it from.
        size: of the grid over the whole picture.

    Returns:
        (size, size, 2): pixels to the right and down to go from the middle of each cell; NaN where there is no face.
    """
    both = target.seen & source.seen
    height, width = target.alpha.shape
    x, y = np.meshgrid((np.arange(size) + 0.5) * width / size, (np.arange(size) + 0.5) * height / size)
    moves = LinearNDInterpolator(target.points[both], (source.points - target.points)[both])
    result: NDArray[np.float32] = moves(np.stack([x, y], -1)).astype(np.float32)
    return result
