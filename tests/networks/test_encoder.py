import pytest
import torch

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.networks.encoder import STRONGEST, Encoded, StyleEncoder
from emogan.sampling.conditioning import graded

NEUTRAL = Emotion.NEUTRO.number - 1


def encoder(**changes: int) -> StyleEncoder:
    torch.manual_seed(1)
    return StyleEncoder(
        **{"latent_dim": 8, "image_size": 32, "channels": 1, "width": 4, "widest": 8, "features": 6} | changes
    )


def test_latents_lie_where_the_generator_takes_them_to_be() -> None:
    for channels in (1, 3):
        read = encoder(channels=channels)(torch.rand(5, channels, 32, 32) * 2 - 1)
        assert read.latents.shape == (5, 8) and read.leanings.shape == (5, 6) and read.strengths.shape == (5,)
        assert torch.allclose(read.latents.norm(dim=1), torch.full((5,), 8**0.5))
        assert ((read.strengths > 0) & (read.strengths < STRONGEST)).all()
        assert torch.allclose(read.weights.sum(1), torch.ones(5))


def test_weights_are_those_of_the_emotion_at_that_strength() -> None:
    places, strengths = torch.tensor([0, 1, 3, 4, 5]), torch.tensor([0.3, 0.7, 1.0, 1.1, 0.0])
    sure = torch.full((5, 6), -100.0)
    sure[torch.arange(5), places] = 100.0
    sure[:, NEUTRAL] = float("-inf")
    assert torch.allclose(Encoded(torch.zeros(5, 2), sure, strengths).weights, graded(places, strengths), atol=1e-6)
    # In doubt between two, half of each.
    both = torch.full((1, 6), float("-inf"))
    both[0, [0, 1]] = 2.0
    weights = Encoded(torch.zeros(1, 2), both, torch.tensor([0.8])).weights[0]
    assert weights.tolist() == pytest.approx([0.4, 0.4, 0.2, 0, 0, 0], abs=1e-6)


def test_a_size_that_cannot_be_is_told() -> None:
    with pytest.raises(UserError, match="image_size=48 is not usable"):
        encoder(image_size=48)
