"""From what is missing of an emotion to files: candidates through the sieve, until it is filled or the limit is met."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from emogan.balancing.candidates import Candidate, Maker
from emogan.balancing.manifest import Line
from emogan.balancing.plan import Need
from emogan.balancing.sieve import REASONS, Sieve, Verdict
from emogan.balancing.tree import Real, put
from emogan.core.console import Watch
from emogan.core.tables import Table

SHOWN = 48  # faces of an emotion on the contact sheet


@dataclass(frozen=True)
class Way:
    """How an emotion is filled: of which seed, and with how many candidates for each face that is missing."""

    seed: int
    tries: int


@dataclass
class Filled:
    """What became of an emotion.

    Attributes:
        lines: a line of the manifest for each face kept, in their order.
        drawn: candidates that were judged.
        refused: how many for which reason.
        shown: the first faces kept, uint8 (c, h, w).
        written: how many files were not there yet.
    """

    need: Need
    lines: list[Line] = field(default_factory=list)
    drawn: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    shown: list[Tensor] = field(default_factory=list)
    written: int = 0

    @property
    def short_of(self) -> int:
        """How many faces are still missing."""
        return self.need.missing - len(self.lines)


def fill(need: Need, maker: Maker, sieve: Sieve, way: Way, reals: Sequence[Real], out: Path, watch: Watch) -> Filled:
    """Write the first candidates that pass, as many as are missing, or fewer where the limit comes first.

    Raises:
        OSError: when a file cannot be written.
    """
    filled = Filled(need)
    sieve.forget()
    watch(need.emotion.value, 0, need.missing)
    for some in maker.candidates(need.emotion, need.missing * way.tries):
        verdicts = sieve.judge(torch.stack([one.pixels for one in some]), need.emotion)
        for one, verdict in zip(some, verdicts, strict=True):
            if not filled.short_of:
                break
            filled.drawn += 1
            if verdict.refused:
                filled.refused[verdict.refused] += 1
            else:
                _keep(filled, one, verdict, way.seed, reals[verdict.nearest], out)
        watch(need.emotion.value, len(filled.lines), need.missing)
        if not filled.short_of:
            break
    return filled


def _keep(filled: Filled, one: Candidate, verdict: Verdict, seed: int, nearest: Real, out: Path) -> None:
    content = one.content()
    filled.written += put(out / one.name, content)
    digest, confidence, distance = hashlib.sha256(content).hexdigest(), verdict.confidence, verdict.distance
    filled.lines.append(
        Line(
            *(one.name, filled.need.emotion.value, seed, one.number, one.source, one.weights, f"{confidence:.4f}"),
            *(nearest.name, f"{distance:.4f}", digest),
        )
    )
    if len(filled.shown) < SHOWN:
        filled.shown.append(one.pixels)


def table_of(filled: Sequence[Filled]) -> Table:
    """Candidates of each emotion: drawn, kept, and refused by reason."""
    rows = [_row("drawn", (one.drawn for one in filled)), _row("kept", (len(one.lines) for one in filled))]
    rows += [_row(f"refused: {reason}", (one.refused[reason] for one in filled)) for reason in REASONS]
    return Table("Candidates", ("candidates", *(one.need.emotion.value for one in filled)), rows if filled else [])


def _row(name: str, numbers: Iterable[int]) -> list[str | int]:
    return [name, *numbers]
