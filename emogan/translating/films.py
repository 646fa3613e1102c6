"""A face on its way from one expression to others, as films and as numbered pictures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from emogan.core.files import atomic_write
from emogan.core.marking import OTHER_FACE, Mark, marked_png
from emogan.recognition.photographs import ReadPhotograph
from emogan.sampling.sampler import Picture
from emogan.sampling.video import NO_MP4, EncodingError, ffmpeg, write_gif, write_mp4, write_webp
from emogan.translating.photo import reduced, translated
from emogan.translating.wishes import Wish

LARGEST = 640  # pixels of the longer side


@dataclass(frozen=True)
class Step:
    """A frame: what the faces are to do, and which share of the way there they have gone."""

    wish: Wish
    share: float = 1.0


@dataclass(frozen=True, eq=False)
class Films:
    """What is filmed of every photograph.

    Attributes:
        shown: the frames of each film, by its name for files.
        fps: frames a second.
        pictures: every frame as a PNG, instead of GIF and WebP.
    """

    shown: Mapping[str, Sequence[Step]]
    fps: float
    pictures: bool = False


def on_the_way(wishes: Mapping[str, Wish], count: int) -> dict[str, list[Step]]:
    """Frames from what faces do to each of ``wishes``, both ends among them."""
    return {name: [Step(wish, share) for share in np.linspace(0, 1, count).tolist()] for name, wish in wishes.items()}


def write_films(photograph: ReadPhotograph, films: Films, stem: str, out: Path, said: list[str]) -> Iterator[str]:
    """Write each film of a photograph; gives the names of the files, in ``out``.

    Args:
        said: takes, once, why there is no MP4.
    """
    small = reduced(photograph, LARGEST)
    for name, steps in films.shown.items():
        mark = Mark(f"emogan translate: {name}", OTHER_FACE)
        frames = (_pixels(translated(small, step.wish, step.share)) for step in steps)
        path = out / f"{stem}_{name}"
        if films.pictures:
            yield from _write_pictures(frames, path, mark)
            again: Iterator[Picture] = (_pixels(Image.open(one)) for one in sorted(path.iterdir()))
        else:
            kept = np.stack([*frames])
            for suffix, write in ((".gif", write_gif), (".webp", write_webp)):
                write(kept, films.fps, path.with_name(path.name + suffix), mark)
                yield path.name + suffix
            again = iter(kept)
        if _write_mp4(again, films.fps, path.with_name(path.name + ".mp4"), mark, said):
            yield path.name + ".mp4"


def _write_pictures(frames: Iterator[Picture], folder: Path, mark: Mark) -> Iterator[str]:
    folder.mkdir()
    for number, frame in enumerate(frames, 1):
        atomic_write(folder / f"{number:06d}.png", marked_png(Image.fromarray(frame.squeeze()), mark))
        yield f"{folder.name}/{number:06d}.png"


def _write_mp4(frames: Iterator[Picture], fps: float, path: Path, mark: Mark, said: list[str]) -> bool:
    command = ffmpeg()
    if command is None:
        why = NO_MP4
    else:
        try:
            write_mp4(frames, fps, path, command, mark)
            return True
        except EncodingError as error:
            why = f"No MP4 is written: {command} failed ({error})."
    if why not in said:
        said.append(why)
    return False


def _pixels(picture: Image.Image) -> Picture:
    values: np.ndarray[Any, np.dtype[np.uint8]] = np.asarray(picture)
    return values[..., None] if values.ndim == 2 else values
