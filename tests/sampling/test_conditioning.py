import pytest
import torch

from emogan.core.emotions import Emotion
from emogan.sampling.conditioning import in_every, mixture, pure, spread

ANGER, FEAR, NEUTRAL = Emotion.RAIVA.number - 1, Emotion.MEDO.number - 1, Emotion.NEUTRO.number - 1


def test_one_emotion_alone() -> None:
    assert torch.equal(mixture({Emotion.RAIVA: 1}, 1.0), pure(torch.tensor(ANGER)))


def test_shares_come_to_one() -> None:
    weights = mixture({Emotion.RAIVA: 1.4, Emotion.MEDO: 0.6}, 1.0)
    assert weights[ANGER].item() == pytest.approx(0.7)
    assert weights[FEAR].item() == pytest.approx(0.3)
    assert weights.sum().item() == pytest.approx(1)


@pytest.mark.parametrize(("intensity", "angry", "neutral"), [(0.0, 0.0, 1.0), (0.5, 0.5, 0.5), (1.5, 1.5, -0.5)])
def test_intensity_is_the_way_from_neutral(intensity: float, angry: float, neutral: float) -> None:
    weights = mixture({Emotion.RAIVA: 1}, intensity)
    assert weights[ANGER].item() == pytest.approx(angry)
    assert weights[NEUTRAL].item() == pytest.approx(neutral)


def test_everybody_in_every_emotion() -> None:
    latents, weights = in_every(torch.tensor([[1.0], [2.0]]), [Emotion.MEDO, Emotion.RAIVA])
    assert latents[:, 0].tolist() == [1, 2, 1, 2]
    assert weights.argmax(dim=1).tolist() == [FEAR, FEAR, ANGER, ANGER]


def test_strengths_are_spread_as_those_given_in_an_order_of_their_own() -> None:
    given = torch.rand(300, generator=torch.Generator().manual_seed(5)) ** 2
    drawn = spread(given, 1000, 3)
    levels = torch.linspace(0.05, 0.95, 19)
    assert torch.allclose(drawn.quantile(levels), given.quantile(levels), atol=0.01)
    assert torch.equal(drawn, spread(given, 1000, 3)) and not torch.equal(drawn, spread(given, 1000, 4))
    assert torch.corrcoef(torch.stack([drawn[:-1], drawn[1:]]))[0, 1].abs() < 0.1  # in no order of strength
