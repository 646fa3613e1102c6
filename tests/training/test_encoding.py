import math

import pytest
import torch
from torch import Tensor

from emogan.core.emotions import Emotion
from emogan.networks.encoder import Encoded
from emogan.training.encoding import Encoding, apart, crowded, misread, seen_apart

NEUTRAL = Emotion.NEUTRO.number - 1
LEANINGS = torch.tensor([[2.0, 0.0, float("-inf"), 1.0, 0.0, 0.0]] * 3)


class Halves:
    """Sees the left and the right half of an image."""

    def maps(self, images: Tensor) -> list[Tensor]:
        return list(images.chunk(2, dim=3))


def test_images_are_compared_coarse_and_fine() -> None:
    stripes = torch.ones(1, 1, 32, 32)
    stripes[..., ::2] = -1  # grey at every coarser size
    grey = torch.zeros_like(stripes)
    assert apart(stripes, grey).item() == pytest.approx(0.5)  # 1 at 32 pixels, 0 at 16
    assert apart(grey + 1, grey).item() == pytest.approx(1)


def test_maps_are_compared_as_a_share_of_what_they_are() -> None:
    truth = torch.cat([torch.full((1, 1, 4, 4), 2.0), torch.full((1, 1, 4, 4), 8.0)], dim=3)
    made = truth + 1
    assert seen_apart(made, truth, Halves()).item() == pytest.approx((1 / 2 + 1 / 8) / 2)


def test_emotions_count_by_how_strong_they_are_and_neutral_ones_by_strength_alone() -> None:
    read = Encoded(torch.zeros(3, 2), LEANINGS, torch.tensor([0.5, 0.5, 0.5]))
    emotions, strengths = torch.tensor([0, 1, NEUTRAL]), torch.tensor([1.0, 0.5, 0.0])
    whole = math.log(math.e**2 + math.e + 3)
    wrong = (1.0 * (whole - 2) + 0.5 * (whole - 0)) / 1.5
    assert misread(read, emotions, strengths).item() == pytest.approx(wrong + (0.5 + 0 + 0.5) / 3)
    # A neutral face whose strength nobody knows counts as one of strength 0.
    assert misread(read, emotions, torch.tensor([1.0, 0.5, 1.0])) == misread(read, emotions, strengths)
    alone = Encoded(torch.zeros(1, 2), LEANINGS[:1], torch.tensor([0.25]))
    assert misread(alone, torch.tensor([NEUTRAL]), torch.tensor([1.0])).item() == pytest.approx(0.25)


def test_latents_in_one_place_are_crowded() -> None:
    one = torch.tensor([[3.0, 0.0]]).expand(4, -1)
    assert crowded(one).item() == pytest.approx(0)
    opposite = torch.tensor([[1.0, 0.0], [-5.0, 0.0]])
    assert crowded(opposite).item() == pytest.approx(-8)


def test_terms_are_weighted() -> None:
    encoding = Encoding(2.0, 3.0, 5.0, 7.0, 11.0, alone=10, every=2, spoilt=0.5)
    torch.manual_seed(4)
    made, truth = torch.rand(2, 2, 1, 32, 32)
    rebuilt = encoding.rebuilt(made, truth, Halves())
    assert rebuilt.item() == pytest.approx((2 * apart(made, truth) + 3 * seen_apart(made, truth, Halves())).item())
    real, drawn = (Encoded(torch.randn(3, 4), LEANINGS, torch.rand(3)) for _ in range(2))
    latents, emotions, strengths = torch.randn(3, 4), torch.tensor([0, 1, NEUTRAL]), torch.rand(3)
    cosine = torch.stack([a @ b / a.norm() / b.norm() for a, b in zip(drawn.latents, latents, strict=True)]).mean()
    named = misread(real, emotions, strengths) + misread(drawn, emotions, strengths)
    expected = 5 * (1 - cosine) + 7 * named + 11 * crowded(real.latents)
    assert encoding.read(real, drawn, latents, emotions, strengths).item() == pytest.approx(expected.item(), rel=1e-5)
    assert [encoding.due(step) for step in range(4)] == [True, False, True, False]
