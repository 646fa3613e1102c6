"""The versions that a run's bits depend on, known without importing anything of them."""

import platform
from importlib.metadata import PackageNotFoundError, version

# Those that compute, decode, or say what is computed.
PACKAGES = (
    *("emogan", "torch", "torchvision", "pytorch-lightning", "hydra-core", "omegaconf"),
    *("numpy", "scikit-image", "pillow", "torchmetrics", "safetensors"),
)


def versions(packages: tuple[str, ...] = PACKAGES) -> dict[str, str]:
    """The version of Python and of each of ``packages`` that is installed."""
    found = {"python": platform.python_version()}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # an extra that nobody needs here
            continue
    return found
