"""The grids of faces that a run left: any of them, and one person over time."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emogan.core import emotions
from emogan.core.errors import UserError
from emogan.core.images import GAP
from emogan.core.names import printable
from emogan.data.pictures import read_picture
from emogan.data.reading import UnusableImageError, read_bytes
from emogan.runs.folder import Run
from emogan.web.networks import Outputs
from emogan.web.runs import own

MOST_BYTES = 64 << 20  # of a picture of a run
NEEDED = 4096  # pixels that each side of a grid keeps at least
MOST_SHOWN = 12  # faces of a person over time


def picture(outputs: Outputs, file: Path) -> Image.Image:
    """A picture that a run left, as L or RGB.

    Raises:
        UserError: when there is none, or what lies there is no picture.
    """
    try:
        image = read_picture(read_bytes(own(outputs, file), MOST_BYTES), "RGB", NEEDED).image
    except UnusableImageError as error:
        raise UserError(f"{printable(file.name)} of that run cannot be shown ({error}).") from error
    red, green, blue = image.split()
    grey = red.tobytes() == green.tobytes() == blue.tobytes()
    return red if grey else image


def one_person(outputs: Outputs, run: Run, number: int) -> Image.Image:
    """The face of a person in the grids of a run side by side.

    Of several emotions, a row for each. Where there are many grids, some of them, evenly chosen.

    Args:
        number: 1 is the first person of the grids.

    Raises:
        UserError: when there is no such person.
    """
    moments, size = run.folder.grids, run.record.setting("image_size")
    if not moments or not isinstance(size, int) or size < 1:
        raise UserError("That run has no grids of faces yet: they come while it trains.")
    places = np.linspace(0, len(moments) - 1, min(len(moments), MOST_SHOWN)).round().astype(int)
    several = emotions.are_several(run.record.emotion)
    faces: list[NDArray[np.uint8]] = []
    for moment in (moments[place] for place in places):
        sheet = np.asarray(picture(outputs, run.folder.grid(moment)).convert("RGB"))
        face = _column(sheet, number, size) if several else _cell(sheet, number, size)
        if face is not None and (not faces or face.shape == faces[0].shape):
            faces.append(face)
    if not faces:
        raise UserError(f"number={number} is nobody on the grids of that run: give a smaller one.")
    gap = np.full((faces[0].shape[0], GAP, 3), 255, np.uint8)
    parts = [part for face in faces for part in (gap, face)][1:]
    return Image.fromarray(np.concatenate(parts, axis=1))


def people(outputs: Outputs, run: Run) -> int:
    """How many people the newest grid shows; 0 where there is none."""
    size, newest = run.record.setting("image_size"), run.folder.grids[-1:]
    if not newest or not isinstance(size, int) or size < 1:
        return 0
    try:
        with Image.open(own(outputs, run.folder.grid(newest[0])), formats=["PNG"]) as opened:
            width, height = opened.size
    except (OSError, ValueError, UserError, Image.DecompressionBombError):
        return 0
    columns, rows = (width + GAP) // (size + GAP), (height + GAP) // (size + GAP)
    if emotions.are_several(run.record.emotion):
        return columns
    asked = run.record.setting("grid.faces")
    return min(columns * rows, asked) if isinstance(asked, int) else columns * rows


def _column(sheet: NDArray[np.uint8], number: int, size: int) -> NDArray[np.uint8] | None:
    left = (number - 1) * (size + GAP)
    return sheet[:, left : left + size] if left + size <= sheet.shape[1] else None


def _cell(sheet: NDArray[np.uint8], number: int, size: int) -> NDArray[np.uint8] | None:
    columns = (sheet.shape[1] + GAP) // (size + GAP)
    if not columns:
        return None
    row = _column(sheet, (number - 1) % columns + 1, size)
    top = (number - 1) // columns * (size + GAP)
    return row[top : top + size] if row is not None and top + size <= len(row) else None
