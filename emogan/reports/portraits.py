"""Photographs with what was found in them drawn in: landmarks, and the square that is cut out."""

import numpy as np
from PIL import Image, ImageDraw

from emogan.core.emotions import Emotion
from emogan.data.index import Face
from emogan.data.pictures import read_picture
from emogan.data.survey import Survey
from emogan.finding.aligning import aligned_frame
from emogan.finding.crops import corners
from emogan.finding.finder import FoundFace

MOST = 48  # photographs on the sheet
COLUMNS, SIDE, GAP = 8, 160, 2  # photographs in a row; pixels of one, and between two
AROUND = 1.5  # times the square that is cut out: what is shown around it
NEEDED = 1000  # pixels of a photograph's shorter side
SQUARE, MARKS = (255, 210, 0), (0, 230, 90)


def portrait_sheet(found: Survey, seed: int) -> Image.Image:
    """Some photographs of every emotion in which a face was found, at least one, side by side."""
    kinds = [emotion for emotion in Emotion if any(face.emotion is emotion for face in found.found)]
    shown = [face for kind in kinds for face in found.sample(kind, MOST // len(kinds), seed)]
    rows, step = -(-len(shown) // COLUMNS), SIDE + GAP
    sheet = Image.new("RGB", (min(len(shown), COLUMNS) * step - GAP, rows * step - GAP), "white")
    for place, face in enumerate(shown):
        sheet.paste(_drawn(face, found.found[face]), (place % COLUMNS * step, place // COLUMNS * step))
    return sheet


def _drawn(face: Face, there: FoundFace) -> Image.Image:
    """The photograph around its face."""
    picture = read_picture(face.source.read(), "RGB", NEEDED)
    shown = min(*picture.size, AROUND * aligned_frame(there).side)
    size = (round(SIDE / shown * picture.size[0]), round(SIDE / shown * picture.size[1]))
    small = picture.image.resize(size, Image.Resampling.BILINEAR)
    seen = there.scaled(SIDE / shown)
    middle = seen.landmarks.mean(0)
    left, top = (int(np.clip(m - SIDE / 2, 0, most - SIDE)) for m, most in zip(middle, size, strict=True))
    part = small.crop((left, top, left + SIDE, top + SIDE))
    pen, moved = ImageDraw.Draw(part), np.array([left, top])
    pen.polygon([tuple(corner) for corner in (corners(aligned_frame(seen)) - moved).tolist()], outline=SQUARE)
    for x, y in (seen.landmarks - moved).tolist():
        pen.point((x, y), fill=MARKS)
    return part
