"""What hides a face: as the network finds it, or as a picture says."""

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import binary_closing, binary_opening, label
from torch import Tensor

from emogan.completing.covers import face_area, widened
from emogan.completing.network import packaged_completer
from emogan.finding.crops import cut
from emogan.finding.frames import Frame

SURE = 0.5  # probability from which on a pixel shows a cover
SMALLEST = 60  # pixels of an aligned face that a cover has at least
WIDER = 2  # pixels around a cover that is found, which hold its shadow and edge
WHITE = 128  # brightness from which on a mask hides


@torch.no_grad()
def found(grey: Tensor) -> Tensor:
    """What covers an aligned face (1, 1, s, s) in 0..1: (1, 1, s, s) 1 where it is hidden, 0 elsewhere."""
    sure = packaged_completer().finder(grey).sigmoid()[0, 0].numpy() > SURE
    whole: NDArray[np.bool_] = np.asarray(binary_closing(binary_opening(sure, iterations=1), iterations=2))
    parts, count = label(whole)
    for number in range(1, count + 1):
        if (parts == number).sum() < SMALLEST:
            whole = whole & (parts != number)
    return widened(torch.from_numpy(whole.astype(np.float32))[None, None], WIDER)


def told(mask: Image.Image, frame: Frame, size: int) -> Tensor:
    """What a picture as large as the photograph hides of the face in a frame: (1, 1, size, size), 1 where it does."""
    binary = mask.convert("L").point(lambda value: 255 if value >= WHITE else 0)
    hidden = np.asarray(cut(binary, frame, size), np.float32) / 255
    hidden[_beyond(mask, frame, size)] = 0
    return torch.from_numpy(hidden > 0.1)[None, None].float()


def share(hidden: Tensor) -> float:
    """How much of the face (1, 1, s, s) is hidden."""
    return float(hidden[0, 0][face_area(hidden.shape[-1])].mean())


def _beyond(picture: Image.Image, frame: Frame, size: int) -> NDArray[np.bool_]:
    """Cells of a frame that lie outside of the picture."""
    cells = (np.arange(size) + 0.5) / size
    places = frame.to_picture(np.stack(np.meshgrid(cells, cells), -1))
    outside = (places < 0) | (places > np.array(picture.size))
    return np.asarray(outside.any(-1))
