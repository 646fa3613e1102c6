import torch
from hypothesis import given
from hypothesis import strategies as st

from emogan.completing.model import GRID, HIGH, WIDE, fitted, on_shared, on_texture
from emogan.translating.pairs import CANVAS, SIZE
from tests.translating.made import MOVED, pairs

PLACE = st.floats(-1, 1)


@given(x=PLACE, y=PLACE)
def test_a_texture_lies_on_the_shared_face_one_to_one(x: float, y: float) -> None:
    place = torch.tensor([x, y])
    assert torch.allclose(on_shared(on_texture(place)), place, atol=1e-5)


def test_the_model_knows_where_places_lie_and_how_much_they_move() -> None:
    model = fitted(pairs(3, people=12))
    assert model.shapes.shape[1:] == (2, GRID, GRID) and model.textures.shape[1:] == (HIGH, WIDE)
    count = len(model.shapes) + len(model.textures) - 2
    assert model.means.shape == (6, count) and model.spread.shape == (count, count)
    assert bool(model.there.all())
    line = ((torch.arange(GRID) + 0.5) / GRID * 2 - 1) * CANVAS / SIZE
    middle = 2 * MOVED * 2.5 / SIZE  # the six emotions move 0 to 5 steps to the right
    assert torch.allclose(model.shapes[0, 0, 5], line + middle, atol=0.01)
    assert torch.allclose(model.shapes[0, 1, :, 5], line, atol=0.01)
    moves = model.shapes[1, 0]  # the first way is that one, and all places go it together
    assert float(moves.std()) < 0.05 * float(moves.mean().abs())
    assert torch.isclose(moves.mean().abs(), torch.tensor(2 * MOVED * 1.708 / SIZE), rtol=0.05)


def test_the_emotions_differ_by_what_they_do() -> None:
    model = fitted(pairs(3, people=12))
    steps = model.means[:, 0].diff()
    assert (steps > 0).all() or (steps < 0).all()
    assert torch.allclose(model.spread, model.spread.T, atol=1e-5) and bool((model.spread.diagonal() >= 0).all())
