"""Which run to go on with, and whether its settings allow it."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from omegaconf import DictConfig

from emogan.config.compare import differences
from emogan.config.compose import plain
from emogan.core.errors import UserError
from emogan.runs.folder import newest_checkpoint, run_of

log = logging.getLogger(__name__)

RUNS = Path("outputs")  # where resume=auto looks


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
