"""Long work, one piece after the other, with progress; what came of it is kept for a while."""

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, Literal

from emogan.core.errors import UserError
from emogan.web.drawing import BusyError

log = logging.getLogger(__name__)

State = Literal["waiting", "running", "done", "failed", "stopped"]
Watch = Callable[[float], None]  # told how much is done, from 0 to 1, every now and then
KEPT_SECONDS, KEPT = 30 * 60, 32  # of results, for how long and how many


class GoneError(LookupError):
    """There is no such job, or not any more; the message is a sentence."""


class StoppedError(Exception):
    """The job is not wanted any more."""


@dataclass
class Job:
    """A piece of work.

    Attributes:
        name: nobody guesses it: it is all that is needed to see what came of the job.
        share: how much is done, from 0 to 1.
        result: when it is done.
        error: a sentence, when it failed.
    """

    kind: str
    work: Callable[[Watch], Any]
    name: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    state: State = "waiting"
    share: float = 0.0
    result: Any = None
    error: str = ""
    began: float = field(default_factory=time.monotonic)
    unwanted: Event = field(default_factory=Event)

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ("done", "failed", "stopped")

    def watch(self, share: float) -> None:
        """Say how much is done; a job that is not wanted any more ends here."""
        if self.unwanted.is_set():
            raise StoppedError
        self.share = share


class Jobs:
    """One thread works; others wait.

    Args:
        most: jobs that may wait.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._all: dict[str, Job] = {}
        self._lock = Lock()
        self._thread = Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()

    def add(self, kind: str, work: Callable[[Watch], Any]) -> Job:
        """Have ``work`` done some time.

        Raises:
            BusyError: when too many wait.
        """
        with self._lock:
            self._forget()
            if sum(job.state == "waiting" for job in self._all.values()) >= self.most:
                raise BusyError
            job = Job(kind, work)
            self._all[job.name] = job
            self._queue.put(job)
        return job

    def keep(self, kind: str, result: Any) -> Job:
        """Keep what is done already as a job's result, as long as those."""
        job = Job(kind, lambda watch: result)
        job.result, job.share, job.state = result, 1.0, "done"
        with self._lock:
            self._all[job.name] = job
            self._forget()
        return job

    def get(self, kind: str, name: str) -> Job:
        """The job of that name.

        Raises:
            GoneError: when there is none, or not any more.
        """
        with self._lock:
            self._forget()
            job = self._all.get(name)
        if job is None or job.kind != kind:
            raise GoneError(f"There is no {kind} {name[:60]!r} here, or not any more.")
        return job

    def result(self, kind: str, name: str) -> Any:
        """What came of a job.

        Raises:
            GoneError: when there is no such job.
            UserError: when nothing has come of it, or not yet.
        """
        job = self.get(kind, name)
        if job.state != "done":
            raise UserError(job.error or f"This {kind} is {job.state}: ask again when its state is done.")
        return job.result

    def stop(self, kind: str, name: str) -> None:
        """Leave a job and forget what came of it.

        Raises:
            GoneError: when there is no such job.
        """
        job = self.get(kind, name)
        job.unwanted.set()
        with self._lock:
            self._all.pop(name, None)

    def close(self) -> None:
        """Leave all jobs."""
        with self._lock:
            for job in self._all.values():
                job.unwanted.set()
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            with _told(job):
                job.watch(0.0)
                job.state = "running"
                job.result = job.work(job.watch)
                job.share, job.state = 1.0, "done"

    def _forget(self) -> None:
        over = [job for job in self._all.values() if job.over]
        late = time.monotonic() - KEPT_SECONDS
        for number, job in enumerate(over):
            if job.began < late or number < len(over) - KEPT:
                del self._all[job.name]


@contextmanager
def _told(job: Job) -> Iterator[None]:
    """Keep what goes wrong with a job for whoever asks."""
    try:
        yield
    except StoppedError:
        job.state = "stopped"
    except UserError as error:
        job.error, job.state = str(error), "failed"
    except MemoryError:
        job.error, job.state = "There is not enough memory for it on this machine: ask for less.", "failed"
    except Exception as error:
        job.error, job.state = f"This is a fault of emogan ({type(error).__name__}): its log says more.", "failed"
        log.exception("A job failed.")
