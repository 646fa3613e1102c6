"""Where a run writes, and what it says of itself: ``run.json``."""

import json
import platform
import time
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from omegaconf import OmegaConf

from emogan import emotions
from emogan.errors import UserError
from emogan.machine import peak_memory

PACKAGES = ("emogan", "torch", "pytorch-lightning", "hydra-core", "omegaconf", "scikit-image", "pillow")


def register_resolvers() -> None:
    """Make the functions of this file that configs call known to OmegaConf."""
    OmegaConf.register_new_resolver("emogan.emotion", lambda text: emotions.parse(text).value, replace=True)
    OmegaConf.register_new_resolver("emogan.run_dir", run_dir, use_cache=True, replace=True)


def run_dir(emotion: str, ckpt_path: str | None, base: str) -> str:
    """``base/<emotion>/<date_time>``, or the folder of the run that ``ckpt_path`` belongs to: resuming continues it.

    Raises:
        UserError: for an unknown emotion, or a checkpoint that is not there or in no run folder.
    """
    name = emotions.parse(emotion).value
    if ckpt_path is None:
        return str(Path(base) / name / datetime.now().strftime("%Y-%m-%d_%H-%M-%S"))
    return str(run_of(Path(ckpt_path)))


def run_of(checkpoint: Path) -> Path:
    """The run folder of ``<run>/checkpoints/last.ckpt``.

    Raises:
        UserError: when there is no such file, with the checkpoints that do lie there; or when it is in no run folder.
    """
    if not checkpoint.is_file():
        there = ", ".join(str(path) for path in sorted(checkpoint.parent.glob("*.ckpt"))) or "none"
        raise UserError(
            f"ckpt_path={checkpoint} does not exist: expected a run's checkpoints/last.ckpt (there: {there})."
        )
    folder = checkpoint.resolve().parents[1]
    if not (folder / "run.json").is_file():
        raise UserError(
            f"ckpt_path={checkpoint} is in no run folder: expected RUN/checkpoints/FILE beside RUN/run.json."
        )
    return folder


@dataclass
class RunRecord:
    """The facts of a run, kept in ``run.json`` from its start to its end; a resumed run adds to what is there."""

    path: Path
    facts: dict[str, Any]
    began: float
    seconds_before: float

    @classmethod
    def start(cls, path: Path, facts: dict[str, Any]) -> "RunRecord":
        """Write the record of a run that starts or goes on now."""
        before = json.loads(path.read_text()) if path.exists() else {}
        versions = {name: version(name) for name in PACKAGES} | {"python": platform.python_version()}
        machine = {
            "system": platform.platform(),
            "threads": torch.get_num_threads(),
            "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
        }
        times = {
            "started": before.get("started", _now()),
            "resumed": before.get("resumed", []) + [_now()] * bool(before),
        }
        facts = {"versions": versions, "machine": machine, **times, **facts, "ended": "still running, or killed"}
        record = cls(path, facts, time.monotonic(), before.get("seconds", 0.0))
        record.write()
        return record

    def update(self, **facts: Any) -> None:
        """Set facts, refresh the running ones, and write the file."""
        self.facts.update(facts)
        self.write()

    def write(self) -> None:
        """Write the file, whole or not at all."""
        self.facts["seconds"] = round(self.seconds_before + time.monotonic() - self.began, 3)
        self.facts["peak_memory_bytes"] = peak_memory()
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self.facts, indent=2, ensure_ascii=False) + "\n")
        part.replace(self.path)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
