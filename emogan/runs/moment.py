"""When a grid of faces was drawn, as its file's name says it."""

import re
from typing import NamedTuple

_NAME = re.compile(r"epoch_(\d{6,12})(?:_step_(\d{6,12}))?")


class Moment(NamedTuple):
    """After ``step`` steps beyond ``epoch`` whole epochs."""

    epoch: int
    step: int

    def __str__(self) -> str:
        return f"{self.epoch}" + (f"+{self.step}" if self.step else "")

    @property
    def name(self) -> str:
        """For files, in order: ``epoch_000002``, or ``epoch_000002_step_000040`` that far beyond it."""
        return f"epoch_{self.epoch:06d}" + (f"_step_{self.step:06d}" if self.step else "")


def moment_in(name: str) -> Moment | None:
    """What a file's name says, without its suffix; None where it says no moment."""
    found = _NAME.fullmatch(name)
    return Moment(int(found[1]), int(found[2] or 0)) if found else None
