import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from emogan.training.adaptive import AdaptiveStrength, overfitting

ADAPT = AdaptiveStrength(start=0.5, most=0.8, target=0.5, images=1000, every=4)


def test_overfitting_is_the_place_of_unseen_people_between_real_and_fake() -> None:
    real, fake = torch.tensor([3.0, 5.0]), torch.tensor([-1.0, 1.0])
    assert overfitting(real, fake, torch.tensor([4.0])) == 0  # like those trained on
    assert overfitting(real, fake, torch.tensor([0.0])) == 1  # like fakes
    assert overfitting(real, fake, torch.tensor([1.0])) == pytest.approx(0.75)
    assert overfitting(real + 7, fake + 7, torch.tensor([8.0])) == pytest.approx(0.75)  # levels mean nothing
    assert overfitting(fake, real, torch.tensor([1.0])) == 0


def test_strength_follows_the_signal_at_its_pace() -> None:
    assert ADAPT.next(0.5, signal=0.9, seen=100) == pytest.approx(0.6)
    assert ADAPT.next(0.5, signal=0.1, seen=100) == pytest.approx(0.4)
    assert [step for step in range(9) if ADAPT.due(step)] == [0, 4, 8]


@given(st.floats(0, 0.8), st.floats(-10, 10), st.integers(0, 10_000))
def test_strength_stays_in_its_range(strength: float, signal: float, seen: int) -> None:
    assert 0 <= ADAPT.next(strength, signal, seen) <= ADAPT.most
