"""A copy of a photograph with what was found in it: landmarks, the square around each face, the emotion named."""

from PIL import Image, ImageDraw, ImageFont

from emogan.finding.crops import corners
from emogan.finding.frames import Floats
from emogan.recognition.photographs import ReadPhotograph
from emogan.recognition.reading import ReadFace

LONGEST = 1600  # pixels of a copy's longer side, at most
LINE, INK, GROUND = (70, 220, 120), (255, 255, 255), (20, 60, 35)
LEAST_LETTERS = 11  # pixels high

Point = tuple[float, float]


def annotated(photograph: ReadPhotograph) -> Image.Image:
    """The photograph as large as it is, 1,600 pixels at most, with every face that was read, by number and emotion."""
    picture = photograph.picture
    longest = max(picture.size)
    if longest > LONGEST:
        size = (max(1, round(side * LONGEST / longest)) for side in picture.size)
        picture = picture.resize((next(size), next(size)), Image.Resampling.LANCZOS, reducing_gap=2.0)
    copy = picture.convert("RGB")
    shrunk = copy.width / photograph.picture.width / photograph.scale
    pen = ImageDraw.Draw(copy)
    for number, face in enumerate(photograph.faces, 1):
        _mark(pen, face, shrunk)
        words = f"{face.emotion} {100 * face.emotions[face.emotion]:.0f} %"
        _name(pen, face, words if len(photograph.faces) == 1 else f"{number}: {words}", shrunk, copy.size)
    return copy


def _mark(pen: ImageDraw.ImageDraw, face: ReadFace, shrunk: float) -> None:
    """The square, and a dot for each landmark."""
    side = shrunk * face.face.frame.side
    width = max(1, round(side / 120))
    square = _points(shrunk * corners(face.face.frame))
    pen.line([*square, square[0]], LINE, width, joint="curve")
    radius = max(0.6, side / 150)
    for x, y in _points(shrunk * face.face.landmarks):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), LINE)


def _name(pen: ImageDraw.ImageDraw, face: ReadFace, words: str, shrunk: float, size: tuple[int, int]) -> None:
    """What it shows, above the square, or where there is room for it."""
    square = shrunk * corners(face.face.frame)
    font = ImageFont.load_default(max(LEAST_LETTERS, round(shrunk * face.face.frame.side / 11)))
    left, top, right, bottom = pen.textbbox((0, 0), words, font)
    width, height, gap = right - left, bottom - top, max(2, round((bottom - top) / 4))
    x = min(max(square[:, 0].min(), gap), max(size[0] - width - gap, gap))
    y = min(max(square[:, 1].min() - height - 2 * gap, gap), max(size[1] - height - gap, gap))
    pen.rectangle((x - gap, y - gap, x + width + gap, y + height + gap), GROUND)
    pen.text((x - left, y - top), words, INK, font)


def _points(places: Floats) -> list[Point]:
    return [(float(x), float(y)) for x, y in places]
