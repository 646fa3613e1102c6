"""What a translator is shown, on made pairs whose flow is known in closed form."""

import pytest
import torch
import torch.nn.functional as F

from emogan.networks.surface import grid
from emogan.networks.translator import warped
from emogan.translating.lessons import COARSE, NEUTRAL, Bend, Lessons, other_light
from emogan.translating.pairs import CANVAS, CELLS, NOWHERE, SIZE
from tests.translating.made import MOVED, pairs

ACTIONS = ["jawOpen", "mouthSmileLeft", "mouthSmileRight"]


@pytest.fixture
def lessons() -> Lessons:
    made = pairs(len(ACTIONS))
    return Lessons.of(made, 0.9 * made.actions, ACTIONS)


def random() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def test_a_plain_pair_has_the_flow_it_was_made_with(lessons: Lessons) -> None:
    start, end = torch.tensor([0, 1]), torch.tensor([2, 0])
    lesson = lessons.show(torch.tensor([0, 1]), start, end, random(), plain=True)
    inside = lesson.flow[:, :, 16:48, 16:48]
    expected = 2 * MOVED * (start - end) / SIZE
    assert torch.allclose(inside[:, 0], expected[:, None, None].expand(-1, 32, 32), atol=2e-3)
    assert inside[:, 1].abs().max() < 2e-3
    assert lesson.known[:, 16:48, 16:48].min() > 0.9
    assert torch.allclose(lesson.change, lessons.pairs.actions[[0, 1], end] - lessons.read[[0, 1], start])
    assert lesson.emotion.tolist() == [[0, 0, 1, 0, 0, 0], [0.5, 0, 0, 0, 0, 0]]


def test_a_bent_pair_is_still_explained_by_its_flow(lessons: Lessons) -> None:
    lesson = lessons.show(torch.arange(2).repeat(8), torch.zeros(16).long(), torch.full((16,), 2), random())
    moved = warped(lesson.faces, lesson.flow)
    inside = (slice(None), slice(None), slice(40, 88), slice(40, 88))
    before = (lesson.faces - lesson.truth)[inside].abs().mean()
    assert (moved - lesson.truth)[inside].abs().mean() < 0.35 * before


def test_mirrored_pairs_have_left_and_right_exchanged(lessons: Lessons) -> None:
    who, start, end = torch.zeros(40).long(), torch.full((40,), NEUTRAL), torch.zeros(40).long()
    lesson = lessons.show(who, start, end, random())
    plain = lessons.pairs.actions[0, 0] - lessons.read[0, NEUTRAL]
    mirrored = plain[[0, 2, 1]]
    as_they_are = (lesson.change - plain).abs().amax(1) < 1e-6
    assert 8 < int(as_they_are.sum()) < 32
    assert ((lesson.change - mirrored).abs().amax(1) < 1e-6)[~as_they_are].all()


def test_each_cell_says_which_place_of_the_shared_face_it_shows(lessons: Lessons) -> None:
    who, start = torch.zeros(40).long(), torch.full((40,), 2)
    lesson = lessons.show(who, start, start, random(), plain=True)
    expected = grid(COARSE)[0] * SIZE / CANVAS - torch.tensor([2 * MOVED * 2 / CANVAS, 0.0])
    assert torch.allclose(lesson.places[0, :, 16:48, 16:48], expected.permute(2, 0, 1)[:, 16:48, 16:48], atol=2e-3)
    bent = lessons.show(who, start, start, random())
    rises = (bent.places[:, 0, 32, 40] - bent.places[:, 0, 32, 24]) > 0
    assert rises.all()  # also of mirrored faces: the left of a face is the left of the shared one


def test_what_maps_lose_on_the_way_is_taken_off(lessons: Lessons) -> None:
    who, same = torch.zeros(1).long(), torch.ones(1).long()
    noise = 0.05 / COARSE * torch.randn(CELLS, CELLS, 2, generator=random())
    lessons.pairs.shared[0, 1] += F.avg_pool2d(noise.permute(2, 0, 1), 9, 1, 4).permute(1, 2, 0) * 9
    still = lessons.show(who, same, same, random(), plain=True)
    assert still.flow.abs().max() < 1e-6 and still.known[0, 16:48, 16:48].min() > 0.9
    lessons.pairs.shared[0, 1] += 3 / COARSE  # folded: what comes back is somewhere else
    assert lessons.show(who, same, same, random(), plain=True).known.max() == 0


def test_a_hole_is_not_known(lessons: Lessons) -> None:
    lessons.pairs.shared[0, 0, 30:42, 30:42] = NOWHERE
    lesson = lessons.show(torch.tensor([0]), torch.tensor([1]), torch.tensor([0]), random(), plain=True)
    assert lesson.known[0, 28:36, 28:36].max() == 0
    assert lesson.known[0, 16:22, 16:22].min() > 0.9
    assert lesson.flow.isfinite().all()


def test_a_bend_is_undone() -> None:
    bend = Bend.random(8, random())
    places = 0.7 * grid(COARSE).expand(8, -1, -1, -1)
    assert (bend.backward(bend.forward(places)) - places).abs().max() < 5e-3
    assert 0 < int(bend.flipped.sum()) < 8


def test_the_same_seed_draws_the_same(lessons: Lessons) -> None:
    one, other = lessons.draw(4, random()), lessons.draw(4, random())
    assert torch.equal(one.faces, other.faces) and torch.equal(one.flow, other.flow)
    assert one.faces.shape == (4, 1, SIZE, SIZE) and 0 <= float(one.faces.min()) <= float(one.faces.max()) <= 1


def test_light_changes_both_pictures_of_a_pair_alike() -> None:
    grey = torch.full((6, 2, 32, 32), 0.5)
    lit = other_light(grey, random())
    assert torch.equal(lit[:, 0], lit[:, 1])
    assert lit.mean((1, 2, 3)).std() > 0.02
