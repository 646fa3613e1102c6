"""How far generated faces as a whole are from real ones: KID and FID, on features."""

import warnings

import torch
from torch import Tensor, nn
from torchmetrics.image.kid import KernelInceptionDistance, poly_kernel

FEWEST = 10  # faces on either side; below that a distance says nothing


class _AsTheyAre(nn.Module):
    """Hands features through, where torchmetrics expects a network that makes them."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.num_features = features

    def forward(self, features: Tensor) -> Tensor:
        return features


def kid(real: Tensor, fake: Tensor, subsets: int, subset_size: int, seed: int) -> tuple[float, float]:
    """Kernel distance, unbiased: mean and deviation over random subsets of both sides.

    Args:
        real: features (n, d).
        fake: features (m, d).
        subset_size: faces in a subset; never more than either side has.
        seed: of the choice of subsets.

    Source: Binkowski et al., "Demystifying MMD GANs" (2018), polynomial kernel of degree 3.
    """
    size = min(subset_size, len(real), len(fake))
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*will save all extracted features in buffer.*")  # a few thousand vectors
        torch.default_generator.manual_seed(seed)  # torchmetrics draws from the global stream
        metric = KernelInceptionDistance(
            _AsTheyAre(real.shape[1]),
            subsets=subsets,
            subset_size=size,
            sync_on_compute=False,  # of several processes that train together one alone measures
        )
        metric.update(real, real=True)
        metric.update(fake, real=False)
        mean, deviation = metric.compute()
    return float(mean), float(deviation)


def whole_kid(real: Tensor, fake: Tensor) -> float:
    """The same of all faces at once: cheaper than many subsets, without a spread."""
    m, n = len(real), len(fake)
    among_real, among_fake = poly_kernel(real, real), poly_kernel(fake, fake)
    within = (among_real.sum() - among_real.trace()) / (m * (m - 1)) + (among_fake.sum() - among_fake.trace()) / (
        n * (n - 1)
    )
    return float(within - 2 * poly_kernel(real, fake).mean())


def fid(real: Tensor, fake: Tensor) -> float:
    """Frechet distance of features (n, d) and (m, d), which depends on n and m: a habit, for comparison.

    Source: Heusel et al., "GANs trained by a two time-scale update rule" (2017). The root of the product of both
    covariances is taken through that of a symmetric matrix with the same eigenvalues, which are never below 0: general
    solvers give complex ones for covariances of few faces, and end the process where a value is no number.
    """
    x, y = real.double(), fake.double()
    a, b = torch.cov(x.T), torch.cov(y.T)
    values, vectors = torch.linalg.eigh(a)
    root = vectors * values.clamp_min(0).sqrt() @ vectors.T
    product = torch.linalg.eigvalsh(root @ b @ root).clamp_min(0).sqrt().sum()
    return float((x.mean(0) - y.mean(0)).square().sum() + a.trace() + b.trace() - 2 * product)
