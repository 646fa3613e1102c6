"""The verb ``report``: figures and a page of several runs: ``python -m emogan.report runs=outputs/multirun/…``."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("report")

from pathlib import Path

from omegaconf import DictConfig

from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.core.console import say
from emogan.core.folders import claimed, not_writable


def report(cfg: DictConfig) -> Path:
    """Write the losses and faces of every run below ``cfg.runs``, in pictures and on a page; gives the page.

    Raises:
        UserError: when there is no such run, or they cannot be written.
    """
    cfg = checked("report", cfg)

    from emogan.reports.runs import ours, runs_to_show, write_report

    source = Path(cfg.runs)
    runs, default = runs_to_show(source), source / "report"
    out = Path(cfg.out) if cfg.out else default
    with claimed(out, default, ours=ours(out)) as folder:
        try:
            return write_report(runs, source, folder)
        except OSError as error:
            raise not_writable(out, error) from error


def main(cfg: DictConfig) -> None:
    """The command."""
    page = report(cfg)
    say(f"The runs are in {page} (and report.md, losses_*.png, faces_*.png).")


callable_module(__name__)
