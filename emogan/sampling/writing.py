"""Faces, ways and projections as files in a folder; the only place of this room that writes."""

import os
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from torch import Tensor

import emogan
from emogan.core.errors import UserError
from emogan.core.files import as_json, atomic_write
from emogan.core.folders import claimed
from emogan.core.images import grid, save_png
from emogan.core.marking import Mark
from emogan.sampling.asked import Look, People, title_of
from emogan.sampling.estimate import check_possible
from emogan.sampling.interpolation import Way, journeys
from emogan.sampling.laying import laid_in
from emogan.sampling.photograph import Photograph
from emogan.sampling.projection import project
from emogan.sampling.sampler import AT_ONCE, Picture, Sampler
from emogan.sampling.starting import Watch
from emogan.sampling.video import NO_MP4, EncodingError, ffmpeg, write_gif, write_mp4, write_webp

FACES_ON_GRID, PEOPLE_ON_GRID = 100, 16
COLUMNS = 10


@dataclass(frozen=True)
class Generated:
    """What was written.

    Attributes:
        folder: where.
        pictures: how many faces or moving pictures there are.
        said: what there is to know about them, a sentence each.
    """

    folder: Path
    pictures: int
    said: tuple[str, ...]

    @property
    def files(self) -> list[Path]:
        """All files in the folder."""
        return sorted(self.folder.iterdir())


@dataclass(frozen=True)
class Place:
    """Where results go, and what is to be remembered of how they came about.

    Attributes:
        out: the folder, see :func:`emogan.core.folders.claimed`.
        settings: the command's, as plain values.
    """

    out: str | os.PathLike[str] | None
    settings: Mapping[str, Any]

    @contextmanager
    def opened(self, name: str) -> Iterator[Path]:
        """A folder to write to, with a record of the settings in the end.

        Raises:
            UserError: when it holds something already, cannot be written, or its disk gets full: with what is there.
        """
        with claimed(self.out, Path("outputs") / "generate" / name) as folder:
            try:
                yield folder
                record = {"command": sys.argv, "emogan": emogan.__version__, "config": self.settings}
                atomic_write(folder / "generate.json", as_json(record))
            except OSError as error:
                raise UserError(
                    f"out={folder} cannot be written any more ({error.strerror or error}): {_count(folder)} files are"
                    " there; free some space or give another folder, and go on with first=NUMBER."
                ) from error
            except KeyboardInterrupt:
                raise KeyboardInterrupt(f"interrupted; {_count(folder)} files are in {folder}.") from None


def write_faces(sampler: Sampler, shown: Mapping[str, Tensor], people: People, look: Look, place: Place) -> Generated:
    """Write a PNG for each of ``people`` with each of ``shown``, ``grid.png`` with the first, and a record.

    Args:
        shown: see :meth:`emogan.sampling.sampler.Sampler.faces`.
    """
    began, total = time.monotonic(), people.count * len(shown)
    columns = min(people.count, FACES_ON_GRID if len(shown) == 1 else PEOPLE_ON_GRID)
    with place.opened(title_of(shown)) as folder:
        check_possible(sampler, total, look, folder)
        on_grid: list[Picture] = []
        with PngWriter() as writer:
            for row, (name, weights) in enumerate(shown.items()):
                for portion in sampler.faces({name: weights}, people, look):
                    on_grid.extend(portion.images[: (row + 1) * columns - len(on_grid)])
                    writer.write({folder / f"{stem}.png": image for stem, image in portion})
        save_png(grid(np.stack(on_grid), COLUMNS if len(shown) == 1 else columns), folder / "grid.png")
    seconds = time.monotonic() - began
    return Generated(folder, total, (f"{total} face{'s' * (total > 1)} in {seconds:.1f} s.",))


def write_journeys(
    sampler: Sampler, way: Way, people: People, film: tuple[int, float], look: Look, place: Place
) -> Generated:
    """Write ``way`` as a GIF and a WebP for each of ``people``, an MP4 where there is ffmpeg, and a record.

    Args:
        film: number of frames, and how many of them a second.
    """
    (frames, fps), command = film, ffmpeg()
    said = [f"{people.count} film{'s' * (people.count > 1)} of {frames} frames, {fps:g} a second."] + (
        [NO_MP4] if command is None else []
    )
    with place.opened(way.name) as folder:
        check_possible(sampler, people.count * frames, look, folder)
        for journey in journeys(sampler, way, people, frames, look):
            mark = Mark(f"emogan generate: {journey.name}")
            write_gif(journey.frames, fps, folder / f"{journey.name}.gif", mark)
            write_webp(journey.frames, fps, folder / f"{journey.name}.webp", mark)
            if command is None:
                continue
            try:
                write_mp4(journey.frames, fps, folder / f"{journey.name}.mp4", command, mark)
            except EncodingError as error:
                said.append(f"No MP4 is written: {command} failed ({error}); the GIF and the WebP are there.")
                command = None
    return Generated(folder, people.count, tuple(said))


def write_projection(
    sampler: Sampler, photo: Photograph, steps: int, median: bool, watch: Watch, place: Place
) -> Generated:
    """Write the photograph as it is looked for, the face found, that person with each emotion, a grid of all, and the
    photograph with the face found in it."""
    with place.opened(f"project_{photo.name}") as folder:
        found = project(sampler, photo, steps, median, watch)
        for stem, picture in found.named.items():
            save_png(Image.fromarray(picture.squeeze()), folder / f"{stem}.png")
        save_png(found.sheet(), folder / "grid.png")
        save_png(laid_in(photo, found.face, found.frame), folder / "found_in_photo.png")
    return Generated(folder, len(found.named), (str(found),))


class PngWriter:
    """Packs and writes pictures while the next ones are drawn; leaving it waits for the last and raises its error."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(max_workers=1)
        self.waiting: deque[Future[None]] = deque()

    def write(self, pictures: Mapping[Path, Picture]) -> None:
        """Write each picture (h, w, c) to its path, some time."""
        while len(self.waiting) > AT_ONCE:  # the disk is slower than the network: wait, so that memory stays flat
            self.waiting.popleft().result()
        for path, picture in pictures.items():
            self.waiting.append(self.pool.submit(save_png, Image.fromarray(picture.squeeze()), path))

    def __enter__(self) -> "PngWriter":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.pool.shutdown()  # what is drawn is written also after an interruption
        if kind is None:
            for future in self.waiting:
                future.result()


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())
