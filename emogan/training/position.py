"""How far a training is, which may be in the middle of an epoch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emogan.runs.moment import Moment


@dataclass(frozen=True)
class Position:
    """A moment between two steps.

    Attributes:
        steps: done so far, of all epochs.
        per_epoch: steps of an epoch.
    """

    steps: int
    per_epoch: int

    @property
    def epochs(self) -> int:
        """Whole epochs that are done."""
        return self.steps // self.per_epoch

    @property
    def step(self) -> int:
        """Steps done of the epoch that has begun; 0 at the end of one."""
        return self.steps % self.per_epoch

    def of(self, epochs: int) -> str:
        """Where that is in a training of ``epochs``, as the end of a sentence."""
        if not self.step:
            return f"after epoch {self.epochs}"
        return f"in epoch {self.epochs + 1} of {epochs}, after step {self.step} of {self.per_epoch}"

    def __str__(self) -> str:
        return f"step {self.step} of epoch {self.epochs + 1}" if self.step else f"epoch {self.epochs}"

    @property
    def name(self) -> str:
        """For files, see :attr:`emogan.runs.moment.Moment.name`."""
        return Moment(self.epochs, self.step).name

    def to_plain(self) -> dict[str, int]:
        """For a checkpoint."""
        return {"steps": self.steps, "per_epoch": self.per_epoch}

    @classmethod
    def from_plain(cls, found: Mapping[str, Any]) -> "Position":
        """Of a checkpoint.

        Raises:
            ValueError: when it holds none.
        """
        steps, per_epoch = found.get("steps"), found.get("per_epoch")
        if type(steps) is not int or type(per_epoch) is not int or steps < 0 or per_epoch < 1:
            raise ValueError("no steps")
        return cls(steps, per_epoch)
