"""Photographs with what was found in them drawn in: landmarks, and the square that is cut out."""

import numpy as np
from PIL import Image, ImageDraw

from emogan.core.emotions import Emotion
from emogan.data.index import Face
from emogan.data.pictures import read_picture
from emogan.data.survey import Survey
from emogan.finding.aligning import aligned_frame
from emogan.finding.crops import corners, cut
from emogan.finding.finder import FoundFace
from emogan.finding.frames import centred

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
    square = aligned_frame(there)
    side = min(*picture.size, AROUND * square.side)
    x, y = np.clip(there.landmarks.mean(0), side / 2, np.array(picture.size) - side / 2).tolist()
    shown = centred((x, y), side)
    part = cut(picture.image, shown.scaled(max(picture.image.size) / max(picture.size)), SIDE)
    pen = ImageDraw.Draw(part)
    pen.polygon([tuple(corner) for corner in (SIDE * shown.from_picture(corners(square))).tolist()], outline=SQUARE)
    pen.point([tuple(mark) for mark in (SIDE * shown.from_picture(there.landmarks)).tolist()], fill=MARKS)
    return part
