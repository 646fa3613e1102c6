import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from emogan.completing.covers import COVERS, drawn, face_area, free_form, mouth_area, widened


@given(share=st.floats(0.02, 0.9), seed=st.integers(0, 10**6))
def test_areas_hide_the_share_of_the_face_that_is_asked_for(share: float, seed: int) -> None:
    areas = free_form(torch.full((6,), share), 64, torch.Generator().manual_seed(seed))
    assert areas.shape == (6, 1, 64, 64) and set(areas.unique().tolist()) <= {0.0, 1.0}
    inside = areas[:, 0][:, face_area(64)].mean(1)
    assert (inside - share).abs().max() < 0.02


def test_areas_differ_in_shape_and_a_seed_gives_them_again() -> None:
    def areas(seed: int) -> torch.Tensor:
        return free_form(torch.full((40,), 0.3), 64, torch.Generator().manual_seed(seed))

    assert torch.equal(areas(1), areas(1)) and not torch.equal(areas(1), areas(2))
    edges = areas(1).diff(dim=2).abs().sum((1, 2, 3))
    assert edges.max() > 4 * edges.min()  # strokes beside discs


@pytest.mark.parametrize("kind", COVERS)
def test_a_cover_hides_what_its_matte_says(kind: str) -> None:
    faces = torch.rand(8, 1, 128, 128, generator=torch.Generator().manual_seed(0))
    made, matte = drawn(faces, np.random.default_rng(3), [kind])
    assert made.shape == matte.shape == faces.shape and made.min() >= 0 and made.max() <= 1
    assert torch.equal(made[matte == 0], faces[matte == 0])
    hidden = (matte > 0.5).float().mean((1, 2, 3))
    assert hidden.min() > 0.003 and hidden.max() < 0.6
    again, _ = drawn(faces, np.random.default_rng(3), [kind])
    assert torch.equal(made, again)


def test_a_widened_cover_reaches_so_many_pixels_further() -> None:
    one = torch.zeros(1, 1, 21, 21)
    one[..., 10, 10] = 1
    assert float(widened(one, 3).sum()) == 49


def test_the_mouth_is_a_part_of_the_face() -> None:
    face, mouth = face_area(128), mouth_area(128)
    assert 0 < int(mouth.sum()) < int(face.sum()) < 128**2 / 2 and not (mouth & ~face).any()
