"""A stated degradation: faces as a poor camera in poor light would give them."""

import hashlib
from collections.abc import Sequence

import torch
from torch import Tensor

GAMMA = 1.5  # at most; at least its inverse
SIDE = 0.6  # how much darker one side gets than the other, at most
GAIN = (0.55, 1.1)
NOISE = 16.0  # deviation, of 255


def degraded(images: Tensor, names: Sequence[str]) -> Tensor:
    """Images, each in light of its own that its name decides, under noise.

    Args:
        images: float (n, c, h, h), from 0 to 255.
        names: one for each; the same image under the same name looks the same in every run.

    Returns:
        The same shape, from 0 to 255.
    """
    return torch.stack([_worse(image, name) for image, name in zip(images, names, strict=True)])


def _worse(image: Tensor, name: str) -> Tensor:
    digest = hashlib.sha256(b"light" + name.encode("utf-8", "surrogateescape")).digest()
    generator = torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))
    turn, side, gain, gamma = torch.rand(4, generator=generator).tolist()
    angle = torch.tensor(2 * torch.pi * turn)
    line = torch.linspace(-1, 1, image.shape[-1])
    across = (line[None] * angle.cos() + line[:, None] * angle.sin()) / 2**0.5  # -1 to 1 from one side to the other
    light = (GAIN[0] + (GAIN[1] - GAIN[0]) * gain) * (1 + SIDE * side * across)
    lit = 255 * (image / 255) ** (GAMMA ** (2 * gamma - 1)) * light
    noise = NOISE * torch.randn(image.shape, generator=generator)
    worse: Tensor = (lit + noise).clamp(0, 255)
    return worse
