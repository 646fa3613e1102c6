import math

import pytest
import torch

from emogan.studying.scores import DRAWS, Asked, Estimate, Scores, closed

CLASSES = [0, 0, 0, 1, 1, 1, 2, 2, 2]
PEOPLE = ["a", "b", "c"] * 3
GOOD = [0, 0, 0, 1, 1, 1, 2, 2, 0]
BAD = [0, 1, 0, 1, 2, 1, 0, 0, 2]


def by_hand(answers: list[int]) -> tuple[list[float], float]:
    """Recall of each class and macro F1, counted one by one."""
    recalls, f1s = [], []
    for place in range(3):
        right = sum(a == t == place for a, t in zip(answers, CLASSES, strict=True))
        true, named = CLASSES.count(place), answers.count(place)
        recalls.append(right / true)
        f1s.append(2 * right / (true + named))
    return recalls, sum(f1s) / 3


def scores(*answers: list[int]) -> Scores:
    return Asked.of(CLASSES, PEOPLE, 3).scores(answers, seed=1)


def test_values_are_the_mean_over_seeds_of_what_counting_gives() -> None:
    found = scores(GOOD, BAD)
    (good, good_f1), (bad, bad_f1) = by_hand(GOOD), by_hand(BAD)
    assert found.recall[0].tolist() == pytest.approx([(g + b) / 2 for g, b in zip(good, bad, strict=True)])
    assert found.balanced_accuracy[0].item() == pytest.approx(sum(good + bad) / 6)
    assert found.macro_f1[0].item() == pytest.approx((good_f1 + bad_f1) / 2)
    assert found.recall_of([1, 2])[0].item() == pytest.approx((good[1] + good[2] + bad[1] + bad[2]) / 4)


def test_the_interval_is_that_of_drawn_people() -> None:
    # One seed, thirty people, one image of each class: recall is a mean over people, whose error is known.
    people = [f"p{number}" for number in range(30)] * 2
    classes = [0] * 30 + [1] * 30
    answers = [0] * 21 + [1] * 9 + [1] * 30
    draws = Asked.of(classes, people, 2).scores([answers], seed=3).recall[1:, 0]
    assert len(draws) == DRAWS
    assert draws.mean().item() == pytest.approx(0.7, abs=0.01)
    assert draws.std().item() == pytest.approx(math.sqrt(0.7 * 0.3 / 30), rel=0.08)


def test_seeds_that_differ_widen_the_interval() -> None:
    people = [f"p{number}" for number in range(30)]
    asked = Asked.of([0] * 30, people, 2)
    alike = asked.scores([[0] * 15 + [1] * 15] * 2, seed=1).recall[1:, 0].std()
    apart = asked.scores([[0] * 30, [1] * 30], seed=1).recall[1:, 0].std()
    assert apart > 2 * alike


def test_how_much_of_what_is_left_is_closed() -> None:
    best, share, more = closed(scores(GOOD), {"bad": scores(BAD), "none": scores([0] * 9)}, [2])
    assert best == "bad"
    assert share.value == pytest.approx((2 / 3 - 1 / 3) / (1 - 1 / 3))
    good, bad = by_hand(GOOD)[0], by_hand(BAD)[0]
    assert more.value == pytest.approx((sum(good) - sum(bad)) / 3)
    assert share.low <= share.value <= share.high


def test_the_same_answers_close_nothing_in_any_draw() -> None:
    _, share, more = closed(scores(BAD), {"bad": scores(BAD)}, [0, 1, 2])
    assert (share.low, share.value, share.high) == (more.low, more.value, more.high) == (0, 0, 0)


def test_where_nothing_is_left_there_is_no_share() -> None:
    _, share, _ = closed(scores(GOOD), {"good": scores(GOOD)}, [0])
    assert math.isnan(share.value)


def test_an_estimate_is_told_in_percent() -> None:
    assert str(Estimate.of(torch.tensor(0.5), torch.linspace(0, 1, 1001))) == "50.0 (2.5 to 97.5)"
