"""Which run to go on with, and whether its settings allow it."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from omegaconf import DictConfig

from emogan.build import plain
from emogan.errors import UserError

log = logging.getLogger(__name__)

LAST, PREVIOUS = "last.ckpt", "previous.ckpt"  # a run's checkpoints
RUNS = Path("outputs")  # where resume=auto looks

# What may change between a run and its continuation. "run_dir" and "ckpt_path" say where it is.
FREE = (
    "epochs",
    "minutes",
    "collapse",
    "grid",
    "checkpoint",
    "trainer",
    "run_dir",
    "ckpt_path",
    "resume",
    "debug",
    "data.cache",
)


def place(cfg: DictConfig) -> tuple[DictConfig, int]:
    """The config with ``run_dir`` and ``ckpt_path`` of the run to go on with, if any; and how many epochs it has done.

    Raises:
        UserError: when ``run_dir`` holds another run already, or a checkpoint does not fit.
    """
    settings = plain(cfg)
    checkpoint = Path(cfg.ckpt_path) if cfg.ckpt_path else None
    if checkpoint is None and cfg.resume == "auto":
        checkpoint = find_unfinished(RUNS, settings)
        log.info("Going on from %s.", checkpoint) if checkpoint else log.info("No unfinished run with these settings.")
    if checkpoint is None:
        if (Path(cfg.run_dir) / "run.json").exists():
            raise UserError(f"run_dir={cfg.run_dir} holds a run already: choose another, or give its ckpt_path=FILE.")
        return cfg, 0
    cfg = cfg.copy()
    cfg.run_dir, cfg.ckpt_path = str(run_of(checkpoint)), str(checkpoint)
    done = epochs_done(checkpoint, settings)
    if done >= cfg.epochs:
        raise UserError(f"{checkpoint} has done {done} epochs already: give epochs=NUMBER above that to train on.")
    return cfg, done


def find_unfinished(runs: Path, settings: Mapping[str, Any]) -> Path | None:
    """The newest checkpoint under ``runs`` of a run with these settings that did not reach its last epoch."""
    found = []
    for record_path in runs.rglob("run.json"):
        checkpoint = newest_checkpoint(record_path.parent)
        record = json.loads(record_path.read_text())
        config = record["config"]
        unfinished = record["ended"] != "finished" and config["epochs"] == settings["epochs"]
        if checkpoint and unfinished and not differences(config, settings):
            found.append(checkpoint)
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def newest_checkpoint(run: Path) -> Path | None:
    """The checkpoint to go on from in a run folder, if there is one."""
    found = (run / "checkpoints" / name for name in (LAST, PREVIOUS))
    return next((path for path in found if path.is_file()), None)


def run_of(checkpoint: Path) -> Path:
    """The run folder of ``<run>/checkpoints/last.ckpt``.

    Raises:
        UserError: when there is no such file, with the checkpoints that do lie there; or when it is in no run folder.
    """
    if not checkpoint.is_file():
        there = ", ".join(str(path) for path in sorted(checkpoint.parent.glob("*.ckpt"))) or "none"
        raise UserError(f"ckpt_path={checkpoint} does not exist: expected RUN/checkpoints/last.ckpt (there: {there}).")
    folder = checkpoint.parent.parent
    if not (folder / "run.json").is_file():
        raise UserError(f"ckpt_path={checkpoint} is in no run folder: expected RUN/run.json beside RUN/checkpoints.")
    return folder


def epochs_done(checkpoint: Path, settings: Mapping[str, Any]) -> int:
    """How many epochs ``checkpoint`` stands after.

    Raises:
        UserError: when the file is no checkpoint of this project, or when its run had other ``settings``: Adam's state
            and the order of the data belong to them, so the result would be neither the old run nor the new one.
    """
    try:
        # Mapped, so that only the few values read here come from the disk.
        content = torch.load(checkpoint, map_location="cpu", weights_only=True, mmap=True)
        had, epoch = content["hyper_parameters"]["settings"], content["epoch"]
    except Exception as error:
        raise UserError(
            f"ckpt_path={checkpoint} cannot be read as a checkpoint of emogan: expected RUN/checkpoints/last.ckpt;"
            f" try previous.ckpt beside it."
        ) from error
    changed = differences(had, settings)
    if changed:
        told = ", ".join(f"{key} ({old} then, {new} now)" for key, (old, new) in changed.items())
        raise UserError(
            f"Cannot go on from {checkpoint} with other settings: {told}; give the run's own values or start a new run."
        )
    return int(epoch) + 1


def differences(had: Mapping[str, Any], has: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Settings that differ and may not, by dotted key: what they were and what they are."""
    old, new = dict(_flat(had)), dict(_flat(has))
    binding = sorted(key for key in old.keys() | new.keys() if not _is_free(key))
    return {key: (old.get(key), new.get(key)) for key in binding if old.get(key) != new.get(key)}


def _is_free(key: str) -> bool:
    return any(key == free or key.startswith(f"{free}.") for free in FREE)


def _flat(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, value in settings.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(prefix + key, value)]
    return pairs
