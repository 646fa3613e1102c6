"""The database on disk: KDEF's names, the list of photographs to make, and the pool that makes them."""

import io
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.rendering.photograph import Settings, photograph

CRASHES = 4  # of workers in a row without a finished image in between: then something is wrong for good


@dataclass(frozen=True, order=True)
class Shot:
    """One photograph of the database."""

    session: str  # A or B
    sex: str  # F or M
    number: int  # of the person, from 1 for each sex
    emotion: str  # Portuguese name
    angle: str  # FL HL S HR FR

    @property
    def path(self) -> Path:
        """Path below ``KDEF``: ``AF01/AF01AFS.JPG``. Numbers above 99 simply take more digits."""
        person = f"{self.session}{self.sex}{self.number:02d}"
        return Path(person) / f"{person}{Emotion(self.emotion).kdef}{self.angle}.JPG"


def plan(
    people: int, sessions: Sequence[str], emotions: Sequence[Emotion], angles: Sequence[str], angle_people: int
) -> list[Shot]:
    """All photographs of a database.

    Args:
        people: how many people; women and men alternate, so half of them (rounded up) are women.
        sessions: letters of the sessions.
        emotions: what each person shows.
        angles: "S" is frontal and taken of everyone; the others only of the first ``angle_people`` in session A.
        angle_people: for how many people the other angles are rendered.

    Returns:
        The shots, grouped by person and session because preparing a person costs as much as an image.
    """
    shots = []
    for person in range(people):
        sex, number = "FM"[person % 2], person // 2 + 1
        for session in sessions:
            for angle in angles:
                if angle == "S" or (person < angle_people and session == "A"):
                    shots += [Shot(session, sex, number, emotion.value, angle) for emotion in emotions]
    return shots


def batches(shots: Sequence[Shot]) -> list[list[Shot]]:
    """The shots of each person and session together, in order."""
    groups: dict[tuple[str, str, int], list[Shot]] = {}
    for shot in shots:
        groups.setdefault((shot.session, shot.sex, shot.number), []).append(shot)
    return list(groups.values())


def missing(root: Path, shots: Sequence[Shot]) -> list[Shot]:
    """The shots that are not on disk yet."""
    return [shot for shot in shots if not (root / shot.path).is_file()]


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


def render_batch(root: Path, shots: Sequence[Shot], settings: Settings, quality: int) -> int:
    """Render and save some shots, until told to stop; returns how many."""
    done = 0
    for shot in shots:
        if _stop is not None and _stop.is_set():
            break
        picture = photograph(shot.sex, shot.number, shot.session, Emotion(shot.emotion), shot.angle, settings)
        save_atomically(picture, root / shot.path, quality)
        done += 1
    return done


def render_all(root: Path, shots: Sequence[Shot], settings: Settings, quality: int, workers: int) -> Iterator[int]:
    """Render shots in ``workers`` processes; yields the number of images finished since the last yield.

    The pixels do not depend on the number of workers: every image has its own generators and one thread. A worker that
    crashes or is killed, say for want of memory, costs only the images in work, which are rendered again.

    Raises:
        UserError: when workers crash again and again without finishing an image.
    """
    left, vain = list(shots), 0
    last: Exception | None = None
    while left and vain < CRASHES:
        counted = 0
        try:
            for count in _render_in_pool(root, left, settings, quality, workers):
                counted += count
                yield count
            return
        except UserError:
            raise
        except Exception as error:  # a dead worker, no memory: the next pool may do better
            last = error
            still = missing(root, left)
            yield len(left) - len(still) - counted
            vain = vain + 1 if len(still) == len(left) else 0
            left = still
    if left:
        raise UserError(
            f"The renderer failed {CRASHES} times at {left[0].path} ({type(last).__name__}: {last}): "
            "give fewer workers, or another seed; debug=true shows more."
        ) from last


def _render_in_pool(root: Path, shots: Sequence[Shot], settings: Settings, quality: int, workers: int) -> Iterator[int]:
    context = get_context("spawn")  # a forked copy of PyTorch's and Mitsuba's thread pools hangs
    stop = context.Event()
    with ProcessPoolExecutor(workers, context, initializer=_start_worker, initargs=(stop,)) as pool:
        futures = [pool.submit(render_batch, root, group, settings, quality) for group in batches(shots)]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            # On Ctrl-C the images in work are finished and kept; the others are for the next start.
            stop.set()
            pool.shutdown(cancel_futures=True)


_stop: Event | None = None  # in a worker: the parent's wish to end


def _start_worker(stop: Event) -> None:
    """Ctrl-C is the parent's business: it tells the workers when to end."""
    global _stop
    _stop = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
