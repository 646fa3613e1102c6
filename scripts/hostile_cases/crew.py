"""The benches: one process per core, watched from outside for time and memory, replaced when a case hangs in one."""

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hostile_cases.bench import PREPARE, work
from hostile_cases.case import MOST_BYTES, OK, Case, Outcome
from hostile_cases.verbs import memory_of

TOO_MUCH = 2_500_000_000  # bytes at which a case is stopped
HEAVY = 750_000_000  # bytes between two cases at which a bench is replaced: what piled up is not the next case's
CASES_EACH = 200  # then a fresh one
PREPARING = 180.0  # seconds for the fixtures


@dataclass(frozen=True)
class Job:
    """A case and where to play it."""

    kind: str
    case: Case
    folder: Path


class Seat:
    """One bench, with the process behind it."""

    def __init__(self, shared: Path, seed: int, keep: bool) -> None:
        self.settings = shared, seed, keep
        self.played = 0
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=work, args=(other, *self.settings), daemon=False)
        self.process.start()
        other.close()
        self.played = 0

    def prepare(self) -> str:
        """Make the fixtures; gives what went wrong, or ""."""
        self.pipe.send((PREPARE, "", None))
        wrong: str = self.pipe.recv() if self.pipe.poll(PREPARING) else "making the fixtures takes too long"
        return wrong

    def play(self, job: Job) -> Outcome:
        """Play one case, to its end or to the end of patience."""
        pid = self.process.pid or 0
        if self.played >= CASES_EACH or (self.played and memory_of(pid) > HEAVY):
            self.replace()
            pid = self.process.pid or 0
        self.played += 1
        began, name = time.monotonic(), job.case.name
        self.pipe.send((job.kind, name, job.folder))
        # A fresh bench imports torch in its first case.
        patience = job.case.seconds + (30 if self.played == 1 else 0)
        peak = 0
        while True:
            while not self.pipe.poll(0.02):
                held, waited = memory_of(pid), time.monotonic() - began
                peak = max(peak, held)
                if held > TOO_MUCH:
                    self.replace()
                    return Outcome(name, "over memory", f"stopped at {held / 1e9:.1f} GB", seconds=waited, peak=held)
                if waited > patience:
                    self.replace()
                    return Outcome(name, "hang", f"no end after {waited:.0f} s", seconds=waited)
            try:
                heard = self.pipe.recv()
            except EOFError:
                self.process.join()
                code, waited = self.process.exitcode, time.monotonic() - began
                self.replace()
                return Outcome(name, "traceback", f"the process died with {code}", seconds=waited)
            if isinstance(heard, Outcome):
                return weighed(heard, peak)
            peak = 0  # CALLED

    def replace(self) -> None:
        """A fresh process instead of this one."""
        self.leave()
        self._start()

    def leave(self) -> None:
        """End the process and what it started."""
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        self.pipe.close()


def weighed(outcome: Outcome, peak: int) -> Outcome:
    """The outcome, with the most memory that its bench held, or the processes that it started."""
    outcome = replace(outcome, peak=outcome.peak or peak)
    if outcome.verdict == OK and outcome.peak > MOST_BYTES:
        return replace(outcome, verdict="over memory", detail=f"{outcome.peak / 1e9:.2f} GB")
    return outcome


def play_all(jobs: Sequence[Job], seats: Sequence[Seat], heard: Callable[[Job, Outcome], None]) -> None:
    """Play ``jobs`` on all ``seats`` at once; ``heard`` is told of each outcome, one at a time."""
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    telling = threading.Lock()

    def serve(seat: Seat) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                job = waiting.get_nowait()
                outcome = seat.play(job)
                with telling:
                    heard(job, outcome)

    threads = [threading.Thread(target=serve, args=(seat,)) for seat in seats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
