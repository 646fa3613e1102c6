"""``python -m emogan.render``: renders a database of synthetic emotional faces, named like KDEF."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("render")

import os
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from omegaconf import DictConfig
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from emogan.cli.module import callable_module
from emogan.cli.start import INTERRUPTED
from emogan.config.check import checked
from emogan.core.console import say
from emogan.core.emotions import parse
from emogan.core.errors import missing_extra
from emogan.core.folders import claimed

if TYPE_CHECKING:
    from emogan.core.truth import Truth
    from emogan.rendering.takes import Settings


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
    tables = [path.name for path in out.glob("*truth*.csv*")] if out.is_dir() else []  # also of other shards
    with claimed(out, out, ours=("KDEF", "dense", "render.json", *tables)) as folder:
        return render_into(folder, cfg)


def render_into(folder: Path, cfg: DictConfig) -> int:
    """Render what is missing below ``folder``, and say how fast it goes."""
    from emogan.rendering.database import Job, check_disk, missing, render_all
    from emogan.rendering.record import keep_to
    from emogan.rendering.shots import plan, shard
    from emogan.rendering.table import Table

    sessions, angles, emotions = (_each_once(cfg[name]) for name in ("sessions", "angles", "emotions"))
    shots = plan(cfg.people, sessions, [parse(name) for name in emotions], angles, cfg.angle_people)
    if cfg.shard:
        shots = shard(shots, cfg.shard)
    job = Job(folder, settings(cfg), cfg.quality, cfg.dense)
    keep_to(folder, job.settings, job.quality)
    table = Table(folder, cfg.shard)
    wanted = missing(job, shots, table.known)
    new = [shot for shot in wanted if not job.drawn(shot)]
    there = sum(job.image(shot).is_file() for shot in shots)
    if there:
        say(f"{there} of {len(shots)} images are there already and are kept.")
    if new:
        say(check_disk(job, new))
    workers, start, done = cfg.workers or os.cpu_count() or 1, time.monotonic(), 0
    columns = (TextColumn("rendering"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"))

    def keep(truths: "list[Truth]") -> None:
        nonlocal done
        done += len(truths)
        table.add(truths)
        progress.update(task, advance=len(truths), speed=f"{done / (time.monotonic() - start):.2f} images/s")

    try:
        with Progress(*columns, TimeRemainingColumn()) as progress:
            task = progress.add_task("", total=len(wanted), speed="preparing the head model …")
            render_all(job, wanted, workers, keep)
    except KeyboardInterrupt:
        say(f"emogan: interrupted; what is rendered is complete: run the same command again for the rest of {folder}.")
        return INTERRUPTED
    finally:
        table.close()
    seconds = time.monotonic() - start
    say(f"{len(new)} images in {seconds:.0f} s: {len(new) / max(seconds, 1e-9):.2f} images/s; the database is {folder}")
    return 0


def settings(cfg: DictConfig) -> "Settings":
    """What all images share."""
    from emogan.rendering.takes import SIZES, Settings

    size = SIZES[cfg.size]
    width, height, samples = (cfg[name] or size[name] for name in ("width", "height", "samples"))
    low, high = cfg.strength if isinstance(cfg.strength, Sequence) else (cfg.strength, cfg.strength)
    return Settings(width, height, samples, cfg.seed, cfg.look, cfg.pairs, (low, high), size["detail"])


def _each_once(value: str | Sequence[str]) -> list[str]:
    """The values of a setting that takes one or several."""
    return list(dict.fromkeys([value] if isinstance(value, str) else value))


def main(cfg: DictConfig) -> int:
    """The command."""
    return render(cfg)


callable_module(__name__)
