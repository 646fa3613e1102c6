"""Trainings as a person starts them and goes on with them: commands, as in a terminal."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from emogan.cli.calling import composed
from emogan.config.check import checked
from emogan.config.places import PACKAGED, check_places
from emogan.core import emotions
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.runs.claim import is_claimed
from emogan.runs.folder import Run, RunFolder
from emogan.web.again import again
from emogan.web.programs import Program, Programs, RunningError

SETTINGS: list[str] = ["grid.every=5"]  # beside what a person chose: faces that one can watch growing


@dataclass(frozen=True)
class Wanted:
    """A training that a person wants.

    Attributes:
        emotion: one, or several; by any name.
        root: the folder of the images; None: the packaged ones.
        kind: how the names in that folder are read, a choice of ``data``.
        crop: ``data.crop`` of a folder; None: as that choice has it.
        init_from: ``packaged``: go on from the packaged networks; None: from nothing.
    """

    emotion: str
    root: Path | None
    kind: str
    crop: str | None
    minutes: float
    seed: int
    model: str
    init_from: str | None

    @property
    def overrides(self) -> list[str]:
        """As on a command line."""
        data = ["data=faces"] if self.root is None else [f"data={self.kind}", f"data.root={self.root}"]
        if self.root is not None and self.crop is not None:
            data.append(f"data.crop={self.crop}")
        start = [] if self.init_from is None else [f"init_from={self.init_from}"]
        settings = [f"minutes={self.minutes}", f"seed={self.seed}", f"model={self.model}"]
        return [f"emotion={emotions.canonical(self.emotion)}", *settings, *data, *start, *SETTINGS]


@dataclass(frozen=True)
class Training:
    """A training that was started here."""

    program: Program
    run: RunFolder
    emotion: str
    minutes: float


class Trainer:
    """Starts, stops and goes on with trainings.

    Args:
        programs: what it starts them with.
        outputs: the folder of runs.
        roots: folders of databases.
        most: minutes of a training.
    """

    def __init__(self, programs: Programs, outputs: Path, roots: Sequence[Path], most: float) -> None:
        self.programs, self.outputs, self.roots, self.most = programs, outputs.resolve(), roots, most
        self.last: Training | None = None

    @property
    def training(self) -> bool:
        """Whether a training runs."""
        return self.last is not None and self.last.program.alive

    def start(self, wanted: Wanted) -> Training:
        """Start a new run.

        Raises:
            RunningError: when something runs.
            UserError: for what cannot be trained.
        """
        name = emotions.canonical(wanted.emotion)
        if wanted.init_from == PACKAGED and wanted.model != "style":
            raise UserError(f"model={wanted.model} cannot start from the packaged networks, which are of model=style.")
        if wanted.minutes > self.most:
            raise UserError(f"minutes={wanted.minutes:g} is too long: expected at most {self.most:g} minutes.")
        moment = self.outputs / "train" / str(name) / f"{datetime.now().astimezone():%Y-%m-%d_%H-%M-%S}"
        with self.programs.free():
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
        with self.programs.free():
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

    def stop(self) -> bool:
        """Have the training save and stop, which takes some seconds; whether one ran."""
        return self.programs.stop(self.last.program if self.last else None)

    def _name(self, run: RunFolder) -> str:
        return printable(os.path.relpath(run.path, self.outputs))

    def _begin(self, overrides: list[str], emotion: str, minutes: float) -> Training:
        check_places("train", checked("train", composed("train", overrides, {})))
        folder = RunFolder(Path(next(one.removeprefix("run_dir=") for one in overrides if one.startswith("run_dir="))))
        program = self.programs.start("train", overrides, f"{self._name(folder)} is being trained")
        self.last = Training(program, folder, emotion, minutes)
        return self.last


def unused(folder: Path) -> Path:
    """``folder``, or with a number behind it where there is something of that name."""
    number, found = 1, folder
    while found.exists():
        number += 1
        found = folder.with_name(f"{folder.name}_{number}")
    return found
