"""What a run says of itself: ``run.json``."""

import json
import platform
import time
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from emogan.core.files import atomic_write
from emogan.core.machine import peak_memory

PACKAGES = ("emogan", "torch", "pytorch-lightning", "hydra-core", "omegaconf", "scikit-image", "pillow")


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
        kept = {name: before[name] for name in ("gone_wrong", "measuring_seconds") if name in before}
        facts = {
            "versions": versions,
            "machine": machine,
            **times,
            **facts,
            **kept,
            "ended": "still running, or killed",
        }
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
        atomic_write(self.path, json.dumps(self.facts, indent=2, ensure_ascii=False) + "\n")


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
