"""Frames as moving pictures: GIF and WebP by Pillow, MP4 by the command ``ffmpeg`` where there is one."""

import subprocess
from pathlib import Path
from shutil import which

import numpy as np
from PIL import Image

from emogan.core.errors import UserError
from emogan.core.files import atomic
from emogan.sampling.sampler import Pictures

NO_MP4 = "No MP4 is written, for want of the command ffmpeg: install it from ffmpeg.org or your system's packages."


class EncodingError(Exception):
    """The command ``ffmpeg`` could not make an MP4; the message is what it said last."""


def write_gif(frames: Pictures, fps: float, path: Path) -> None:
    """Write frames (n, h, w, c) as a GIF that starts again and again."""
    _animate(frames, path, "GIF", round(1000 / fps))


def write_webp(frames: Pictures, fps: float, path: Path) -> None:
    """Write frames (n, h, w, c) as an animated WebP, with all their greys and colours, that starts again and again."""
    _animate(frames, path, "WEBP", round(1000 / fps))


def _animate(frames: Pictures, path: Path, kind: str, milliseconds: int) -> None:
    first, *others = [Image.fromarray(frame.squeeze()) for frame in frames]
    with atomic(path) as part:
        first.save(part, format=kind, save_all=True, append_images=others, duration=milliseconds, loop=0, lossless=True)


def save_film(frames: Pictures, fps: float, path: Path) -> Path:
    """Write frames (n, h, w, c) as the suffix of ``path`` says: ``.gif``, ``.webp`` or ``.mp4``; gives ``path``.

    Raises:
        UserError: for another suffix, or where an MP4 cannot be made.
    """
    kind, command = path.suffix.lower(), ffmpeg()
    if kind == ".gif":
        write_gif(frames, fps, path)
    elif kind == ".webp":
        write_webp(frames, fps, path)
    elif kind != ".mp4":
        raise UserError(f"{path} is not written: expected a name that ends in .gif, .webp or .mp4.")
    elif command is None:
        raise UserError(NO_MP4)
    else:
        try:
            write_mp4(frames, fps, path, command)
        except EncodingError as error:
            raise UserError(f"{path} is not written: {command} failed ({error}).") from error
    return path


def ffmpeg() -> str | None:
    """Where the command is; None: nowhere."""
    return which("ffmpeg")


def write_mp4(frames: Pictures, fps: float, path: Path, command: str) -> None:
    """Write frames (n, h, w, c) as an MP4 (H.264) that browsers play.

    Args:
        command: what :func:`ffmpeg` gave.

    Raises:
        EncodingError: when the command fails.
    """
    height, width, channels = frames.shape[1:]
    colour = frames if channels == 3 else frames.repeat(3, axis=3)
    form = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", f"{fps:g}", "-i", "-"]
    even = "pad=ceil(iw/2)*2:ceil(ih/2)*2"  # yuv420p has a colour for every four pixels
    code = ["-vf", even, "-c:v", "libx264", "-crf", "16", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    with atomic(path) as part:
        run = [command, "-hide_banner", "-loglevel", "error", "-y", *form, *code, "-f", "mp4", f"file:{part}"]
        try:
            done = subprocess.run(run, input=np.ascontiguousarray(colour).tobytes(), capture_output=True, check=False)
        except OSError as error:
            raise EncodingError(error.strerror or str(error)) from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise EncodingError(said[-1].strip() if said else f"it ended with {done.returncode}")
