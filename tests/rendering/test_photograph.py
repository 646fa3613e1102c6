"""The real renderer, at its smallest: what is known of a picture against the picture."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from scipy.ndimage import map_coordinates, zoom

from emogan.core.flow import flow
from emogan.core.truth import Truth
from emogan.rendering.film import Picture
from emogan.rendering.shots import Shot
from emogan.rendering.takes import Settings

pytest.importorskip("anny")
pytest.importorskip("mitsuba")

from emogan.rendering.landmarks import landmark_vertices
from emogan.rendering.photograph import Posed, dense, describe, photograph, pose

SETTINGS = Settings(132, 178, 5, 1, "studio", True, (1.0, 1.0), 0.5)
MOUTH, LID_GAPS = slice(60, 68), ((37, 41), (38, 40), (43, 47), (44, 46))


def posed(emotion: str, settings: Settings = SETTINGS) -> Posed:
    return pose(Shot("A", "M", 2, emotion, "S"), settings)


@lru_cache
def picture(emotion: str) -> Picture:
    return photograph(posed(emotion))


def truth(emotion: str) -> Truth:
    return describe(posed(emotion), 72)


def patch(grey: np.ndarray, place: np.ndarray, radius: int) -> float:
    x, y = np.floor(place).astype(int)
    return float(grey[y - radius : y + radius + 1, x - radius : x + radius + 1].mean())


def test_pupils_lie_on_dark_pupils_and_the_open_mouth_between_the_inner_lips() -> None:
    grey, landmarks = picture("surpresa").grey, np.array(truth("surpresa").landmarks)
    for pupil in landmarks[68:]:
        ring = [patch(grey, pupil + step, 1) for step in ((-9, 0), (9, 0), (0, -9), (0, 9))]
        assert patch(grey, pupil, 1) < 0.85 * min(ring)
    inside = landmarks[MOUTH].mean(0)
    cheeks = [patch(grey, landmarks[k], 2) for k in (3, 13)]
    assert patch(grey, inside, 1) < 0.6 * min(cheeks)


def test_landmarks_are_where_faces_have_them() -> None:
    landmarks = np.array(truth("neutro").landmarks)
    assert landmarks.shape == (70, 2)
    assert (np.diff(landmarks[:17, 0]) > 0).all() and landmarks[8, 1] == landmarks[:17, 1].max()
    for upper, lower in LID_GAPS:
        assert landmarks[upper, 1] < landmarks[lower, 1]
    assert landmarks[17:27, 1].max() < landmarks[36:48, 1].min()
    matte = picture("neutro").alpha[landmarks[:, 1].astype(int), landmarks[:, 0].astype(int)]
    assert (matte[17:] > 250).all() and (matte[:17] > 0).all()  # the jaw's are on the face's edge
    left, right = landmarks[68:]
    assert left[0] < right[0]


def test_no_two_landmarks_are_one_and_each_lip_keeps_its_own() -> None:
    neutral, open_mouth = posed("neutro"), posed("surpresa")
    assert len(set(landmark_vertices(neutral.sitter.head).tolist())) == 58
    fell = open_mouth.landmarks[:, 1] - neutral.landmarks[:, 1]
    assert fell[[65, 66, 67]].min() > 5 > abs(fell[[61, 62, 63]]).max()
    assert abs(fell[27:31]).max() < 1


def test_truth_tells_who_how_and_from_where() -> None:
    row = truth("surpresa")
    assert (row.file, row.person, row.emotion, row.strength) == ("AM02/AM02SUS.JPG", "M02", "surpresa", 1.0)
    assert row.actions["jawOpen"] > 0.3 and row.light_key > 10 and row.quality == 72
    assert abs(row.yaw) < 9 and 100 < row.focal < 220


@pytest.mark.parametrize(("emotion", "left"), [("raiva", 0.55), ("surpresa", 0.75)])
def test_the_neutral_face_warped_by_the_flow_is_the_expression_but_for_what_opens(emotion: str, left: float) -> None:
    neutral, shown = (picture(name).grey / 255.0 for name in ("neutro", emotion))
    here, there = (dense(posed(name), picture(name)) for name in (emotion, "neutro"))
    moves = flow(here, there)
    height, width = neutral.shape
    scale = (height / moves.shape[0], width / moves.shape[1])
    across, down = (zoom(moves[..., k], scale, order=1, grid_mode=True, mode="nearest") for k in (0, 1))
    y, x = np.mgrid[0:height, 0:width].astype(float)
    moving = np.hypot(across, down) > 1  # False where there is no face
    warped = map_coordinates(neutral, [y + np.nan_to_num(down), x + np.nan_to_num(across)], order=1, mode="nearest")
    landmarks = np.array(truth(emotion).landmarks)
    for opening in (landmarks[MOUTH], landmarks[36:42], landmarks[42:48]):
        low, high = opening.min(0) - 2, opening.max(0) + 2
        moving &= ~((x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1]))
    untouched, moved = (np.abs(one - shown)[moving].mean() for one in (neutral, warped))
    assert moving.mean() > 0.03
    assert moved < left * untouched, (moved, untouched)


def test_a_picture_does_not_depend_on_what_was_rendered_before() -> None:
    first = picture("neutro")
    photograph(pose(Shot("A", "F", 1, "neutro", "S"), replace(SETTINGS, width=40, height=54, samples=1)))
    assert np.array_equal(photograph(posed("neutro")).grey, first.grey)
