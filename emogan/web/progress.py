"""How the balancing is that the page started."""

import re
import time
from typing import Literal

from pydantic import BaseModel

from emogan.balancing.job import NOTHING
from emogan.core.errors import UserError
from emogan.web.balanced import FOLDER, Outcome
from emogan.web.balancer import Balanced, BalanceQuery, Balancer
from emogan.web.networks import Outputs
from emogan.web.runs import record_of
from emogan.web.watching import began

PART = re.compile(r"(.+): (\d+) of (\d+)")  # lines that emogan balance writes
SPECIALISING = re.compile(r"Specialising the packaged network in .*")


class Part(BaseModel):
    """How many of the faces of an emotion, or of the real ones, are there."""

    what: str
    done: int
    total: int


class Specialising(BaseModel):
    """A network that learns the database: ``share`` of its time, from 0 to 1; ``run`` is its name."""

    share: float
    run: str


class Balancing(BaseModel):
    """The balancing, or the last one: what was asked, how far it is, what came of it.

    ``step`` is what it said last, before there are parts; ``nothing_to_do``: the tree was there already.
    """

    state: Literal["none", "running", "stopping", "finished", "stopped", "failed"]
    asked: BalanceQuery | None = None
    parts: list[Part] = []
    specialising: Specialising | None = None
    step: str | None = None
    nothing_to_do: bool = False
    outcome: Outcome | None = None
    error: str | None = None

    @property
    def alive(self) -> bool:
        """Whether more is to come."""
        return self.state in ("running", "stopping")


def now(balancer: Balancer) -> Balancing:
    """How it is."""
    one = balancer.last
    if one is None:
        return Balancing(state="none")
    ended, lines = one.program.ended, one.program.lines()
    parts = {found[1]: Part(what=found[1], done=int(found[2]), total=int(found[3])) for found in _all(PART, lines)}
    last = one.program.last_lines()[-1:]
    return Balancing(
        state=ended or ("stopping" if one.program.unwanted else "running"),
        asked=one.query,
        parts=[*parts.values()],
        specialising=None if ended or parts else _specialising(balancer.outputs, one, lines),
        step=last[0] if last and not ended and not parts else None,
        nothing_to_do=NOTHING in lines,
        outcome=_outcome(balancer, one) if ended == "finished" else None,
        error=one.program.error,
    )


def _all(pattern: re.Pattern[str], lines: list[str]) -> list[re.Match[str]]:
    return [found for line in lines if (found := pattern.fullmatch(line))]


def _specialising(outputs: Outputs, one: Balanced, lines: list[str]) -> Specialising | None:
    if not _all(SPECIALISING, lines):
        return None
    run = f"{FOLDER}/{one.query.name}.network"
    try:
        since = time.time() - (began(record_of(outputs, outputs.run(run))) or time.time())
    except UserError:  # its images are being read
        return None
    return Specialising(share=min(since / (60 * one.query.minutes), 1.0), run=run)


def _outcome(balancer: Balancer, one: Balanced) -> Outcome | None:
    try:
        return balancer.trees.outcome(one.query.name)
    except UserError:  # it was taken away
        return None
