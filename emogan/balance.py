"""The verb ``balance``: ``python -m emogan.balance data.root=FOLDER out=FOLDER``: as many faces of each emotion."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("balance")

from typing import TYPE_CHECKING

from hydra.utils import instantiate
from omegaconf import DictConfig

from emogan.cli.bars import progress
from emogan.cli.console import show
from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.config.data import check_faces
from emogan.core.console import say

if TYPE_CHECKING:
    from emogan.balancing.job import Balanced


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
    with progress() as watch:
        return job.run(watch)


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
