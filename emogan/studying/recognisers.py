"""The recognisers that a study trains, from nothing: the project's own, and a standard one."""

import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models import resnet18

from emogan.networks.recogniser import Recogniser

PIXELS = 48  # FER2013's size, at which recognisers of emotions are often compared
WIDTH, FEATURES = 24, 128  # of the small one


def prepare(images: Tensor) -> Tensor:
    """Images (n, c, 48, 48) with values from 0 to 255 as grey (n, 1, 48, 48) from -2 to 2."""
    return images.float().mean(dim=1, keepdim=True) / 64 - 2


class Small(nn.Module):
    """Seven convolutions (:class:`emogan.networks.recogniser.Recogniser`, without its second head)."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.body = Recogniser(WIDTH, FEATURES).body
        self.head = nn.Linear(FEATURES, classes)

    def forward(self, prepared: Tensor) -> Tensor:
        """Prepared images (n, 1, 48, 48) to logits (n, classes)."""
        logits: Tensor = self.head(F.relu(self.body(prepared)))
        return logits


class ResNet18(nn.Module):
    """torchvision's ResNet-18 (He et al. 2015) as it is, without weights; grey images are given to all its channels."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.network = resnet18(weights=None, num_classes=classes)

    def forward(self, prepared: Tensor) -> Tensor:
        """Prepared images (n, 1, 48, 48) to logits (n, classes)."""
        logits: Tensor = self.network(prepared.expand(-1, 3, -1, -1))
        return logits


RECOGNISERS: dict[str, type[Small] | type[ResNet18]] = {"small": Small, "resnet18": ResNet18}
