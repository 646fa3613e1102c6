import pytest
import torch
from torch import Tensor, nn

from emogan.training.penalties import GradientPenalties


class Linear(nn.Module):
    """Its gradient is its weight, wherever one looks."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([[2.0, 0.0], [0.0, 1.0]]))

    def forward(self, images: Tensor, emotion: Tensor) -> Tensor:
        return (images[:, 0] * self.weight).sum((1, 2)) * emotion[:, 0]


REAL, FAKE = torch.randn(4, 1, 2, 2), torch.randn(4, 1, 2, 2)
EMOTION = torch.tensor([1.0, 1.0, 2.0, 2.0])[:, None].expand(-1, 6)  # mean of the squares: 2.5


@pytest.mark.parametrize(("real", "fake", "expected"), [(1.0, 0.0, 12.5), (0.0, 2.0, 25.0), (1.0, 2.0, 37.5)])
def test_half_the_weighted_squared_norm_of_the_gradient(real: float, fake: float, expected: float) -> None:
    penalty = GradientPenalties(real, fake, every=2)(Linear(), REAL, FAKE, EMOTION)
    assert penalty.item() == pytest.approx(expected)  # the squared norm is 5 for a weight of 1


def test_it_reaches_the_weights_through_the_gradient() -> None:
    network = Linear()
    GradientPenalties(1.0, 0.0, every=1)(network, REAL, FAKE, EMOTION).backward()
    assert network.weight.grad is not None
    torch.testing.assert_close(network.weight.grad, 2.5 * network.weight.detach())


def test_it_is_reckoned_in_fp32_under_autocast() -> None:
    layer = nn.Sequential(nn.Flatten(), nn.Linear(4, 8), nn.Softplus(), nn.Linear(8, 1))

    class Network(nn.Module):
        def forward(self, images: Tensor, emotion: Tensor) -> Tensor:
            return layer(images)[:, 0]  # type: ignore[no-any-return]

    plain = GradientPenalties(1.0, 1.0, every=1)(Network(), REAL, FAKE, EMOTION)
    with torch.autocast("cpu", torch.bfloat16):
        cast = GradientPenalties(1.0, 1.0, every=1)(Network(), REAL.bfloat16().float(), FAKE, EMOTION)
    assert cast.dtype == torch.float32
    torch.testing.assert_close(plain, cast, rtol=0.02, atol=0)


def test_it_is_due_now_and_then_or_never() -> None:
    assert [step for step in range(20) if GradientPenalties(1.0, 0.0, every=8).due(step)] == [0, 8, 16]
    assert not any(GradientPenalties(0.0, 0.0, every=1).due(step) for step in range(20))
