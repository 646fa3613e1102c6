import pytest
import torch

from emogan.metrics.classification import accuracy, confusion, recall


def test_rows_are_shown_and_columns_named() -> None:
    counts = confusion(torch.tensor([0, 0, 3, 3, 3]), torch.tensor([0, 1, 3, 3, 5]))
    assert counts[0].tolist() == [1, 1, 0, 0, 0, 0]
    assert counts[3].tolist() == [0, 0, 0, 2, 0, 1]


def test_emotions_weigh_the_same_and_those_not_shown_nothing() -> None:
    counts = confusion(torch.tensor([0] * 10 + [3, 3]), torch.tensor([0] * 10 + [3, 5]))
    assert accuracy(counts) == pytest.approx((1 + 0.5) / 2)
    assert recall(counts).isnan().tolist() == [False, True, True, False, True, True]
