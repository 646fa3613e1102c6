"""The landmarker's lessons: what is cut, where the landmarks are in it, and that it learns."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from emogan.finding.frames import CLOSE, Frame
from emogan.finding.learning import (
    Recipe,
    Shots,
    cut,
    face_crops,
    heat_target,
    jittered,
    loss_of,
    missed_crops,
    moved,
    train_landmarker,
)
from emogan.networks.landmarker import CELLS, LANDMARKS, SIZE, Reading, centre_of


def spots(count: int, seed: int = 0) -> Shots:
    """Pictures with a bright spot at each landmark, which all lie on a circle around the middle of a frame."""
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, LANDMARKS, endpoint=False)
    places = np.stack([0.5 + 0.3 * np.cos(angle), 0.5 + 0.3 * np.sin(angle)], 1)
    pictures, frames = [], []
    y, x = np.mgrid[:120, :110] + 0.5
    for _ in range(count):
        frame = Frame((float(rng.uniform(5, 20)), float(rng.uniform(5, 20))), 80.0, float(rng.uniform(-0.1, 0.1)))
        picture = np.zeros((120, 110))
        for px, py in frame.to_picture(places):
            picture += 200 * np.exp(-((x - px) ** 2 + (y - py) ** 2) / 8)
        pictures.append(np.clip(picture, 0, 255))
        frames.append(np.column_stack([frame.axes.T, frame.origin]))
    return Shots(
        torch.tensor(np.array(pictures), dtype=torch.uint8)[:, None],
        torch.tensor(np.array(frames), dtype=torch.float32),
        torch.tensor(places, dtype=torch.float32).expand(count, -1, -1).clone(),
        torch.zeros(count, 2),
    )


def values_at(crops: Tensor, places: Tensor) -> Tensor:
    """The pixels (n, k) of crops at places (n, k, 2) in shares of their side."""
    at = (places * SIZE).long().clamp(0, SIZE - 1)
    return torch.stack([crops[n, 0, at[n, :, 1], at[n, :, 0]] for n in range(len(crops))])


def test_a_crop_shows_what_its_frame_lies_over() -> None:
    faces = spots(3)
    crops = cut(faces.pictures, faces.frames)
    assert crops.shape == (3, 1, SIZE, SIZE)
    assert values_at(crops, faces.landmarks).min() > 0.7
    assert crops[:, :, SIZE // 2 - 8 : SIZE // 2 + 8, SIZE // 2 - 8 : SIZE // 2 + 8].max() < 0.05


def test_landmarks_stay_on_their_spots_however_a_crop_lies_and_in_a_mirror() -> None:
    faces = spots(4)
    crops, landmarks, turn = face_crops(faces, 64, torch.Generator().manual_seed(1))
    inside = ((landmarks > 0.02) & (landmarks < 0.98)).all(-1)
    assert inside.float().mean() > 0.8
    assert values_at(crops, landmarks)[inside].quantile(0.02) > 0.5
    assert turn.shape == (64, 2)


def test_a_frame_is_turned_and_scaled_about_its_middle() -> None:
    frame = torch.tensor([[[10.0, 0.0, 5.0], [0.0, 10.0, 7.0]]])
    turned = jittered(frame, torch.tensor([math.pi / 2]), torch.tensor([2.0]), torch.zeros(1, 2))
    middle = turned[0, :, :2] @ torch.tensor([0.5, 0.5]) + turned[0, :, 2]
    assert middle.tolist() == pytest.approx([10, 12])
    assert turned[0, :, 0].tolist() == pytest.approx([0, 20], abs=1e-4)
    places = torch.tensor([[[0.5, 0.5], [1.0, 0.5]]])
    assert moved(places, frame, turned)[0].tolist() == [
        pytest.approx([0.5, 0.5], abs=1e-5),
        pytest.approx([0.5, 0.25], abs=1e-5),
    ]


def test_what_is_missed_does_not_lie_over_a_face() -> None:
    faces = spots(2)
    crops = missed_crops(faces, 40, torch.Generator().manual_seed(0))
    well = cut(faces.pictures[:1], faces.frames[:1])
    assert all((crop - well[0]).abs().mean() > 0.02 for crop in crops)


def test_wished_heat_lies_around_its_landmark() -> None:
    places = torch.tensor([[[0.25, 0.75], [0.5, 0.5]]])
    heat = heat_target(places)
    assert heat.sum(-1)[0].tolist() == pytest.approx([1, 1])
    found = centre_of(heat.log().view(1, 2, CELLS, CELLS))
    assert found[0].flatten().tolist() == pytest.approx([0.25, 0.75, 0.5, 0.5], abs=1e-3)


def test_the_loss_falls_with_what_is_right() -> None:
    landmarks = torch.rand(2, LANDMARKS, 2, generator=torch.Generator().manual_seed(0)) * 0.8 + 0.1
    heat = (heat_target(landmarks) + 1e-9).log().view(2, LANDMARKS, CELLS, CELLS)
    heat = torch.cat([heat, torch.zeros_like(heat[:1])])
    right = Reading(heat, centre_of(heat), torch.tensor([9.0, 9.0, -9.0]), torch.zeros(3, 2))
    wrong = {
        "a place": right._replace(places=right.places + 0.05),
        "a face taken for none": right._replace(face=torch.tensor([-9.0, 9.0, -9.0])),
        "none taken for a face": right._replace(face=torch.tensor([9.0, 9.0, 9.0])),
        "a turn": right._replace(turn=torch.ones(3, 2)),
        "heat": right._replace(heat=torch.zeros_like(heat)),
    }
    best = loss_of(right, landmarks, torch.zeros(2, 2))
    for name, reading in wrong.items():
        assert loss_of(reading, landmarks, torch.zeros(2, 2)) > best + 0.1, name


def test_a_few_steps_learn_and_the_same_seed_learns_the_same() -> None:
    others = torch.randint(0, 255, (4, 1, 100, 100), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    recipe = Recipe(width=8, steps=30, batch=16, nothing=0.25, lr=1e-2, weight_decay=0.0, seed=3)
    runs = [[loss for _, _, loss in train_landmarker(spots(6), others, recipe, bf16=False)] for _ in range(2)]
    assert runs[0] == runs[1]
    assert np.mean(runs[0][-5:]) < 0.75 * np.mean(runs[0][:5])
    *_, (_, network, _) = train_landmarker(spots(6), others, recipe, bf16=False)
    gone_on = train_landmarker(spots(6), others, recipe, bf16=False, start=network.state_dict())
    assert next(gone_on)[2] < 0.8 * runs[0][0]


def test_a_close_crop_has_the_eyes_level_and_the_mouth_below() -> None:
    assert CLOSE[0, 1] == CLOSE[1, 1] < CLOSE[2, 1]
    assert CLOSE[0, 0] + CLOSE[1, 0] == pytest.approx(1) and CLOSE[2, 0] == 0.5
