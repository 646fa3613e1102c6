"""A small network that says where the landmarks of a face are, whether it is one, and which way it is turned."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SIZE = 96  # pixels that it looks at
LANDMARKS = 70  # as emogan render writes them: the usual 68, then the pupils
CELLS = 24  # of a heat map across
_EYES = [45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40]
_LIPS = [54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65]
# Which landmark a landmark becomes in a mirror.
MIRRORED = [*range(16, -1, -1), *range(26, 16, -1), 27, 28, 29, 30, *range(35, 30, -1), *_EYES, *_LIPS, 69, 68]


class Reading(NamedTuple):
    """What the network says of n crops.

    Attributes:
        heat: logits (n, 70, 24, 24) of where each landmark is.
        places: (n, 70, 2) landmarks, x and y as shares of the crop's side.
        face: (n,) logit that it is a face.
        turn: (n, 2) yaw and pitch of the camera around the sitter, in units of 45 degrees.
    """

    heat: Tensor
    places: Tensor
    face: Tensor
    turn: Tensor


def _block(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Landmarker(nn.Module):
    """Down to 6 cells across, up again to 24, one heat map a landmark; its mean is the landmark's place (the integral
    regression of Sun et al. 2018, arXiv 1711.08229).

    Args:
        width: channels of the first layer; the deeper ones have up to six times as many.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        w = width
        self.first = _block(1, w, 2)
        self.second = nn.Sequential(_block(w, 2 * w, 2), _block(2 * w, 2 * w))
        self.third = nn.Sequential(_block(2 * w, 4 * w, 2), _block(4 * w, 4 * w))
        self.fourth = nn.Sequential(_block(4 * w, 6 * w, 2), _block(6 * w, 6 * w))
        self.up_eighth, self.side_eighth = nn.Conv2d(6 * w, 4 * w, 1), _block(4 * w, 4 * w)
        self.up_quarter, self.side_quarter = nn.Conv2d(4 * w, 2 * w, 1), _block(2 * w, 4 * w)
        self.heat = nn.Conv2d(4 * w, LANDMARKS, 1)
        self.whole = nn.Sequential(nn.Flatten(), nn.Linear(6 * w * 9, 64), nn.ReLU(inplace=True), nn.Linear(64, 3))

    def forward(self, crops: Tensor) -> Reading:
        """Crops (n, 1, 96, 96), each of mean 0 and deviation 1, see :func:`prepare`."""
        quarter = self.second(self.first(crops))
        eighth = self.third(quarter)
        deep = self.fourth(eighth)
        up = self.side_eighth(eighth + F.interpolate(self.up_eighth(deep), scale_factor=2.0, mode="nearest"))
        up = self.side_quarter(quarter + F.interpolate(self.up_quarter(up), scale_factor=2.0, mode="nearest"))
        heat = self.heat(up)
        whole = self.whole(F.avg_pool2d(deep, 2))
        return Reading(heat, centre_of(heat), whole[:, 0], whole[:, 1:])


def prepare(crops: Tensor) -> Tensor:
    """Grey crops (n, 1, 96, 96) of any range with the same light and contrast for all."""
    mean = crops.mean((1, 2, 3), keepdim=True)
    deviation = crops.std((1, 2, 3), keepdim=True)
    return (crops - mean) / (deviation + 1e-3)


def centre_of(heat: Tensor) -> Tensor:
    """The mean place (n, k, 2), x and y as shares of the side, of heat maps (n, k, h, w) of logits."""
    share = heat.flatten(2).float().softmax(-1).view(heat.shape)
    across = (torch.arange(heat.shape[3], dtype=share.dtype) + 0.5) / heat.shape[3]
    down = (torch.arange(heat.shape[2], dtype=share.dtype) + 0.5) / heat.shape[2]
    return torch.stack([(share.sum(2) * across).sum(-1), (share.sum(3) * down).sum(-1)], -1)
