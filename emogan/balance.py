"""The verb ``balance``: ``python -m emogan.balance data.root=FOLDER out=FOLDER``: as many faces of each emotion."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("balance")

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hydra.utils import instantiate
from omegaconf import DictConfig

from emogan.cli.console import show
from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.config.data import check_faces
from emogan.core.console import say

if TYPE_CHECKING:
    from emogan.balancing.filling import Watch
    from emogan.balancing.job import Balanced

log = logging.getLogger(__name__)

LINE_EVERY = 5.0  # seconds between two lines where there is no terminal


def balance(cfg: DictConfig) -> "Balanced":
    """Write the balanced database that ``conf/balance.yaml`` describes, or say what it would be.

    Raises:
        UserError: for anything that makes it impossible.
        KeyboardInterrupt: when a person stops it; the same settings go on with it.
    """
    cfg = checked("balance", cfg)
    check_faces(cfg.data)

    from emogan.balancing.job import Balancing

    index = instantiate(cfg.data.read, _convert_="all")()
    job = Balancing(cfg, index, instantiate(cfg.data.framing), instantiate(cfg.recogniser))
    if cfg.plan:
        return job.plan()
    with _progress() as watch:
        return job.run(watch)


@contextmanager
def _progress() -> Iterator["Watch"]:
    """On a terminal, a bar for each emotion; else lines. Who calls the verb as a function has asked for neither."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

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


def tell(balanced: "Balanced") -> None:
    """Print the tables and what there is to know."""
    from emogan.reports.tables import to_rich

    for table in balanced.tables:
        if table.rows:
            show(to_rich(table))
    say(*(f"\n{sentence}" for sentence in balanced.said))
    if balanced.written:
        files = ", ".join(path.name for path in balanced.lists)
        say(f"\nIn {balanced.folder}: {balanced.written} files written; beside the faces {files}.")


def main(cfg: DictConfig) -> None:
    """The command."""
    from emogan.core import machine

    machine.keep_freed_memory()
    try:
        tell(balance(cfg))
    except KeyboardInterrupt as stopped:
        told = stopped.args[0] if stopped.args else f"interrupted; the same command goes on with {cfg.out}."
        raise KeyboardInterrupt(told) from None


callable_module(__name__)
