"""One training at a time, as a process of its own: the same command as in a terminal.

It goes on when the page is closed. When the app ends, it is told to save and stop, and can be gone on with.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Literal

from emogan.cli.calling import composed
from emogan.config.check import checked
from emogan.config.places import PACKAGED, check_places
from emogan.core import emotions
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.reports.text import shown
from emogan.runs.claim import is_claimed
from emogan.runs.folder import Run, RunFolder
from emogan.web.again import again

SETTINGS: list[str] = ["grid.every=5"]  # beside what a person chose: faces that one can watch growing
# Threads that wait leave their core to whoever draws, instead of spinning on it; drawing goes first (NICE).
ENVIRONMENT: Mapping[str, str] = {"OMP_WAIT_POLICY": "passive"}
NICE = 5
PATIENCE = 15.0  # seconds that the app's end waits for a training to be saved
LINES, TAIL = 6, 1 << 14  # of what a process said: told, and bytes that are looked at
PROGRESS = re.compile(r"epoch \d+/\d+.*left$")  # what the command says every now and then

Ended = Literal["finished", "stopped", "failed"]


class RunningError(UserError):
    """Something trains already."""


@dataclass(frozen=True)
class Wanted:
    """A training that a person wants.

    Attributes:
        emotion: one, or several; by any name.
        root: the folder of the images; None: the packaged ones.
        kind: how the names in that folder are read, a choice of ``data``.
        init_from: ``packaged``: go on from the packaged networks; None: from nothing.
    """

    emotion: str
    root: Path | None
    kind: str
    minutes: float
    seed: int
    model: str
    init_from: str | None

    @property
    def overrides(self) -> list[str]:
        """As on a command line."""
        data = ["data=faces"] if self.root is None else [f"data={self.kind}", f"data.root={self.root}"]
        start = [] if self.init_from is None else [f"init_from={self.init_from}"]
        settings = [f"minutes={self.minutes}", f"seed={self.seed}", f"model={self.model}"]
        return [f"emotion={emotions.canonical(self.emotion)}", *settings, *data, *start, *SETTINGS]


@dataclass
class Training:
    """A training that was started here.

    Attributes:
        began: when, in seconds since 1970.
        said: the file of its output.
        unwanted: whether it was told to stop.
    """

    process: "subprocess.Popen[bytes]"
    run: RunFolder
    emotion: str
    minutes: float
    said: Path
    began: float = field(default_factory=time.time)
    unwanted: bool = False

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    @property
    def ended(self) -> Ended | None:
        """How; None while it runs."""
        code = self.process.poll()
        if code is None:
            return None
        if code == 0:
            return "finished"
        before_it_listened = self.unwanted and code == -signal.SIGTERM
        return "stopped" if code == 128 + signal.SIGINT or before_it_listened else "failed"

    def last_lines(self) -> list[str]:
        """What it said last, without its lines of progress."""
        try:
            with self.said.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return []
        lines = [shown(line.rpartition("\r")[2]) for line in text.split("\n")]
        return [line for line in lines if line and not PROGRESS.search(line)][-LINES:]

    def why(self) -> str:
        """Why it failed."""
        code, lines = self.process.poll(), self.last_lines()
        if code is not None and code < 0:
            return f"It was killed (signal {-code}): this machine may have too little memory."
        if code == 2 and lines:  # one sentence for people
            return lines[-1].removeprefix("emogan: ")
        return " ".join(lines) or f"It ended with exit code {code}."


class Trainer:
    """Starts, stops and goes on with trainings.

    Args:
        outputs: the folder of runs.
        roots: folders of databases.
        most: minutes of a training.
    """

    def __init__(self, outputs: Path, roots: Sequence[Path], most: float) -> None:
        self.outputs, self.roots, self.most = outputs.resolve(), roots, most
        self.last: Training | None = None
        self._lock = Lock()
        self._folder = TemporaryDirectory(prefix="emogan-", ignore_cleanup_errors=True)

    @property
    def training(self) -> bool:
        """Whether a training runs."""
        return self.last is not None and self.last.alive

    def start(self, wanted: Wanted) -> Training:
        """Start a new run.

        Raises:
            RunningError: when one runs.
            UserError: for what cannot be trained.
        """
        name = emotions.canonical(wanted.emotion)
        if wanted.init_from == PACKAGED and wanted.model != "style":
            raise UserError(f"model={wanted.model} cannot start from the packaged networks, which are of model=style.")
        if wanted.minutes > self.most:
            raise UserError(f"minutes={wanted.minutes:g} is too long: expected at most {self.most:g} minutes.")
        moment = self.outputs / "train" / str(name) / f"{datetime.now().astimezone():%Y-%m-%d_%H-%M-%S}"
        with self._lock:
            self._check_free()
            return self._begin([*wanted.overrides, f"run_dir={unused(moment)}"], str(name), wanted.minutes)

    def resume(self, run: Run, minutes: float | None) -> Training:
        """Go on with a run.

        Args:
            minutes: None: what is left of those that it was given, else as many again.

        Raises:
            RunningError: when something runs, here or in that folder.
            UserError: for what cannot be gone on with.
        """
        folder = run.folder
        minutes = self.left(run) if minutes is None else minutes
        if minutes > self.most:
            raise UserError(f"minutes={minutes:g} is too long: expected at most {self.most:g} minutes.")
        with self._lock:
            self._check_free()
            if is_claimed(folder.path):
                raise RunningError(f"{self._name(folder)} is being trained by another program: wait for its end.")
            if folder.newest_checkpoint is None or not folder.checkpoints.resolve().is_relative_to(self.outputs):
                raise UserError(f"{self._name(folder)} has no checkpoint to go on from: start a new training.")
            where = [f"minutes={minutes}", f"ckpt_path={folder.last}", f"run_dir={folder.path}"]
            return self._begin([*again(run, self.roots, self.outputs), *where], run.record.emotion, minutes)

    def left(self, run: Run) -> float:
        """Minutes that are left of those that a run was given; where there are none, as many again."""
        given, seconds = run.record.config.get("minutes"), run.record.seconds or 0
        if not isinstance(given, int | float) or not given > 0:
            return self.most
        left = given - seconds / 60
        return min(round(left if left >= 1 else given, 2), self.most)

    def stop(self) -> Training | None:
        """Have the training save and stop, which takes some seconds; None when none runs."""
        with self._lock:
            one = self.last
            if one is None or not one.alive:
                return None
            if not one.unwanted:  # to be told twice means to lose what is not saved
                one.unwanted = True
                one.process.terminate()
            return one

    def close(self) -> None:
        """Have the training save and stop, and wait for it; what still saves by then does so alone."""
        one = self.stop()
        if one is not None:
            with suppress(subprocess.TimeoutExpired):
                one.process.wait(PATIENCE)
        self._folder.cleanup()

    def _check_free(self) -> None:
        if self.last is not None and self.last.alive:
            raise RunningError(f"{self._name(self.last.run)} is being trained: wait for its end, or stop it first.")

    def _name(self, run: RunFolder) -> str:
        return printable(os.path.relpath(run.path, self.outputs))

    def _begin(self, overrides: list[str], emotion: str, minutes: float) -> Training:
        check_places("train", checked("train", composed("train", overrides, {})))
        said = Path(self._folder.name) / "training.log"
        with said.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "emogan.train", *overrides],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env={**os.environ, **ENVIRONMENT},
                start_new_session=True,  # Ctrl-C in the app's terminal is for the app, which passes it on once
            )
        if hasattr(os, "setpriority"):  # the page comes first
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
        folder = next(one.removeprefix("run_dir=") for one in overrides if one.startswith("run_dir="))
        self.last = Training(process, RunFolder(Path(folder)), emotion, minutes, said)
        return self.last


def unused(folder: Path) -> Path:
    """``folder``, or with a number behind it where there is something of that name."""
    number, found = 1, folder
    while found.exists():
        number += 1
        found = folder.with_name(f"{folder.name}_{number}")
    return found
