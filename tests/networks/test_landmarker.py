import pytest
import torch

from emogan.networks.landmarker import CELLS, LANDMARKS, MIRRORED, SIZE, Landmarker, centre_of, prepare


def test_a_mirror_swaps_landmarks_and_twice_changes_nothing() -> None:
    assert sorted(MIRRORED) == list(range(LANDMARKS))
    assert [MIRRORED[MIRRORED[k]] for k in range(LANDMARKS)] == list(range(LANDMARKS))
    assert {k for k in range(LANDMARKS) if MIRRORED[k] == k} == {8, 27, 28, 29, 30, 33, 51, 57, 62, 66}
    assert (MIRRORED[0], MIRRORED[36], MIRRORED[39], MIRRORED[48], MIRRORED[68]) == (16, 45, 42, 54, 69)


def test_places_are_the_means_of_the_heat() -> None:
    heat = torch.full((1, 2, CELLS, CELLS), -50.0)
    heat[0, 0, 3, 5] = 50
    heat[0, 1, 10, 10] = heat[0, 1, 10, 11] = 50
    assert centre_of(heat)[0].tolist() == [
        pytest.approx([5.5 / CELLS, 3.5 / CELLS]),
        pytest.approx([11 / CELLS, 10.5 / CELLS]),
    ]


def test_light_and_contrast_do_not_matter() -> None:
    torch.manual_seed(0)
    network = Landmarker(4).eval()
    crops = torch.rand(2, 1, SIZE, SIZE)
    with torch.no_grad():
        one, other = network(prepare(crops)), network(prepare(0.3 * crops + 0.5))
    assert one.places.shape == (2, LANDMARKS, 2) and one.face.shape == (2,) and one.turn.shape == (2, 2)
    assert torch.allclose(one.places, other.places, atol=1e-3)
    assert torch.isfinite(prepare(torch.zeros(1, 1, SIZE, SIZE))).all()
