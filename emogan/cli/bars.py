"""Progress of work in several parts."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

from emogan.core.console import Watch

log = logging.getLogger(__name__)

LINE_EVERY = 5.0  # seconds between two lines where there is no terminal


@contextmanager
def progress() -> Iterator[Watch]:
    """On a terminal, a bar for each part; else lines. Who calls a verb as a function has asked for neither."""
    console = Console(stderr=True)
    tasks: dict[str, TaskID] = {}
    told_at = 0.0
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:

        def watch(what: str, done: int, total: int) -> None:
            nonlocal told_at
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done)
            if bar.disable and (done in (0, total) or time.monotonic() - told_at >= LINE_EVERY):
                told_at = time.monotonic()
                log.info("%s: %d of %d", what, done, total)

        yield watch
