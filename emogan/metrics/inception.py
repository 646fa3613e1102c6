"""The features of an Inception network trained on ImageNet, as most papers measure: the extra ``inception``."""

from pathlib import Path

import torch
from torch import Tensor, nn

from emogan.core.errors import UserError, missing_extra


class InceptionFeatures(nn.Module):
    """Float images (n, 1 or 3, h, w) in [0, 1] to features (n, 2048).

    Args:
        weights: torch-fidelity's ``weights-inception-2015-12-05-6726825d.pth``; None downloads it.

    Raises:
        UserError: when torch-fidelity is not installed, or the weights cannot be had.
    """

    def __init__(self, weights: str | None) -> None:
        super().__init__()
        try:
            import torch_fidelity  # noqa: F401
            from torchmetrics.image.fid import NoTrainInceptionV3
        except ImportError as error:
            raise missing_extra("torch-fidelity", "inception") from error
        if weights is not None and not Path(weights).is_file():
            raise UserError(f"feature.weights={weights} does not exist: expected a file of Inception's weights.")
        try:
            self.network = NoTrainInceptionV3(
                name="inception-v3-compat", features_list=["2048"], feature_extractor_weights_path=weights
            )
        except Exception as error:
            where = "be downloaded" if weights is None else f"be read from {weights}"
            raise UserError(
                f"Inception's weights cannot {where} ({type(error).__name__}): give feature.weights=FILE with"
                " weights-inception-2015-12-05-6726825d.pth, or use feature=recogniser."
            ) from error

    def forward(self, images: Tensor) -> Tensor:
        """Features (n, 2048)."""
        colour = images.expand(-1, 3, -1, -1) if images.shape[1] == 1 else images
        features: Tensor = self.network((colour * 255).round().to(torch.uint8))
        return features
