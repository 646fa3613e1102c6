"""A photograph whose faces are changed together."""

from dataclasses import replace

from PIL import Image

from emogan.data.reading import UnusableImageError
from emogan.finding.choosing import NoFaceError, check_face
from emogan.recognition.photographs import Given, ReadPhotograph, Which, read_photograph
from emogan.translating.applying import translate
from emogan.translating.wishes import Wish


def read_usable(photo: Given, which: Which) -> ReadPhotograph:
    """A photograph with those of its faces that can be changed: neither tiny, nor turned far away, nor cut off.

    Raises:
        UnusableImageError: when it has none, or cannot be read as a picture.
    """
    photograph = read_photograph(photo, which)
    width, height = (round(side * photograph.scale) for side in photograph.picture.size)
    faces, why = [], UnusableImageError("no face", "none was found in it")
    for one in photograph.faces:
        try:
            check_face(one.face, (width, height))
            faces.append(one)
        except NoFaceError as error:
            why = UnusableImageError(error.kind, str(error))
    if not faces:
        raise why
    return replace(photograph, faces=faces)


def translated(photograph: ReadPhotograph, wish: Wish, share: float = 1.0) -> Image.Image:
    """A photograph whose faces all do what is wished, or have gone that share of the way there."""
    picture = photograph.picture
    for one in photograph.faces:
        end = wish.of(one.actions)
        to = {name: (1 - share) * value + share * end.get(name, 0.0) for name, value in one.actions.items()}
        here = replace(one, face=one.face.scaled(1 / photograph.scale))
        picture = translate(picture, here, to, wish.by)
    return picture


def reduced(photograph: ReadPhotograph, longest: int) -> ReadPhotograph:
    """A photograph whose picture has at most so many pixels on its longer side."""
    picture = photograph.picture
    share = longest / max(picture.size)
    if share >= 1:
        return photograph
    width, height = (max(1, round(side * share)) for side in picture.size)
    small = picture.resize((width, height), Image.Resampling.LANCZOS)
    return replace(photograph, picture=small, scale=photograph.scale * picture.width / width)
