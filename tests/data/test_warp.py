import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from emogan.data.variations import AS_THEY_ARE, Variations
from emogan.data.warp import warp


def dots(side: int, *places: tuple[int, int]) -> Tensor:
    """An image (1, side, side) with a soft dot at each place (row, column)."""
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    blobs = [torch.exp(-((rows - row) ** 2 + (columns - column) ** 2) / 18) for row, column in places]
    return torch.stack(blobs).amax(dim=0)[None]


def found(image: Tensor) -> Tensor:
    """Row and column of the centre of mass of each image (n, h, w): (n, 2)."""
    mass = image / image.sum((1, 2), keepdim=True)
    places = torch.arange(image.shape[-1]).float()
    return torch.stack([(mass.sum(2) * places).sum(1), (mass.sum(1) * places).sum(1)], dim=1)


def random(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_points_move_as_far_as_said() -> None:
    side, count = 129, 400
    middle, eye = (warp(dots(side, place).expand(count, -1, -1, -1), 0.02, random()) for place in ((64, 64), (48, 40)))
    # The middle stays there across; down, it moves as its point does.
    moved = (found(middle[:, 0]) - 64) / side
    assert moved[:, 1].abs().max() < 0.002
    assert moved[:, 0].std() == pytest.approx(0.02, rel=0.15)
    assert 0.008 < ((found(eye[:, 0]) - torch.tensor([48.0, 40.0])) / side)[:, 1].std() < 0.03


def test_both_halves_alike() -> None:
    face = dots(96, (30, 30), (30, 65), (60, 40), (60, 55))  # mirrored at column 47.5, the middle
    warped = warp(face.expand(50, -1, -1, -1), 0.02, random())
    torch.testing.assert_close(warped, warped.flip(3), atol=1e-4, rtol=0)
    assert (warped - face).abs().amax((1, 2, 3)).min() > 0.02  # and every one is another


@settings(max_examples=20, deadline=None)
@given(amount=st.floats(0, 0.1), seed=st.integers(0, 2**62), channels=st.sampled_from([1, 3]))
def test_values_stay_in_range_and_a_seed_repeats(amount: float, seed: int, channels: int) -> None:
    images = torch.rand(3, channels, 16, 16, generator=random(seed))
    once, twice = (warp(images, amount, random(seed)) for _ in range(2))
    assert torch.equal(once, twice) and once.shape == images.shape
    assert images.min() - 1e-5 <= once.min() and once.max() <= images.max() + 1e-5


def test_nothing_changes_without_variations() -> None:
    images = torch.rand(4, 1, 16, 16)
    torch.testing.assert_close(warp(images, 0.0, random()), images)
    assert AS_THEY_ARE(images, random()) is images


def test_warping_comes_after_mirroring() -> None:
    images = torch.rand(4, 1, 16, 16)
    mirrored = Variations(flip=1, rotation=0, border="border", warp=0)(images, random())
    torch.testing.assert_close(mirrored, images.flip(3))
    both = Variations(flip=1, rotation=0, border="border", warp=0.05)(images, random())
    stream = random()
    torch.rand(2, 4, generator=stream)  # what mirroring and turning drew
    torch.testing.assert_close(both, warp(images.flip(3), 0.05, stream))
