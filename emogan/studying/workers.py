"""Work spread over processes of one thread each, so that they do not fight for the cores."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import connection, get_context, parent_process
from multiprocessing.synchronize import Event
from os import _exit
from signal import SIG_IGN, SIGINT, signal
from types import TracebackType
from typing import TypeVar

from emogan.core import machine

J = TypeVar("J")
R = TypeVar("R")
LOOK = 0.5  # seconds until a worker sees that nobody wants its work any more


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
        """``work`` of each of ``jobs``, as they are done; only a few are asked for ahead."""
        waiting: set[Future[R]] = set()
        for job in jobs:
            waiting.add(self._pool.submit(work, job))
            if len(waiting) > self._workers:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (one.result() for one in done)


def _begin(left_off: Event) -> None:
    import torch

    signal(SIGINT, SIG_IGN)  # Ctrl-C is the parent's business
    torch.set_num_threads(1)
    machine.keep_freed_memory()
    threading.Thread(target=_watch, args=(left_off,), daemon=True).start()


def _watch(left_off: Event) -> None:
    parent = parent_process()
    while not left_off.is_set():
        if parent and connection.wait([parent.sentinel], LOOK):
            break
    _exit(1)
