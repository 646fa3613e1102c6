"""A photograph whose covered faces are completed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from emogan.completing.drawing import Completion, complete
from emogan.completing.finding import found, share, told
from emogan.core.emotions import Emotion
from emogan.data.reading import UnusableImageError
from emogan.finding.aligning import aligned_frame
from emogan.finding.finder import look_again
from emogan.recognition.photographs import ReadPhotograph
from emogan.recognition.reading import ReadFace, read_faces
from emogan.translating.applying import grey_in, translate
from emogan.translating.network import packaged_translator
from emogan.translating.pairs import SIZE
from emogan.translating.wishes import wished

LEAST = 0.01  # share of the face that something hides, at least
MASK = "mask"  # what UnusableImageError calls a wrong one


@dataclass(frozen=True)
class Hidden:
    """What says where faces are hidden.

    Attributes:
        mask: white where they are, as large as the photograph; None: there is none.
        looks: whether covers are looked for.
    """

    mask: Image.Image | None
    looks: bool


@dataclass(frozen=True)
class Shown:
    """What completed faces are to show.

    Attributes:
        mix: emotions with weights; None: what their visible parts show.
        intensity, seed: see :func:`emogan.translating.wishes.wished`.
    """

    mix: Mapping[Emotion, float] | None
    intensity: float
    seed: int


def completed(photograph: ReadPhotograph, hidden: Hidden, shown: Shown) -> tuple[Image.Image, Sequence[Completion]]:
    """A photograph with its covered faces completed, and what was seen of each.

    With an emotion wished for, the visible parts follow: the completed face is translated.

    Raises:
        UnusableImageError: when none of its faces is covered.
    """
    picture, done = photograph.picture, []
    mask = hidden.mask and _fitting(hidden.mask, photograph)
    for one in photograph.faces:
        here = replace(one, face=one.face.scaled(1 / photograph.scale))
        frame = aligned_frame(here.face)
        area = told(mask, frame, SIZE) if mask else None
        if hidden.looks:
            there = found(grey_in(picture, frame))
            area = there if area is None else area.maximum(there)
        if area is None or share(area) < LEAST:
            continue
        made = complete(picture, frame, area, shown.mix)
        picture = made.picture if shown.mix is None else _translated(made.picture, here, shown)
        done.append(made)
    if not done:
        why = "nothing was found that covers a face" if hidden.mask is None else "no face lies under the white of mask="
        raise UnusableImageError("no cover", f"{why}, paint what is hidden white in a picture as large, mask=FILE")
    return picture, done


def covers_faces(photograph: ReadPhotograph) -> bool:
    """Whether something is found that covers one of its faces."""
    frames = (aligned_frame(one.face.scaled(1 / photograph.scale)) for one in photograph.faces)
    return any(share(found(grey_in(photograph.picture, frame))) >= LEAST for frame in frames)


def _translated(picture: Image.Image, face: ReadFace, shown: Shown) -> Image.Image:
    (read,) = read_faces(picture, [look_again(picture, face.face)])  # now its mouth is there to be found
    assert shown.mix is not None
    return translate(picture, read, wished(shown.mix, shown.intensity, shown.seed), packaged_translator())


def _fitting(mask: Image.Image, photograph: ReadPhotograph) -> Image.Image:
    """The mask in the size that the picture is held in.

    Raises:
        UnusableImageError: when it is of another photograph.
    """
    size = tuple(round(side * photograph.scale) for side in photograph.picture.size)
    if max(abs(a - b) for a, b in zip(mask.size, size, strict=True)) > photograph.scale:
        sizes = " x ".join(map(str, mask.size)), " x ".join(map(str, size))
        raise UnusableImageError(MASK, f"mask= is {sizes[0]} pixels, expected {sizes[1]} as the photograph")
    return mask.resize(photograph.picture.size, Image.Resampling.NEAREST)
