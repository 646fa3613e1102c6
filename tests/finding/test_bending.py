"""Bent crops and what lies in them."""

import pytest
import torch

from emogan.finding.bending import bent, draw_bends, fields_of
from emogan.finding.learning import cut
from emogan.networks.landmarker import SIZE


def test_nothing_moves_where_nothing_is_bent() -> None:
    places = torch.rand(3, 70, 2, generator=torch.Generator().manual_seed(0))
    assert torch.equal(bent(places, torch.zeros(3, SIZE, SIZE, 2)), places)


def test_bends_are_as_large_as_asked() -> None:
    bends = draw_bends(2000, 0.06, torch.Generator().manual_seed(0))
    assert bends.shape == (2000, 2, 6, 6)
    assert bends.pow(2).mean().sqrt() == pytest.approx(0.06 / 2 / 3**0.5, rel=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_a_spot_is_seen_where_it_is_said_to_be(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    place = 0.25 + 0.5 * torch.rand(1, 1, 2, generator=generator)
    cells = (torch.arange(SIZE) + 0.5) / SIZE
    y, x = torch.meshgrid(cells, cells, indexing="ij")
    spot = torch.exp(-((x - place[0, 0, 0]) ** 2 + (y - place[0, 0, 1]) ** 2) / 0.02**2)
    picture = (255 * spot).round().to(torch.uint8)[None, None]
    frames = torch.tensor([[[float(SIZE), 0.0, 0.0], [0.0, float(SIZE), 0.0]]])  # the whole picture
    fields = fields_of(draw_bends(1, 0.2, generator))
    shown = cut(picture, frames, fields)[0, 0]
    middle = torch.stack([(shown * x).sum(), (shown * y).sum()]) / shown.sum()
    assert (bent(place, fields)[0, 0] - middle).norm() < 0.01
    assert (place[0, 0] - middle).norm() > 0.003
