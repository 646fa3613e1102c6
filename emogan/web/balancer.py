"""Balancings as a person asks for them: commands, as in a terminal, into a folder below the page's outputs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from omegaconf import DictConfig
from pydantic import BeforeValidator, Field

from emogan.balancing.plan import LARGEST
from emogan.cli.calling import composed
from emogan.config.check import checked
from emogan.config.places import PACKAGED, check_places
from emogan.config.raw import raw_settings
from emogan.config.values import MOST_FACES, SHARES
from emogan.config.verbs import VERBS
from emogan.core.errors import UserError
from emogan.web.again import written
from emogan.web.balanced import FOLDER, Trees, check_name
from emogan.web.databases import DatabaseQuery, check_links
from emogan.web.networks import Outputs
from emogan.web.programs import Program, Programs
from emogan.web.queries import Minutes, Number, Query, Text, defaults, reads, within

DEFAULT = defaults("balance")


def target_in(value: Any) -> int | str:
    """How many faces of each emotion: ``max`` or a number; a file, as in a terminal, is nobody's to name here."""
    if value == LARGEST:
        return LARGEST
    number = int(value) if isinstance(value, str) and len(value) < 10 and value.isdecimal() else value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= MOST_FACES:
        raise ValueError(f"target={value!s:.60} is not usable: expected max, or a number from 0 to {MOST_FACES:,}.")
    return number


Target = Annotated[
    int | str, BeforeValidator(target_in), Field(description="faces of each emotion: max, as the largest has; a number")
]


class Way(Query):
    """How a database is balanced."""

    name: Annotated[Text, reads(check_name), Field(description=f"of the folder that is written, below {FOLDER}")]
    target: Target = DEFAULT["target"]
    by: Annotated[
        Literal["gan", "translate", "both"],
        Field(description="gan: people who do not exist; translate: the database's own, changed; both: in turn"),
    ] = DEFAULT["by"]
    weights: Annotated[
        Text | None,
        Field(description="none: the packaged network, specialised on the database; packaged: as it is; a run"),
    ] = DEFAULT["weights"]
    minutes: Annotated[Minutes, Field(description="of specialising")] = DEFAULT["minutes"]
    confidence: Annotated[
        Number, within(SHARES, "the least with which a generated face's emotion must be recognised")
    ] = DEFAULT["confidence"]


class BalanceQuery(Way, DatabaseQuery):
    """A database to balance, and how."""


def as_typed(value: float) -> float:
    """1 for 1.0: records say the same of what was asked here and in a terminal."""
    return int(value) if float(value).is_integer() else value


@dataclass(frozen=True)
class Balanced:
    """A balancing that was started here."""

    program: Program
    query: BalanceQuery


class Balancer:
    """Starts and stops balancings.

    Args:
        programs: what it starts them with.
        roots: folders of databases.
        minutes: the most of specialising.
        faces: the most of an emotion.
    """

    def __init__(self, programs: Programs, outputs: Outputs, roots: Sequence[Path], minutes: float, faces: int) -> None:
        self.programs, self.outputs, self.roots, self.minutes, self.faces = programs, outputs, roots, minutes, faces
        self.trees = Trees(outputs)
        self.last: Balanced | None = None

    def start(self, query: BalanceQuery) -> Balanced:
        """Start one, or go on with it.

        Raises:
            RunningError: when something runs.
            UserError: for what cannot be balanced.
        """
        overrides = self.overrides(query)
        if (place := query.place(self.roots)) is not None:
            check_links(place, self.roots)
        with self.programs.free():
            program = self.programs.start("balance", overrides, f"{FOLDER}/{query.name} is being balanced")
            self.last = Balanced(program, query)
            return self.last

    def stop(self) -> bool:
        """Have it stop; whether one ran. The same query goes on with it."""
        return self.programs.stop(self.last.program if self.last else None)

    def settings(self, query: BalanceQuery) -> DictConfig:
        """The settings of ``emogan balance``, checked.

        Raises:
            UserError: for what cannot be balanced.
        """
        return self._checked(self.overrides(query))

    def overrides(self, query: BalanceQuery) -> list[str]:
        """The same as on a command line.

        Raises:
            UserError: for what cannot be balanced.
        """
        if isinstance(query.target, int) and query.target > self.faces:
            raise UserError(f"target={query.target} is too many: expected at most {self.faces:,} of each emotion.")
        if query.weights is None and query.minutes > self.minutes:
            raise UserError(f"minutes={query.minutes:g} is too long: expected at most {self.minutes:g} minutes.")
        weights = query.weights
        if weights not in (None, PACKAGED):
            weights = str(self.outputs.run(weights).path)
        settings = {
            **query.settings(query.place(self.roots)),
            "out": str(self.trees.folder(query.name)),
            "target": query.target,
            "by": query.by,
            "weights": weights,
            "minutes": as_typed(query.minutes),
            "confidence": as_typed(query.confidence),
        }
        raw = dict(raw_settings(VERBS["balance"], "", {"data": settings["data"]}))
        found = [f"{key}={value if key == 'data' else written(value, key in raw)}" for key, value in settings.items()]
        self._checked(found)
        return found

    def _checked(self, overrides: Sequence[str]) -> DictConfig:
        cfg = checked("balance", composed("balance", list(overrides), {}))
        check_places("balance", cfg)
        return cfg
