"""One person's way from one emotion to another, as a GIF and an MP4."""

import math
from collections.abc import Sequence
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from emogan.drawing import draw
from emogan.files import whole
from emogan.weights import Trained


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


def write_gif(frames: NDArray[np.uint8], fps: float, path: Path) -> None:
    """Write frames (n, h, w, c) as a GIF that starts again and again."""
    first, *others = [Image.fromarray(frame.squeeze()) for frame in frames]
    with whole(path) as part:
        first.save(part, format="GIF", save_all=True, append_images=others, duration=round(1000 / fps), loop=0)


def write_mp4(frames: NDArray[np.uint8], fps: float, path: Path) -> None:
    """Write frames (n, h, w, c) as an MP4 (H.264) that browsers play."""

    import av

    with whole(path) as part, av.open(str(part), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000), options={"crf": "16"})
        stream.height, stream.width, stream.pix_fmt = frames.shape[1], frames.shape[2], "yuv420p"
        for frame in frames:
            pixels = np.ascontiguousarray(frame if frame.shape[2] == 3 else frame.repeat(3, axis=2))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
