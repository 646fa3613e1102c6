"""Everybody as several people."""

import pytest
import torch

from emogan.networks.landmarker import SIZE
from emogan.recognition.reshaping import BENT, BROWS_DOWN, BROWS_TOGETHER, EYE_LINE, Shapes


def test_a_shape_stays_its_person_s() -> None:
    shapes = Shapes.draw(5, torch.Generator().manual_seed(0))
    fields = shapes.fields(torch.tensor([3, 1, 3]))
    assert fields.shape == (3, SIZE, SIZE, 2)
    assert torch.equal(fields[0], fields[2]) and not torch.equal(fields[0], fields[1])
    assert 0 < fields.abs().max() < 4 * BENT


def test_brows_differ_in_height_and_gap_and_the_mouth_only_bends() -> None:
    drawn = Shapes.draw(600, torch.Generator().manual_seed(0))
    shapes = Shapes(torch.zeros_like(drawn.bends), drawn.upper)
    fields = shapes.fields(torch.arange(600))
    brows, head = round((EYE_LINE - 0.10) * SIZE), round(0.55 * SIZE)
    heights, gaps = fields[:, brows, 0, 1], fields[:, brows, head, 0]
    assert heights.std() == pytest.approx(BROWS_DOWN, rel=0.2)
    assert gaps.std() == pytest.approx(((head + 0.5) / SIZE - 0.5) * BROWS_TOGETHER, rel=0.2)
    assert heights.mean().abs() < BROWS_DOWN / 10
    assert (gaps + fields[:, brows, SIZE - 1 - head, 0]).abs().max() < 1e-5  # both brows alike
    assert fields[:, brows, 0, 0].abs().max() < 0.002
    assert fields[:, round(0.7 * SIZE) :].abs().max() < 1e-3
