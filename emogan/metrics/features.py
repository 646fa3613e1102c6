"""Whether features can be measured with."""

from torch import Tensor

from emogan.core.errors import UserError

LARGEST = 1e5  # of a feature: the kernel's third power of a sum of squares (KID's) stays within fp32


def check_features(features: Tensor, of: str) -> None:
    """Raise a UserError when features (n, d) are no vectors of numbers that can be measured with.

    Args:
        of: what made them, for the message.
    """
    if features.ndim != 2 or not features.shape[1]:
        raise UserError(f"{of} gives {tuple(features.shape)}: expected a vector for each face, (n, d).")
    if not bool(features.isfinite().all()) or float(features.abs().max()) > LARGEST:
        raise UserError(
            f"{of} gives values that are no numbers, or above {LARGEST:,.0f}: nothing can be measured with them;"
            " use other weights or another feature."
        )
