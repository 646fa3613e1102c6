import io

import numpy as np
import pytest
from PIL import Image

from emogan.finding.aligning import aligned_frame
from emogan.finding.choosing import Chosen, NoFaceError, check_face, choose_face
from emogan.finding.finder import FoundFace, find_faces
from emogan.finding.frames import ALIGNED, Frame, anchors
from tests.finding.pictures import EYES_AND_MOUTH, astronaut, nothing, portrait

NEAR = 0.12  # of the distance of the eyes


def off(chosen: Chosen, truth: np.ndarray) -> float:
    """How far eyes and mouth were found from where they are, of the distance of the eyes."""
    apart = np.linalg.norm(truth[1] - truth[0])
    return float(np.linalg.norm(anchors(chosen.face.landmarks) - truth, axis=1).max() / apart)


def test_a_face_is_found_where_it_is() -> None:
    chosen = choose_face(astronaut(), "only")
    assert off(chosen, EYES_AND_MOUTH) < NEAR
    assert chosen.others == 0
    assert abs(chosen.face.roll) < 10
    shown = aligned_frame(chosen.face).from_picture(EYES_AND_MOUTH)
    assert np.abs(shown - ALIGNED).max() < 0.04


@pytest.mark.parametrize("degrees", [-40, 40])
def test_a_turned_face_is_found_and_laid_upright(degrees: int) -> None:
    turned = astronaut().rotate(degrees, Image.Resampling.BICUBIC)
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    truth = (EYES_AND_MOUTH - 256) @ np.array([[cosine, -sine], [sine, cosine]]) + 256
    chosen = choose_face(turned, "only")
    assert off(chosen, truth) < NEAR
    assert chosen.face.roll == pytest.approx(4 - degrees, abs=6)


@pytest.mark.parametrize("side", [256, 160])
def test_a_small_picture(side: int) -> None:
    chosen = choose_face(astronaut().resize((side, side), Image.Resampling.BOX), "only")
    assert off(chosen, EYES_AND_MOUTH * side / 512) < 1.5 * NEAR


def test_a_picture_of_48_pixels() -> None:
    chosen = choose_face(portrait().resize((48, 48), Image.Resampling.BOX), "only")
    assert off(chosen, (EYES_AND_MOUTH - np.array([124, 10])) * 48 / 200) < 1.5 * NEAR


def test_a_face_that_fills_little_of_a_picture() -> None:
    canvas = Image.new("RGB", (2400, 1600), (120, 110, 100))
    canvas.paste(astronaut(), (1500, 700))
    assert off(choose_face(canvas, "only"), EYES_AND_MOUTH + np.array([1500, 700])) < NEAR


@pytest.mark.parametrize("name", ["coffee", "brick", "noise", "wall"])
def test_nothing_is_no_face(name: str) -> None:
    assert find_faces(nothing(name)) == []
    with pytest.raises(NoFaceError, match=r"^none was found in it$") as error:
        choose_face(nothing(name), "largest")
    assert error.value.kind == "no face"


@pytest.mark.parametrize("size", [(1, 1), (2000, 1), (3, 700)])
def test_strange_shapes_end(size: tuple[int, int]) -> None:
    assert find_faces(Image.new("L", size, 128)) == []


def test_two_people() -> None:
    both = Image.new("RGB", (1024, 512))
    both.paste(astronaut(), (512, 0))
    both.paste(astronaut().resize((400, 400)), (0, 0))
    with pytest.raises(NoFaceError, match=r"it shows 2 faces; data.faces=largest takes the largest") as error:
        choose_face(both, "only")
    assert error.value.kind == "several faces"
    chosen = choose_face(both, "largest")
    assert chosen.others == 1
    assert off(chosen, EYES_AND_MOUTH + np.array([512, 0])) < NEAR


def face(landmarks: np.ndarray, yaw: float = 0.0, pitch: float = 0.0) -> FoundFace:
    return FoundFace(landmarks, 1.0, yaw, pitch, Frame((0, 0), 1, 0))


def test_what_shows_too_little_is_refused() -> None:
    good = choose_face(astronaut(), "only").face.landmarks
    check_face(face(good), (512, 512))
    for wrong, kind, why in (
        (face(good / 10), "face too small", r"its eyes are [45] pixels apart, 8 are needed"),
        (face(good, yaw=-60), "face turned away", "the face is turned by 60 degrees and tilted by 0; up to 50 and 40"),
        (face(good, pitch=45), "face turned away", "turned by 0 degrees and tilted by 45"),
        (face(good - np.array([220, 0])), "face cut off", "the picture's edge cuts off eyes or mouth"),
    ):
        with pytest.raises(NoFaceError, match=why) as error:
            check_face(wrong, (512, 512))
        assert error.value.kind == kind


def test_grey_and_colour_and_stored_as_jpeg_say_the_same() -> None:
    file = io.BytesIO()
    astronaut().save(file, "JPEG", quality=90)
    for picture in (astronaut().convert("L"), Image.open(file)):
        assert off(choose_face(picture, "only"), EYES_AND_MOUTH) < NEAR
