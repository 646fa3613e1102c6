"""One person's way from one emotion to another, as a GIF and an MP4."""

import math
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from emogan.runs.generator_file import Trained
from emogan.sampling.sampler import draw
from emogan.sampling.video import write_gif, write_mp4


def between(start: Tensor, end: Tensor, frames: int) -> Tensor:
    """Weights (frames, 6) from ``start`` to ``end`` (6,), slow at both ends."""
    way = (1 - torch.cos(torch.linspace(0, math.pi, frames))) / 2
    return torch.lerp(start, end, way[:, None])


def write_travel(
    trained: Trained,
    latents: Tensor,
    weights: tuple[Tensor, Tensor],
    frames: int,
    fps: float,
    truncation: float,
    median: bool,
    out: Path,
    stems: Sequence[str],
) -> None:
    """Write ``<stem>.gif`` for each latent (n, d), and ``<stem>.mp4`` where the package for it is installed."""
    video = find_spec("av") is not None
    if not video:
        print('Only GIFs are written; for MP4 too: pip install "emogan[video]"')
    way = between(*weights, frames)
    for latent, stem in zip(latents, stems, strict=True):
        images = draw(trained, latent.expand(frames, -1), way, median, truncation)
        pictures = np.asarray(images.permute(0, 2, 3, 1))
        write_gif(pictures, fps, out / f"{stem}.gif")
        if video:
            write_mp4(pictures, fps, out / f"{stem}.mp4")
    print(f"{len(stems)} times {frames} frames, {fps:g} a second.")
