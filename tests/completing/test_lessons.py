import torch
import torch.nn.functional as F

from emogan.completing.lessons import NEUTRAL, Lessons, loss_of, wanted
from emogan.networks.completer import Completed
from tests.translating.made import pairs


def random() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def test_a_lesson_hides_what_it_says_and_no_more() -> None:
    lesson = Lessons(pairs(3, people=4)).draw(8, random())
    assert (
        lesson.truth.shape == lesson.pictures.shape == lesson.covers.shape == lesson.visible.shape == (8, 1, 128, 128)
    )
    assert set(lesson.visible.unique().tolist()) == {0.0, 1.0}
    untouched = (lesson.pictures - lesson.truth).abs()[lesson.visible == 1]
    assert float(untouched.mean()) < 0.03  # grain
    assert not lesson.covers[4:].any() and (lesson.covers[:4].amax((1, 2, 3)) == 1).all()
    assert not (lesson.visible * (lesson.covers > 0.5)).any()
    assert lesson.places.shape == (8, 2, 64, 64) and lesson.skin.shape == (8, 64, 64)


def test_the_truth_costs_nothing_but_what_is_said_of_it() -> None:
    lesson = Lessons(pairs(3, people=4)).draw(4, random())
    right = Completed(lesson.truth, lesson.truth, lesson.places, 40 * (2 * lesson.skin[:, None] - 1))
    found, named = 40 * (2 * lesson.covers - 1), 40 * F.one_hot(wanted(lesson.emotion).argmax(1), 6).float()
    plain = float(loss_of(right, found, named, lesson))
    wrong = right._replace(drawn=lesson.truth + 0.2 * (1 - lesson.visible))
    assert float(loss_of(wrong, found, named, lesson)) > plain + 0.15
    elsewhere = right._replace(places=lesson.places + 0.3)
    assert float(loss_of(elsewhere, found, named, lesson)) > plain + 0.2


def test_a_weak_emotion_is_wanted_as_partly_neutral() -> None:
    found = wanted(torch.tensor([[0.25, 0, 0, 0, 0, 0], [0, 1.0, 0, 0, 0, 0]]))
    assert torch.allclose(found.sum(1), torch.ones(2)) and torch.isclose(found[0, NEUTRAL], torch.tensor(0.5))
    assert float(found[1, 1]) == 1
