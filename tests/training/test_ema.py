import pytest
import torch
from torch import nn

from emogan.training.ema import Average, decay


def test_half_life_is_counted_in_images() -> None:
    assert decay(images=500, seen=10**6, half_life=500) == pytest.approx(0.5)
    assert decay(images=50, seen=10**6, half_life=500) ** 10 == pytest.approx(0.5)


def test_early_on_the_average_forgets_faster() -> None:
    assert decay(images=10, seen=10, half_life=500) < 0.01
    assert decay(images=10, seen=1000, half_life=500) == pytest.approx(0.5 ** (10 / 100))


def test_average_follows_the_recurrence() -> None:
    linear, norm = nn.Linear(2, 3), nn.BatchNorm1d(3)
    network = nn.Sequential(linear, norm)
    clock = {"seen": 0}
    average = Average(network, 64, lambda: clock["seen"])
    expected: torch.Tensor | None = None
    for _ in range(5):
        network(torch.randn(8, 2))
        with torch.no_grad():
            linear.weight.add_(torch.randn(3, 2))
        clock["seen"] += 8
        average.update_parameters(network)
        live = linear.weight.detach().clone()
        share = 0.5 ** (8 / min(64, 0.1 * clock["seen"]))
        expected = live if expected is None else share * expected + (1 - share) * live
    assert expected is not None
    averaged = average.module.state_dict()
    torch.testing.assert_close(averaged["0.weight"], expected)
    assert averaged["1.num_batches_tracked"] == 5  # counters are copied, not averaged
