"""Photographs whose faces are changed while somebody looks, kept in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

from PIL import Image, ImageDraw

from emogan.completing.photo import Hidden, Shown, completed, covers_faces
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.data.faces import PACKAGED
from emogan.data.reading import UnusableImageError
from emogan.recognition.photographs import ReadPhotograph
from emogan.translating.network import packaged_translator
from emogan.translating.photo import read_usable, reduced, translated
from emogan.translating.wishes import Wish, wished
from emogan.translating.writing import sheet

KIND = "change"
PREVIEW = 480  # pixels of the longer side of what follows the sliders
FILM = 360  # the same of a film
SHEET = 320  # pixels of the height of a picture of six
MADE = PACKAGED / "KDEF" / "AM08" / "AM08NES.JPG"  # somebody who does not exist
ACTIONS = (
    *("jawOpen", "mouthSmile", "mouthFrown", "mouthStretch"),
    *("browInnerUp", "browDown", "eyeWide", "eyeSquint", "noseSneer"),
)
LINE = (214, 40, 57)

_working = Lock()  # all cores are at work for one


@dataclass(frozen=True)
class Asked:
    """What faces are to do.

    Attributes:
        shares: of emotions; what they lack of 1 stays as it is at rest.
        intensity, seed: see :func:`emogan.translating.wishes.wished`.
        added: to facial actions.
    """

    shares: Mapping[Emotion, float]
    intensity: float
    seed: int
    added: Mapping[str, float]

    def wish(self) -> Wish:
        """As a wish. With no share at all, what faces do stays."""
        total = sum(self.shares.values())
        shown = None
        if total > 0:
            shown = wished({one: share for one, share in self.shares.items() if share}, 1.0, self.seed)
            strength = min(total, 1.0) * self.intensity
            shown = {name: strength * value for name, value in shown.items()}
        return Wish(shown, {}, packaged_translator(), {name: value for name, value in self.added.items() if value})


class Change:
    """A photograph that is being changed."""

    def __init__(self, content: bytes) -> None:
        try:
            self.photograph = read_usable(content, "all")
        except UnusableImageError as error:
            raise UserError(
                f"The photograph cannot be used ({error}): expected a photograph that shows a face."
            ) from error

    @property
    def faces(self) -> list[dict[str, Any]]:
        """Where each face is, in shares of the picture, and what it shows."""
        width, height = self.photograph.picture.size
        found = []
        for one in self.photograph.faces:
            places = one.face.landmarks / self.photograph.scale
            (left, top), (right, bottom) = places.min(0), places.max(0)
            box = left / width, top / height, right / width, bottom / height
            found.append({"box": [round(float(v), 4) for v in box], "emotions": dict(one.emotions)})
        return found

    @cached_property
    def covered(self) -> bool:
        """Whether something is before a face."""
        return covers_faces(self.photograph)

    @cached_property
    def small(self) -> ReadPhotograph:
        """For what follows the sliders."""
        return reduced(self.photograph, PREVIEW)

    def outlined(self) -> Image.Image:
        """The small picture with a frame around each face."""
        picture = self.small.picture.convert("RGB")
        draw = ImageDraw.Draw(picture)
        for one in self.small.faces:
            places = one.face.landmarks / self.small.scale
            low, high = places.min(0), places.max(0)
            room = 0.12 * (high - low)
            draw.rectangle((*(low - room).tolist(), *(high + room).tolist()), outline=LINE, width=2)
        return picture

    def preview(self, asked: Asked) -> Image.Image:
        """Small and at once."""
        with _working:
            return translated(self.small, asked.wish())

    def whole(self, asked: Asked) -> Image.Image:
        """At the photograph's own size."""
        with _working:
            return translated(self.photograph, asked.wish())

    def six(self, asked: Asked) -> Image.Image:
        """Each emotion, side by side."""
        photograph = reduced(self.photograph, 2 * SHEET)
        pictures = []
        for emotion in EMOTIONS:
            with _working:
                own = Asked({emotion: 1.0}, asked.intensity, asked.seed, asked.added)
                picture = translated(photograph, own.wish())
            width = max(1, round(picture.width * SHEET / picture.height))
            pictures.append(picture.resize((width, SHEET), Image.Resampling.LANCZOS))
        return sheet(pictures)

    def film(self, asked: Asked, count: int) -> Sequence[Image.Image]:
        """The way there and back."""
        photograph, wish = reduced(self.photograph, FILM), asked.wish()
        pictures = []
        for number in range(count):
            with _working:
                pictures.append(translated(photograph, wish, number / (count - 1)))
        return [*pictures, *pictures[-2:0:-1]]

    def completed(self, emotion: Emotion | None, intensity: float, seed: int) -> Image.Image:
        """With what covers its faces taken away.

        Raises:
            UserError: when nothing does.
        """
        mix = None if emotion is None else {emotion: 1.0}
        try:
            with _working:
                picture, _ = completed(self.photograph, Hidden(None, looks=True), Shown(mix, intensity, seed))
        except UnusableImageError as error:
            raise UserError("Nothing was found that covers a face in this photograph.") from error
        return picture
