import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.studying.imbalance import KINDS, SHARES, cut, short_of, stay

FULL = dict.fromkeys(EMOTIONS, 100)
RAIVA, MEDO = Emotion.RAIVA, Emotion.MEDO


def test_one_and_two_emotions_are_cut_and_the_others_stay() -> None:
    one = cut(FULL, "one", [RAIVA, MEDO], 12)
    assert one == {**FULL, RAIVA: 12}
    assert short_of(one) == [RAIVA]
    two = cut(FULL, "two", [RAIVA, MEDO], 12)
    assert two == {**FULL, RAIVA: 12, MEDO: 12}
    assert short_of(two) == [MEDO, RAIVA]  # as in the menu


def test_own_and_whole_stay_as_they_are() -> None:
    counts = {**FULL, MEDO: 3}
    assert cut(counts, "own", [], 12) == cut(counts, "whole", [], 12) == counts
    assert short_of(counts) == [MEDO]
    assert not short_of(FULL)


def test_fer2013_has_the_shares_of_its_training_images() -> None:
    left = cut(FULL, "fer2013", [], 12)
    # 28,709 training images less 436 of disgust, as the competition's paper has them
    assert sum(SHARES.values()) == 28_709 - 436
    assert left == {
        Emotion.FELICIDADE: 100,
        MEDO: 57,
        Emotion.NEUTRO: 69,
        RAIVA: 55,
        Emotion.SURPRESA: 44,
        Emotion.TRISTEZA: 67,
    }


@pytest.mark.parametrize(
    ("kind", "short", "images", "told"),
    [
        ("one", [RAIVA], 100, r"short=raiva is to be cut to images=100, .* show it 100 times: give another"),
        ("one", [RAIVA], 101, "images=101"),
        ("two", [RAIVA], 12, r"imbalances=two cuts 2 emotions, short names 1: give short=\[A,B\]"),
    ],
)
def test_what_cannot_be_cut_is_told(kind: str, short: list[Emotion], images: int, told: str) -> None:
    with pytest.raises(UserError, match=told):
        cut(FULL, kind, short, images)


def test_an_emotion_that_the_database_lacks_cannot_be_cut() -> None:
    with pytest.raises(UserError, match=r"short=raiva .* show it 0 times"):
        cut({MEDO: 50, Emotion.NEUTRO: 50}, "one", [RAIVA], 12)


@given(
    counts=st.lists(st.integers(1, 60), min_size=6, max_size=6),
    kind=st.sampled_from(KINDS),
    seed=st.integers(1, 1000),
)
def test_as_many_stay_as_are_left_and_smaller_cuts_lie_in_larger_ones(counts: list[int], kind: str, seed: int) -> None:
    numbers = dict(zip(EMOTIONS, (count + 1 for count in counts), strict=True))
    emotions = torch.repeat_interleave(torch.arange(6), torch.tensor(list(numbers.values())))
    left = cut(numbers, kind, [RAIVA, MEDO], 1)
    places = stay(emotions, left, seed)
    assert torch.bincount(emotions[places], minlength=6).tolist() == list(left.values())
    assert len(places.unique()) == len(places) and bool((places.diff() > 0).all())
    less = stay(emotions, {**left, MEDO: 1}, seed)
    assert set(less.tolist()) <= set(places.tolist())


def test_another_seed_keeps_other_images() -> None:
    emotions = torch.full((100,), EMOTIONS.index(RAIVA))
    assert stay(emotions, {RAIVA: 12}, 1).tolist() != stay(emotions, {RAIVA: 12}, 2).tolist()
