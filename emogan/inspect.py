"""The verb ``inspect``: ``python -m emogan.inspect data=kdef data.root=FOLDER``."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("inspect")

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hydra.utils import instantiate
from omegaconf import DictConfig
from rich.console import Console
from rich.progress import track

from emogan.cli.console import show
from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.config.data import check_faces
from emogan.core.console import say
from emogan.core.folders import claimed

if TYPE_CHECKING:
    from emogan.reports.database import Inspected


def inspect(cfg: DictConfig) -> "Inspected":
    """Look at the database that ``conf/inspect.yaml`` and its data group describe, and write what it holds to ``out``.

    Raises:
        UserError: when there is no such database, or no image in it is usable.
    """
    cfg = checked("inspect", cfg)
    check_faces(cfg.data)

    from emogan.data.people import keep
    from emogan.data.survey import survey
    from emogan.reports.database import FILES, write_database

    index = keep(instantiate(cfg.data.read, _convert_="all")(), cfg.data.people)
    with claimed(cfg.out, Path(cfg.out), ours=FILES) as out:
        found = survey(index, instantiate(cfg.data.framing), _with_progress)
        return write_database(found, (cfg.samples_per_emotion, cfg.seed), out)


def tell(inspected: "Inspected") -> None:
    """Print the tables; irregular files in plain lines, that no terminal is too narrow for."""
    from emogan.reports.tables import to_rich

    say(str(inspected.root))
    for table in inspected.tables:
        if table.rows:
            show(to_rich(table))
    say(*(f"\n{sentence}." for (sentence,) in inspected.remarks.rows))
    files = inspected.irregular
    say(f"\n{files.title}: {len(files.rows)}")
    say(*(f"  {file}: {what} ({outcome})" for file, what, outcome in files.rows))
    say(f"\nIn {inspected.folder}: {', '.join(path.name for path in inspected.files)}")


def _with_progress(paths: Sequence[Path]) -> Iterable[Path]:
    console = Console(stderr=True)
    return track(paths, "Decoding", console=console, transient=True, disable=not console.is_terminal)


def main(cfg: DictConfig) -> None:
    """The command."""
    tell(inspect(cfg))


callable_module(__name__)
