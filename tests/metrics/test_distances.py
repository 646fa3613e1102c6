import numpy as np
import pytest
import scipy.linalg
import torch
from torch import Tensor, nn

from emogan.core.errors import UserError
from emogan.data.face_set import Faces
from emogan.metrics.distances import fid, kid, whole_kid
from emogan.metrics.measuring import see
from emogan.networks.recogniser import Recogniser


def features(count: int, shift: float, seed: int) -> Tensor:
    return torch.randn(count, 12, generator=torch.Generator().manual_seed(seed)) + shift


def test_kid_is_the_unbiased_estimate_with_the_cubic_kernel() -> None:
    """Subsets of all faces are all the same one, so that the mean over them is the plain estimate."""
    real, fake = features(30, 0, 0), features(30, 0.7, 1)
    x, y = real.double().numpy(), fake.double().numpy()
    total = 0.0
    for i in range(30):
        for j in range(30):
            total -= 2 / 900 * (x[i] @ y[j] / 12 + 1) ** 3
            if i != j:
                total += ((x[i] @ x[j] / 12 + 1) ** 3 + (y[i] @ y[j] / 12 + 1) ** 3) / (30 * 29)
    mean, deviation = kid(real, fake, subsets=3, subset_size=30, seed=0)
    assert mean == pytest.approx(total, rel=1e-4)
    assert deviation == pytest.approx(0, abs=1e-5)
    assert whole_kid(real, fake) == pytest.approx(total, rel=1e-4)
    assert kid(real, fake[:20], 400, 20, seed=0)[0] == pytest.approx(whole_kid(real, fake[:20]), abs=0.1)


def test_a_subset_is_never_larger_than_the_sample() -> None:
    mean, deviation = kid(features(12, 0, 0), features(500, 3, 1), subsets=20, subset_size=100, seed=0)
    assert mean > 1 and deviation > 0


def test_kid_of_a_seed_repeats_and_leaves_the_global_stream_alone() -> None:
    real, fake = features(40, 0, 0), features(40, 0.2, 1)
    before = torch.get_rng_state()
    assert kid(real, fake, 10, 20, seed=5) == kid(real, fake, 10, 20, seed=5) != kid(real, fake, 10, 20, seed=6)
    assert torch.equal(before, torch.get_rng_state())


def test_fid_agrees_with_the_matrix_square_root() -> None:
    real, fake = features(200, 0, 0), features(150, 0.5, 1) * 1.3
    x, y = real.double().numpy(), fake.double().numpy()
    a, b = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = scipy.linalg.sqrtm(a @ b).real
    expected = ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(a + b - 2 * root)
    assert fid(real, fake) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(("faces", "size"), [(12, 5), (40, 60), (300, 128)])
def test_fid_of_few_faces_and_of_the_same_faces(faces: int, size: int) -> None:
    """Covariances of fewer faces than features are singular: the general solver's eigenvalues are complex there."""
    generator = torch.Generator().manual_seed(faces)
    real, fake = torch.randn(faces, size, generator=generator), torch.rand(faces + 3, size, generator=generator)
    x, y = real.double().numpy(), fake.double().numpy()
    a, b = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    values = np.linalg.eigvals(a @ b)  # as torchmetrics computes it
    expected = ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(a + b) - 2 * np.sqrt(values.astype(complex)).real.sum()
    assert fid(real, fake) == pytest.approx(expected, rel=1e-4)
    assert fid(fake, real) == pytest.approx(fid(real, fake), rel=1e-6)
    assert fid(real, real) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -float("inf"), 1e38, 1e6])
def test_features_that_are_no_numbers_end_in_a_sentence(wrong: float) -> None:
    """They ended the process with SIGSEGV."""
    few, recogniser, spoilt = noise(), Recogniser(2, 4), Recogniser(2, 4)
    spoilt.centre[0] = wrong
    with pytest.raises(UserError, match=r"^The recogniser gives values that are no numbers, or above 100,000: nothing"):
        see(few, spoilt, None)
    feature = Spoilt(wrong)
    with pytest.raises(UserError, match=r"^feature=Spoilt gives values that are no numbers"):
        see(few, recogniser, feature)
    assert len(see(few, recogniser, None)) == 20


def test_a_feature_that_makes_no_vectors_is_told() -> None:
    with pytest.raises(UserError, match=r"^feature=Empty gives \(20, 0\): expected a vector for each face"):
        see(noise(), Recogniser(2, 4), Empty())


def noise() -> Faces:
    """Twenty faces of nobody."""
    images = torch.randint(0, 256, (20, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    return Faces(images, torch.arange(20) % 6, tuple(map(str, range(20))))


class Spoilt(nn.Module):
    """Features with one wrong value."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = value

    def forward(self, images: Tensor) -> Tensor:
        features = images.flatten(1).clone()
        features[-1, -1] = self.value
        return features


class Empty(nn.Module):
    """No features."""

    def forward(self, images: Tensor) -> Tensor:
        return images.new_zeros(len(images), 0)
