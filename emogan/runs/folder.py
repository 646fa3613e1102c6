"""The run folder: where each thing lies in it, and which run folders there are."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from emogan.core.errors import UserError
from emogan.runs.checkpoint import LAST as LAST
from emogan.runs.checkpoint import PREVIOUS as PREVIOUS
from emogan.runs.moment import Moment, moment_in
from emogan.runs.record import Record, read_record

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunFolder:
    """The layout of a run folder."""

    path: Path

    @classmethod
    def containing(cls, file: Path) -> "RunFolder":
        """The run folder of ``RUN/checkpoints/FILE``."""
        return cls(file.parent.parent)

    @classmethod
    def of_checkpoint(cls, checkpoint: Path) -> "RunFolder":
        """The same, of a checkpoint that is there.

        Raises:
            UserError: when there is no such file, with the checkpoints that do lie there; or when it is in no run
                folder.
        """
        if not checkpoint.is_file():
            there = ", ".join(str(path) for path in sorted(checkpoint.parent.glob("*.ckpt"))) or "none"
            raise UserError(
                f"ckpt_path={checkpoint} does not exist: expected RUN/checkpoints/last.ckpt (there: {there})."
            )
        run = cls.containing(checkpoint)
        if not run.record.is_file():
            raise UserError(
                f"ckpt_path={checkpoint} is in no run folder: expected RUN/run.json beside RUN/checkpoints."
            )
        return run

    @property
    def record(self) -> Path:
        """What the run says of itself."""
        return self.path / "run.json"

    @property
    def losses(self) -> Path:
        """A row per epoch."""
        return self.path / "losses.csv"

    @property
    def losses_figure(self) -> Path:
        """The same as curves."""
        return self.path / "losses.png"

    @property
    def summary(self) -> Path:
        """The networks, layer by layer."""
        return self.path / "summary.txt"

    @property
    def tensorboard(self) -> Path:
        """The folder of TensorBoard's events."""
        return self.path / "tensorboard"

    @property
    def samples(self) -> Path:
        """The folder of grids of generated faces, ``epoch_000050.png``."""
        return self.path / "samples"

    @property
    def real(self) -> Path:
        """A grid of the images that were learnt from."""
        return self.samples / "real.png"

    @property
    def grids(self) -> list[Moment]:
        """When grids of generated faces were drawn, the first first."""
        try:
            found = [moment_in(path.stem) for path in self.samples.iterdir() if path.suffix == ".png"]
        except OSError:
            return []
        return sorted(moment for moment in found if moment)

    def grid(self, moment: Moment) -> Path:
        """The grid of that moment."""
        return self.samples / f"{moment.name}.png"

    @property
    def newest_grid(self) -> Path | None:
        """The last grid of generated faces."""
        return max((path for path in map(self.grid, self.grids) if path.is_file()), default=None)

    @property
    def checkpoints(self) -> Path:
        """The folder of everything that a network can be had from again."""
        return self.path / "checkpoints"

    @property
    def last(self) -> Path:
        """The newest checkpoint."""
        return self.checkpoints / LAST

    @property
    def previous(self) -> Path:
        """The checkpoint before it."""
        return self.checkpoints / PREVIOUS

    @property
    def newest_checkpoint(self) -> Path | None:
        """The checkpoint to go on from, if there is one."""
        return next((path for path in (self.last, self.previous) if path.is_file()), None)

    @property
    def generator(self) -> Path:
        """The generator as the run ended."""
        return self.checkpoints / "generator.safetensors"

    @property
    def best(self) -> Path:
        """The generator as it was at the lowest KID."""
        return self.checkpoints / "best.safetensors"

    @property
    def evaluation(self) -> Path:
        """Where an evaluation of the run is written."""
        return self.path / "evaluation"

    def read_record(self) -> Record:
        """What the run says of itself.

        Raises:
            UserError: when it says nothing that can be read.
        """
        return read_record(self.record)


class Run(NamedTuple):
    """A run folder and what it says of itself."""

    folder: RunFolder
    record: Record


def runs_below(folder: Path) -> list[Run]:
    """The runs in ``folder`` and below it, by path; the log names those whose record cannot be read."""
    found = []
    for place, folders, files in os.walk(folder):
        folders.sort()
        if "run.json" in files:
            run = RunFolder(Path(place))
            try:
                found.append(Run(run, run.read_record()))
            except UserError as error:
                log.warning("Passed over: %s", error)
    return found
