"""Frames as moving pictures."""

from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emogan.core.files import atomic


def write_gif(frames: NDArray[np.uint8], fps: float, path: Path) -> None:
    """Write frames (n, h, w, c) as a GIF that starts again and again."""
    first, *others = [Image.fromarray(frame.squeeze()) for frame in frames]
    with atomic(path) as part:
        first.save(part, format="GIF", save_all=True, append_images=others, duration=round(1000 / fps), loop=0)


def write_mp4(frames: NDArray[np.uint8], fps: float, path: Path) -> None:
    """Write frames (n, h, w, c) as an MP4 (H.264) that browsers play."""

    import av

    with atomic(path) as part, av.open(str(part), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000), options={"crf": "16"})
        stream.height, stream.width, stream.pix_fmt = frames.shape[1], frames.shape[2], "yuv420p"
        for frame in frames:
            pixels = np.ascontiguousarray(frame if frame.shape[2] == 3 else frame.repeat(3, axis=2))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
