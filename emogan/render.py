"""``python -m emogan.render``: renders a database of synthetic emotional faces, named like KDEF."""

import os
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from omegaconf import DictConfig, OmegaConf
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from emogan.cli.command import INTERRUPTED, command
from emogan.cli.module import callable_module
from emogan.core.emotions import parse
from emogan.core.errors import UserError, missing_extra

ANGLES = ("S", "FL", "HL", "HR", "FR")
SESSIONS = ("A", "B")
# setting -> lowest and highest sensible value
LIMITS = {
    "people": (1, 100_000),
    "seed": (0, 2**31 - 1),
    "angle_people": (0, 100_000),
    "width": (32, 4096),
    "height": (32, 4096),
    "samples": (1, 4096),
    "quality": (1, 95),
}


def render(cfg: DictConfig) -> int:
    """Render the images that are missing below ``cfg.out``; returns the exit code.

    Raises:
        UserError: when a setting makes no sense, ``out`` cannot be written or an optional package is missing.
    """
    numbers = {name: _whole(cfg, name, *limits) for name, limits in LIMITS.items()}
    workers = (os.cpu_count() or 1) if cfg.workers is None else _whole(cfg, "workers", 1, 1024)
    sessions = _chosen(cfg, "sessions", SESSIONS)
    angles = _chosen(cfg, "angles", ANGLES)
    emotions = [parse(name) for name in _listed(cfg, "emotions")]
    root = _writable(cfg) / "KDEF"
    for package in ("anny", "mitsuba"):
        if find_spec(package) is None:
            raise missing_extra(package, "render")

    from emogan.rendering.database import missing, plan, render_all
    from emogan.rendering.photograph import Settings

    shots = plan(numbers["people"], sessions, emotions, angles, numbers["angle_people"])
    wanted = missing(root, shots)
    if len(wanted) < len(shots):
        print(f"{len(shots) - len(wanted)} of {len(shots)} images are there already and are kept.")
    settings = Settings(numbers["width"], numbers["height"], numbers["samples"], numbers["seed"])
    start, done = time.monotonic(), 0
    columns = (TextColumn("rendering"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"))
    try:
        with Progress(*columns, TimeRemainingColumn()) as progress:
            task = progress.add_task("", total=len(wanted), speed="preparing the head model …")
            for count in render_all(root, wanted, settings, numbers["quality"], workers):
                done += count
                speed = f"{done / (time.monotonic() - start):.2f} images/s"
                progress.update(task, advance=count, speed=speed)
    except KeyboardInterrupt:
        print(f"emogan: interrupted; what is rendered is complete: run the same command again for the rest of {root}.")
        return INTERRUPTED
    seconds = time.monotonic() - start
    print(f"{done} images in {seconds:.0f} s: {done / max(seconds, 1e-9):.2f} images/s; the database is {root}")
    return 0


def _whole(cfg: DictConfig, name: str, lowest: int, highest: int) -> int:
    """A setting that must be a whole number between two limits."""
    value = cfg[name]
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise UserError(
            f"{name}={value}: expected a whole number from {lowest} to {highest}, for example {name}={max(lowest, 2)}."
        )
    return value


def _listed(cfg: DictConfig, name: str) -> list[str]:
    """A setting that must be a list; a single value is a list of one."""
    value = cfg[name]
    items = OmegaConf.to_container(value) if OmegaConf.is_list(value) else [value]
    texts = list(dict.fromkeys(str(item) for item in items)) if isinstance(items, list) else []
    if not texts or value is None:
        raise UserError(f"{name}={value}: expected at least one value, for example the default; leave {name} out.")
    return texts


def _chosen(cfg: DictConfig, name: str, allowed: Sequence[str]) -> list[str]:
    """A setting that must be a list of some of the allowed words."""
    texts = [text.upper() for text in _listed(cfg, name)]
    for text in texts:
        if text not in allowed:
            raise UserError(
                f"{name}: {text!r} is none of {', '.join(allowed)}; write for example {name}=[{allowed[0]}]."
            )
    return texts


def _writable(cfg: DictConfig) -> Path:
    """The folder to write to, made if need be."""
    if OmegaConf.is_missing(cfg, "out") or not str(cfg.out).strip():
        raise UserError("out is not set: expected a folder for the images, for example out=faces.")
    out = Path(str(cfg.out)).expanduser().resolve()
    if out.exists() and not out.is_dir():
        raise UserError(f"out={cfg.out} is a file: expected a folder for the images, so give another name.")
    try:
        (out / "KDEF").mkdir(parents=True, exist_ok=True)
        probe = out / "KDEF" / f".probe.{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UserError(
            f"out={cfg.out} cannot be written ({error.strerror}): give a folder that you may write to."
        ) from error
    return out


callable_module(__name__)

if __name__ == "__main__":
    command("render", render)
