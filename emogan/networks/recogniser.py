"""A small network that names the six emotions; its last layer but one is the space that faces are compared in."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emogan.core.emotions import EMOTIONS

SIZE = 64  # pixels that it looks at


def prepare(images: Tensor) -> Tensor:
    """Images (n, c, h, w) with values from 0 to 255 as grey (n, 1, 64, 64) from -2 to 2.

    Light and contrast stay: a generator whose faces are too bright or too flat is further from real ones.
    """
    grey = images.float().mean(dim=1, keepdim=True)
    grey = F.interpolate(grey, (SIZE, SIZE), mode="bilinear", antialias=True, align_corners=False)
    return grey / 64 - 2


def block(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    """Convolution, batch norm, ReLU."""
    convolution = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Recogniser(nn.Module):
    """Seven convolutions, a feature vector, and two heads: the emotion, and the face drawn again at half the size.

    The second head makes the features hold who is shown and how, not the emotion alone; without it, real faces of other
    people, copies and an average face lie equally near to one another (docs/measures.md has the figures).

    Args:
        width: channels of the first convolutions.
        features: length of the feature vector.
    """

    centre: Tensor
    spread: Tensor

    def __init__(self, width: int, features: int) -> None:
        super().__init__()
        w = width
        self.body = nn.Sequential(
            *(block(1, w, 2), block(w, w, 1), block(w, 2 * w, 2), block(2 * w, 2 * w, 1)),
            *(block(2 * w, 4 * w, 2), block(4 * w, 4 * w, 1), block(4 * w, 4 * w, 2)),
            *(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(16 * w, features)),
        )
        self.emotion = nn.Linear(features, len(EMOTIONS))
        self.redraw = nn.Sequential(
            *(nn.Linear(features, 64 * 16), nn.Unflatten(1, (64, 4, 4)), nn.ReLU(inplace=True)),
            *(nn.Upsample(scale_factor=2), nn.Conv2d(64, 32, 3, padding=1), nn.ReLU(inplace=True)),
            *(nn.Upsample(scale_factor=2), nn.Conv2d(32, 16, 3, padding=1), nn.ReLU(inplace=True)),
            *(nn.Upsample(scale_factor=2), nn.Conv2d(16, 1, 3, padding=1)),
        )
        # Of the features of the faces it was trained on: measures see features of mean 0 and deviation 1.
        self.register_buffer("centre", torch.zeros(features))
        self.register_buffer("spread", torch.ones(features))

    def forward(self, prepared: Tensor) -> tuple[Tensor, Tensor]:
        """Prepared images to logits (n, 6) and the faces drawn again (n, 1, 32, 32)."""
        raw = self.body(prepared)
        return self.emotion(F.relu(raw)), self.redraw(raw)

    def look(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Features (n, d), standardised, and the place of the emotion (n,) that is named, of images of any size."""
        features, logits = self.read(images)
        return features, logits.argmax(dim=1)

    @torch.no_grad()
    def read(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Features (n, d), standardised, and logits (n, 6) of images of any size."""
        was_training = self.training
        self.eval()
        features, logits = [], []
        for batch in images.split(256):
            raw = self.body(prepare(batch))
            features.append((raw - self.centre) / self.spread)
            logits.append(self.emotion(F.relu(raw)))
        self.train(was_training)
        return torch.cat(features), torch.cat(logits)
