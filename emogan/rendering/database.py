"""The database on disk: which of its photographs are missing, and the pool that makes them."""

import io
import os
import shutil
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emogan.core.errors import UserError
from emogan.core.flow import FOLDER, write_dense
from emogan.core.truth import Truth
from emogan.core.workers import begin_worker
from emogan.rendering.photograph import dense, describe, photograph, pose
from emogan.rendering.shots import Shot, batches
from emogan.rendering.takes import Settings

CRASHES = 4  # of workers in a row without a finished image in between: then something is wrong for good
TREE = "KDEF"
# Bytes a pixel of JPEGs of quality 72, and of what is kept beside a picture.
PER_PIXEL = {"studio": 0.11, "wild": 0.25}
PER_ROW, PER_DENSE = 1_500, 115_000


@dataclass(frozen=True)
class Job:
    """What workers are told: the folder, what all images share, the JPEGs' quality, whether dense truth is kept."""

    folder: Path
    settings: Settings
    quality: int
    dense: bool

    def image(self, shot: Shot) -> Path:
        """Where a photograph lies."""
        return self.folder / TREE / shot.path

    def truth(self, shot: Shot) -> Path:
        """Where its dense truth lies."""
        return self.folder / FOLDER / shot.path.with_suffix(".npz")

    def drawn(self, shot: Shot) -> bool:
        """Whether all files of a shot are there; its row in the table is another matter."""
        return self.image(shot).is_file() and (not self.dense or self.truth(shot).is_file())


def missing(job: Job, shots: Sequence[Shot], known: Collection[str]) -> list[Shot]:
    """The shots that are not on disk yet, or not in the table of truth whose files are ``known``."""
    return [shot for shot in shots if shot.path.as_posix() not in known or not job.drawn(shot)]


def disk_use(job: Job, shots: Sequence[Shot]) -> int:
    """About how many bytes the images of some shots will take, and what is kept beside them."""
    settings = job.settings
    picture = settings.width * settings.height * PER_PIXEL[settings.look] * (0.6 + 0.4 * (job.quality / 72) ** 4)
    return round(len(shots) * (picture + PER_ROW + job.dense * PER_DENSE))


def check_disk(job: Job, shots: Sequence[Shot]) -> str:
    """Say what the shots will take.

    Raises:
        UserError: when that is more than there is.
    """
    need, free = disk_use(job, shots), shutil.disk_usage(job.folder).free
    if need > free:
        raise UserError(
            f"out={job.folder} has {free / 1e6:,.0f} MB free and {len(shots):,} images need about {need / 1e6:,.0f} MB:"
            " make room, give another folder, or render fewer with people=NUMBER or size=small."
        )
    return f"{len(shots):,} images will take about {max(need / 1e6, 0.1):,.1f} MB; {free / 1e6:,.0f} MB are free."


def save_atomically(picture: NDArray[np.uint8], path: Path, quality: int) -> None:
    """Write a JPEG so that ``path`` is either absent or complete, whatever interrupts.

    Raises:
        UserError: when it cannot be written, on a full disk for example.
    """
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(buffer.getvalue())
        temporary.replace(path)
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}): make room or give another folder.") from error
    finally:
        temporary.unlink(missing_ok=True)


def render_batch(job: Job, shots: Sequence[Shot]) -> list[Truth]:
    """Render and save some shots, until told to stop; what is there already is kept. Returns what is known of them."""
    truths = []
    for shot in shots:
        if _stop is not None and _stop.is_set():
            break
        posed = pose(shot, job.settings)
        if not job.drawn(shot):
            picture = photograph(posed)
            if job.dense:
                write_dense(job.truth(shot), dense(posed, picture))
            if not job.image(shot).is_file():
                save_atomically(picture.grey, job.image(shot), posed.take.film.quality or job.quality)
        truths.append(describe(posed, job.quality))
    return truths


def render_all(job: Job, shots: Sequence[Shot], workers: int, keep: Callable[[list[Truth]], None]) -> None:
    """Render shots in ``workers`` processes; ``keep`` gets what is known of each person's, as they are finished.

    The pixels do not depend on the number of workers: every image has its own generators and one thread. A worker that
    crashes or is killed, say for want of memory, costs only the images in work, which are rendered again.

    Raises:
        UserError: when workers crash again and again without finishing an image.
    """
    known: set[str] = set()
    vain = 0
    last: Exception | None = None

    def kept(truths: list[Truth]) -> None:
        known.update(truth.file for truth in truths)
        keep(truths)

    while vain < CRASHES:
        left = [shot for shot in shots if shot.path.as_posix() not in known]
        before = sum(job.drawn(shot) for shot in left) - len(left)
        if not left:
            return
        try:
            _render_in_pool(job, left, workers, kept)
            return
        except UserError:
            raise
        except Exception as error:  # a dead worker, no memory: the next pool may do better
            last = error
            still = [shot for shot in left if shot.path.as_posix() not in known]
            vain = vain + 1 if sum(job.drawn(shot) for shot in still) - len(still) <= before else 0
    raise UserError(
        f"The renderer failed {CRASHES} times at {left[0].path} ({type(last).__name__}: {last}): "
        "give fewer workers, or another seed; debug=true shows more."
    ) from last


def _render_in_pool(job: Job, shots: Sequence[Shot], workers: int, keep: Callable[[list[Truth]], None]) -> None:
    context = get_context("spawn")  # a forked copy of PyTorch's and Mitsuba's thread pools hangs
    stop = context.Event()
    with ProcessPoolExecutor(workers, context, initializer=_start_worker, initargs=(stop,)) as pool:
        futures = [pool.submit(render_batch, job, group) for group in batches(shots)]
        left: set[Future[list[Truth]]] = set(futures)
        try:
            for future in as_completed(futures):
                left.discard(future)
                keep(future.result())
        finally:
            # On Ctrl-C the images in work are finished and kept; the others are for the next start.
            stop.set()
            pool.shutdown(cancel_futures=True)
            for future in left:
                if not future.cancelled() and future.exception() is None:
                    keep(future.result())


_stop: Event | None = None  # in a worker: the parent's wish to end


def _start_worker(stop: Event) -> None:
    global _stop
    _stop = stop
    begin_worker()
