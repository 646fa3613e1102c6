import numpy as np
import pytest

from emogan.rendering.camera import View, set_up

EYES = np.array([0.0, -0.1, 0.65])


def view(**changes: float) -> View:
    plain = {"height": 0.36, "distance": 1.7, "yaw": 0.0, "pitch": 0.0, "roll": 0.0}
    return View(EYES, shift=(0.0, 0.0), **{**plain, **changes})


def test_the_eyes_are_in_the_middle_at_their_line() -> None:
    for yaw in (0.0, 0.5, -0.5):
        camera = set_up(view(yaw=yaw), 90, 120)
        across, down = camera.project(EYES[None])[0]
        assert across == pytest.approx(45, abs=6) and down == pytest.approx(0.45 * 120, abs=1)


def test_the_sitters_left_is_on_the_pictures_right_and_up_is_up() -> None:
    camera = set_up(view(), 90, 120)
    left, above = camera.project(EYES + np.array([[0.03, 0, 0], [0, 0, 0.03]]))
    assert left[0] == pytest.approx(45 + 10, abs=0.1) and above[1] == pytest.approx(54 - 10, abs=0.1)


def test_a_camera_on_the_sitters_left_sees_the_nose_before_the_right_cheek() -> None:
    camera = set_up(view(yaw=0.5), 90, 120)
    eyes, nose = camera.project(EYES + np.array([[0, 0, 0], [0, -0.04, 0]]))
    assert nose[0] < eyes[0] - 3


def test_roll_turns_the_picture_and_focal_length_follows_the_distance() -> None:
    points = EYES + np.array([[-0.03, 0, 0], [0.03, 0, 0]])
    right, left = set_up(view(roll=0.3), 90, 120).project(points)
    assert np.arctan2(left[1] - right[1], left[0] - right[0]) == pytest.approx(-0.3, abs=0.02)
    assert view(distance=0.36).focal == pytest.approx(36)
