"""Work spread over processes of one thread each, so that they do not fight for the cores."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from types import TracebackType
from typing import TypeVar

from emogan.core import machine
from emogan.core.errors import UserError
from emogan.core.workers import begin_worker

LOOK = 0.5  # seconds until a worker sees that nobody wants its work any more
J = TypeVar("J")
R = TypeVar("R")


class Crew:
    """Processes that share out work. Whoever leaves off, by an error or Ctrl-C, ends them; so does its death."""

    def __init__(self, workers: int) -> None:
        context = get_context("spawn")  # a forked copy of PyTorch's thread pools hangs
        self._workers, self._left_off = workers, context.Event()
        self._pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(self._left_off,))

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error:
            self._left_off.set()
        self._pool.shutdown(cancel_futures=True)

    def do(self, work: Callable[[J], R], jobs: Iterable[J]) -> Iterator[R]:
        """``work`` of each of ``jobs``, as they are done; only a few are asked for ahead.

        Raises:
            UserError: when a process died, or for what ``work`` says.
        """
        waiting: set[Future[R]] = set()
        ahead = iter(jobs)
        while True:
            try:
                waiting |= {self._pool.submit(work, job) for job in islice(ahead, self._workers + 1 - len(waiting))}
                if not waiting:
                    return
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                found = [one.result() for one in done]
            except BrokenProcessPool as error:
                raise UserError(
                    f"One of {self._workers} processes died, perhaps for want of memory: give fewer with"
                    " workers=NUMBER; what is done already stays."
                ) from error
            yield from found


def _begin(left_off: Event) -> None:
    import torch

    begin_worker()
    quiet = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # telling is the parent's business: two trainings at once would write over each other
        os.dup2(quiet, stream)
    torch.set_num_threads(1)
    machine.keep_freed_memory()
    threading.Thread(target=_leave_off, args=(left_off,), daemon=True).start()


def _leave_off(left_off: Event) -> None:
    while not left_off.is_set():  # not wait(): whoever sets it would wait for an answer of the one that ends here
        time.sleep(LOOK)
    os._exit(1)
