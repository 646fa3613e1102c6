import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from emogan.data.transforms import Border, flip_and_rotate


def picture(side: int = 65) -> Tensor:
    """A smooth picture (1, side, side) in [0, 1] without any symmetry."""
    y, x = torch.meshgrid(torch.linspace(0, 1, side), torch.linspace(0, 1, side), indexing="ij")
    blob = torch.exp(-((x - 0.3) ** 2 + (y - 0.25) ** 2) * 30)
    return (0.2 + 0.3 * x * y + 0.5 * blob).unsqueeze(0)


def draws(count: int, degrees: float, flip: float, seed: int) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """The random choices that the documented order of draws gives: who is mirrored, and the angles in degrees."""
    generator = torch.Generator().manual_seed(seed)
    mirrored = torch.rand(count, generator=generator) < flip
    angles = (2 * torch.rand(count, generator=generator) - 1) * degrees
    return mirrored.numpy(), angles.numpy()


def by_pillow(image: Tensor, mirrored: bool, angle: float, fill: float) -> Tensor:
    """Mirror, then turn counter-clockwise by ``angle`` degrees, all by Pillow."""
    drawn = Image.fromarray(image[0].numpy())
    if mirrored:
        drawn = drawn.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return torch.from_numpy(np.array(drawn.rotate(angle, Image.Resampling.BILINEAR, fillcolor=fill)))


@pytest.mark.parametrize("degrees", [0.0, 5.0, 40.0])
def test_agrees_with_pillow(degrees: float) -> None:
    images = picture().expand(24, -1, -1, -1)
    generator = torch.Generator().manual_seed(3)
    turned = flip_and_rotate(images, 0.5, degrees, "zeros", generator)
    mirrored, angles = draws(24, degrees, 0.5, 3)
    assert 0 < mirrored.sum() < 24
    inside = slice(16, -16)  # the corners' edges are blended differently
    directions = set()
    for image, flipped, angle in zip(turned, mirrored, angles, strict=True):
        errors = {
            sign: (by_pillow(picture(), bool(flipped), sign * float(angle), 0.0) - image[0])[inside, inside].abs().max()
            for sign in (1, -1)
        }
        assert min(errors.values()) < 0.01
        if abs(angle) > 1 and degrees:
            directions.add((bool(flipped), min(errors, key=lambda sign: float(errors[sign]))))
    if degrees:
        # One sense of turning for all plain images and one for all mirrored ones.
        assert len(directions) == 2


def test_each_image_is_decided_on_its_own() -> None:
    images = picture().expand(64, -1, -1, -1)
    turned = flip_and_rotate(images, 0.5, 5, "border", torch.Generator().manual_seed(1))
    assert len({image.numpy().tobytes() for image in turned}) == 64


def test_only_flips() -> None:
    images = picture().expand(400, -1, -1, -1)
    flipped = flip_and_rotate(images, 0.5, 0, "border", torch.Generator().manual_seed(1))
    same = torch.tensor([torch.allclose(image, picture(), atol=1e-5) for image in flipped])
    mirror = torch.tensor([torch.allclose(image, picture().flip(2), atol=1e-5) for image in flipped])
    assert torch.equal(same, ~mirror)
    assert 150 < int(mirror.sum()) < 250
    for chance, count in ((0.0, 0), (1.0, 400)):
        some = flip_and_rotate(images, chance, 0, "border", torch.Generator().manual_seed(1))
        assert sum(torch.allclose(image, picture().flip(2), atol=1e-5) for image in some) == count


@pytest.mark.parametrize(("border", "corner"), [("zeros", 0.0), ("border", 1.0)])
def test_what_a_turn_shows_beyond_the_image(border: Border, corner: float) -> None:
    turned = flip_and_rotate(torch.ones(32, 3, 40, 40), 0, 20, border, torch.Generator().manual_seed(1))
    assert turned[:, :, 15:25, 15:25].min() == pytest.approx(1.0)
    assert turned[:, :, 0, 0].min() == pytest.approx(corner)


@settings(max_examples=30, deadline=None)
@given(degrees=st.floats(0, 180), flip=st.floats(0, 1), seed=st.integers(0, 2**62), channels=st.sampled_from([1, 3]))
def test_values_stay_in_range_and_a_seed_repeats(degrees: float, flip: float, seed: int, channels: int) -> None:
    images = torch.rand(3, channels, 16, 16, generator=torch.Generator().manual_seed(seed))
    once, twice = (
        flip_and_rotate(images, flip, degrees, "border", torch.Generator().manual_seed(seed)) for _ in range(2)
    )
    assert torch.equal(once, twice)
    assert once.shape == images.shape
    assert once.min() >= images.min() - 1e-5
    assert once.max() <= images.max() + 1e-5
