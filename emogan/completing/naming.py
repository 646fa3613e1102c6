"""Which emotion a partly seen face shows."""

import torch
from torch import Tensor

from emogan.completing.covers import face_area, mouth_area
from emogan.recognition.reading import close_crops, packaged_reader


@torch.no_grad()
def clues(completed: Tensor, hidden: Tensor, worth: Tensor) -> Tensor:
    """What is known of a face (k,): what the recogniser sees of it completed, how well each emotion explains its
    visible part, and how much of it and of its mouth is hidden.

    Args:
        completed, hidden: (1, 1, s, s) in 0..1.
        worth: (6,) see :class:`emogan.completing.seeing.Seen`.
    """
    reader = packaged_reader().network
    crops = close_crops(255 * completed)
    features, _ = reader.describe(crops)
    read = reader.read(crops)
    size = hidden.shape[-1]
    shares = [hidden[0, 0][area(size)].mean() for area in (face_area, mouth_area)]
    return together(features[0], read.emotions[0], worth, torch.stack(shares))


def together(features: Tensor, emotions: Tensor, worth: Tensor, shares: Tensor) -> Tensor:
    """The clues of one face or of several, side by side."""
    worth = (worth - worth.mean(-1, keepdim=True)) / 4
    mouth = shares[..., 1:]
    return torch.cat([features, emotions, worth, mouth * emotions, mouth * worth, shares], -1)
