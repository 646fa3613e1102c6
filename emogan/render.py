"""``python -m emogan.render``: renders a database of synthetic emotional faces, named like KDEF."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("render")

import os
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from omegaconf import DictConfig
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from emogan.cli.module import callable_module
from emogan.cli.start import INTERRUPTED
from emogan.config.check import checked
from emogan.core.console import say
from emogan.core.emotions import parse
from emogan.core.errors import missing_extra
from emogan.core.folders import claimed


def render(cfg: DictConfig) -> int:
    """Render the images that are missing below ``cfg.out``; returns the exit code.

    Raises:
        UserError: when a setting makes no sense, ``out`` cannot be written or an optional package is missing.
    """
    cfg = checked("render", cfg)
    for package in ("anny", "mitsuba"):
        if find_spec(package) is None:
            raise missing_extra(package, "render")
    out = Path(cfg.out).resolve()
    with claimed(out, out, ours=("KDEF",)) as folder:
        return render_into(folder / "KDEF", cfg)


def render_into(root: Path, cfg: DictConfig) -> int:
    """Render what is missing below ``root``, and say how fast it goes."""
    from emogan.rendering.database import missing, plan, render_all
    from emogan.rendering.photograph import Settings

    sessions, angles, emotions = (_each_once(cfg[name]) for name in ("sessions", "angles", "emotions"))
    shots = plan(cfg.people, sessions, [parse(name) for name in emotions], angles, cfg.angle_people)
    wanted = missing(root, shots)
    if len(wanted) < len(shots):
        say(f"{len(shots) - len(wanted)} of {len(shots)} images are there already and are kept.")
    settings = Settings(cfg.width, cfg.height, cfg.samples, cfg.seed)
    workers = cfg.workers or os.cpu_count() or 1
    start, done = time.monotonic(), 0
    columns = (TextColumn("rendering"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"))
    try:
        with Progress(*columns, TimeRemainingColumn()) as progress:
            task = progress.add_task("", total=len(wanted), speed="preparing the head model …")
            for count in render_all(root, wanted, settings, cfg.quality, workers):
                done += count
                speed = f"{done / (time.monotonic() - start):.2f} images/s"
                progress.update(task, advance=count, speed=speed)
    except KeyboardInterrupt:
        say(f"emogan: interrupted; what is rendered is complete: run the same command again for the rest of {root}.")
        return INTERRUPTED
    seconds = time.monotonic() - start
    say(f"{done} images in {seconds:.0f} s: {done / max(seconds, 1e-9):.2f} images/s; the database is {root}")
    return 0


def _each_once(value: str | Sequence[str]) -> list[str]:
    """The values of a setting that takes one or several."""
    return list(dict.fromkeys([value] if isinstance(value, str) else value))


def main(cfg: DictConfig) -> int:
    """The command."""
    return render(cfg)


callable_module(__name__)
