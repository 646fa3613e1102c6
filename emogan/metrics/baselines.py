"""What measures are read against: real faces, and three ways to be bad."""

from dataclasses import replace

import numpy as np
import torch
from skimage.filters import gaussian
from torch import Tensor

from emogan.data.face_set import Faces

BLUR = 1 / 40  # deviation of the blur, as a share of the image's size


def blurred(faces: Faces) -> Faces:
    """The same faces out of focus."""
    sigma = BLUR * faces.images.shape[-1]
    soft = [gaussian(image, sigma, channel_axis=0, preserve_range=True) for image in faces.images.numpy()]
    return replace(faces, images=torch.from_numpy(np.stack(soft).round().astype(np.uint8)))


def noise(faces: Faces, seed: int) -> Faces:
    """As many images in which every pixel is any value."""
    generator = torch.Generator().manual_seed(seed)
    return replace(faces, images=torch.randint(0, 256, faces.images.shape, generator=generator, dtype=torch.uint8))


def copies(faces: Faces, count: int, seed: int) -> Faces:
    """``count`` faces drawn from ``faces``, again and again: what a network gives that has learnt them by heart."""
    generator = torch.Generator().manual_seed(seed)
    return faces[_again(len(faces), count, generator)]


def _again(available: int, count: int, generator: torch.Generator) -> Tensor:
    rounds = -(-count // available)
    return torch.cat([torch.randperm(available, generator=generator) for _ in range(rounds)])[:count]
