"""Frames as moving pictures: GIF and WebP by Pillow, MP4 by the command ``ffmpeg`` where there is one."""

import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from shutil import which
from tempfile import TemporaryFile

import numpy as np
from PIL import Image

from emogan.core.errors import UserError
from emogan.core.files import atomic
from emogan.core.marking import Mark
from emogan.sampling.sampler import Picture, Pictures

NO_MP4 = "No MP4 is written, for want of the command ffmpeg: install it from ffmpeg.org or your system's packages."


class EncodingError(Exception):
    """The command ``ffmpeg`` could not make an MP4; the message is what it said last."""


def write_gif(frames: Pictures, fps: float, path: Path, mark: Mark) -> None:
    """Write frames (n, h, w, c) as a GIF that starts again and again; the mark is its comment."""
    _animate(frames, path, "GIF", fps, {"comment": mark.comment.encode()})


def write_webp(frames: Pictures, fps: float, path: Path, mark: Mark) -> None:
    """Write frames (n, h, w, c) as an animated WebP, with all their greys and colours, that starts again and again; the
    mark is its XMP packet."""
    _animate(frames, path, "WEBP", fps, {"lossless": True, "xmp": mark.packet.encode()})


def _animate(frames: Pictures, path: Path, kind: str, fps: float, how: Mapping[str, object]) -> None:
    first, *others = [Image.fromarray(frame.squeeze()) for frame in frames]
    time = round(1000 / fps)
    with atomic(path) as part:
        first.save(part, format=kind, save_all=True, append_images=others, duration=time, loop=0, **how)


def save_film(frames: Pictures, fps: float, path: Path, mark: Mark) -> Path:
    """Write frames (n, h, w, c) as the suffix of ``path`` says: ``.gif``, ``.webp`` or ``.mp4``; gives ``path``.

    Raises:
        UserError: for another suffix, or where an MP4 cannot be made.
    """
    kind, command = path.suffix.lower(), ffmpeg()
    if kind == ".gif":
        write_gif(frames, fps, path, mark)
    elif kind == ".webp":
        write_webp(frames, fps, path, mark)
    elif kind != ".mp4":
        raise UserError(f"{path} is not written: expected a name that ends in .gif, .webp or .mp4.")
    elif command is None:
        raise UserError(NO_MP4)
    else:
        try:
            write_mp4(frames, fps, path, command, mark)
        except EncodingError as error:
            raise UserError(f"{path} is not written: {command} failed ({error}).") from error
    return path


def ffmpeg() -> str | None:
    """Where the command is; None: nowhere."""
    return which("ffmpeg")


def write_mp4(frames: Iterable[Picture], fps: float, path: Path, command: str, mark: Mark) -> None:
    """Write frames (h, w, c), one after the other, as an MP4 (H.264) that browsers play; the mark is its comment.

    Args:
        frames: at least one; all as large as the first.
        command: what :func:`ffmpeg` gave.

    Raises:
        EncodingError: when the command fails.
    """
    frames = iter(frames)
    first = next(frames)
    height, width = first.shape[:2]
    form = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", f"{fps:g}", "-i", "-"]
    even = "pad=ceil(iw/2)*2:ceil(ih/2)*2"  # yuv420p has a colour for every four pixels
    code = ["-vf", even, "-c:v", "libx264", "-crf", "16", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    said = ["-metadata", f"comment={mark.comment}"]
    with atomic(path) as part, TemporaryFile() as told:
        run = [command, "-hide_banner", "-loglevel", "error", "-y", *form, *code, *said, "-f", "mp4", f"file:{part}"]
        try:
            encoder = subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=told)
        except OSError as error:
            raise EncodingError(error.strerror or str(error)) from error
        with encoder:
            assert encoder.stdin is not None
            with suppress(BrokenPipeError), encoder.stdin as pipe:  # it ended early: it has said why
                for frame in chain([first], frames):
                    pipe.write(np.broadcast_to(frame, (height, width, 3)).tobytes())
        if encoder.returncode:
            told.seek(0)
            lines = told.read().decode(errors="replace").strip().splitlines()
            raise EncodingError(lines[-1].strip() if lines else f"it ended with {encoder.returncode}")
