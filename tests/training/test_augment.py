import math

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck

from emogan.core.geometry import move
from emogan.training.adaptive import AdaptiveStrength
from emogan.training.augment import DiffAugment, change_light, hide_squares

ADAPT = AdaptiveStrength(start=0.5, most=0.8, target=0.5, images=1000, every=4)
EVERYTHING = DiffAugment(light=0.2, contrast=0.3, shift=0.1, scale=0.2, turn=10, hide=0.4, strength=ADAPT)


def faces(count: int = 8, channels: int = 1) -> Tensor:
    """Smooth images (n, c, 32, 32) in [-1, 1]."""
    coarse = torch.rand(count, channels, 4, 4, generator=torch.Generator().manual_seed(1)) * 2 - 1
    return torch.nn.functional.interpolate(coarse, 32, mode="bicubic").clamp(-1, 1)


def run(augment: DiffAugment, images: Tensor, strength: float, seed: int = 0) -> Tensor:
    ways = augment.ways(len(images), torch.tensor(strength), torch.Generator().manual_seed(seed))
    return augment(images, ways)


def test_strength_nought_changes_nothing() -> None:
    torch.testing.assert_close(run(EVERYTHING, faces(), 0.0), faces(), atol=1e-5, rtol=0)


@pytest.mark.parametrize("channels", [1, 3])
def test_full_strength_changes_every_image_differently(channels: int) -> None:
    images = faces(1, channels).expand(6, -1, -1, -1)
    seen = run(EVERYTHING, images, 1.0)
    assert seen.shape == images.shape
    for one in range(6):
        assert not torch.allclose(seen[one], images[one], atol=0.02)
        for other in range(one):
            assert not torch.allclose(seen[one], seen[other], atol=0.02)


def test_strength_is_the_share_of_images_that_each_way_touches() -> None:
    only_light = DiffAugment(light=0.2, contrast=0, shift=0, scale=0, turn=0, hide=0, strength=ADAPT)
    images = torch.zeros(2000, 1, 2, 2)
    touched = (run(only_light, images, 0.3).abs().amax((1, 2, 3)) > 1e-6).float().mean()
    assert touched.item() == pytest.approx(0.3, abs=0.04)
    assert run(only_light, images, 0.3).abs().max() <= 0.2


def test_the_same_stream_gives_the_same_images_another_gives_others() -> None:
    assert torch.equal(run(EVERYTHING, faces(), 0.7, seed=3), run(EVERYTHING, faces(), 0.7, seed=3))
    assert not torch.equal(run(EVERYTHING, faces(), 0.7, seed=3), run(EVERYTHING, faces(), 0.7, seed=4))


def test_gradients_pass_through_exactly() -> None:
    images = faces(2)[:, :, ::4, ::4].double().requires_grad_(True)
    assert gradcheck(lambda x: run(EVERYTHING, x, 1.0, seed=2), images)


def test_light_and_contrast() -> None:
    image = torch.tensor([[[[-0.5, 0.5], [0.1, -0.1]]]])
    torch.testing.assert_close(change_light(image, torch.tensor([0.25]), torch.tensor([2.0])), image * 2 + 0.25)


def test_a_shift_moves_right_and_down_by_whole_pixels() -> None:
    image = torch.zeros(1, 1, 8, 8)
    image[0, 0, 2, 3] = 1
    moved = move(image, torch.tensor([[2 * 2 / 8, 2 * 1 / 8]]), torch.ones(1), torch.zeros(1))
    expected = torch.zeros(1, 1, 8, 8)
    expected[0, 0, 3, 5] = 1
    torch.testing.assert_close(moved, expected, atol=1e-5, rtol=0)


def test_a_quarter_turn_is_rot90_and_scale_two_doubles() -> None:
    image = faces(1)
    turned = move(image, torch.zeros(1, 2), torch.ones(1), torch.tensor([math.pi / 2]))
    options = [torch.rot90(image, k, (2, 3)) for k in (1, 3)]
    assert any(torch.allclose(turned, option, atol=1e-4) for option in options)
    larger = move(image, torch.zeros(1, 2), torch.tensor([2.0]), torch.zeros(1))
    doubled = torch.nn.functional.interpolate(image[:, :, 8:24, 8:24], 32, mode="bilinear")
    torch.testing.assert_close(larger[:, :, 4:-4, 4:-4], doubled[:, :, 4:-4, 4:-4], atol=1e-4, rtol=0)


def test_a_hidden_square_has_its_size_and_place_and_is_mid_grey() -> None:
    image = torch.ones(2, 1, 16, 16)
    seen = hide_squares(image, torch.tensor([[0.5, 0.25], [0.5, 0.5]]), torch.tensor([0.25, 0.0]))
    expected = torch.ones(2, 1, 16, 16)
    expected[0, 0, 2:6, 6:10] = 0
    assert torch.equal(seen, expected)
