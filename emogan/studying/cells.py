"""The cells of a study, a recogniser each: which there are, and their files."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

from emogan.core.errors import UserError
from emogan.core.files import as_json, atomic_write
from emogan.studying.arms import ARMS, NETWORK, PLAIN
from emogan.studying.imbalance import CURVED, OWN, WHOLE

FILLED = 1.0  # the share of drawn faces that makes emotions equal


@dataclass(frozen=True)
class Cell:
    """A recogniser of a study.

    Attributes:
        look: how its images look, see :func:`emogan.studying.material.seen`.
        share: of the faces that are missing, how many are drawn; 0: none are.
        seed: decides which images stay, which faces are drawn, and all of the training.
    """

    look: str
    imbalance: str
    recogniser: str
    arm: str
    share: float
    seed: int

    def file(self, folder: Path) -> Path:
        """Where its answers are."""
        return folder / f"{self.look}-{self.imbalance}-{self.recogniser}-{self.arm}-{self.share:g}-{self.seed}.json"


@dataclass(frozen=True)
class Answered:
    """What became of a cell.

    Attributes:
        answers: the class named for each image that was asked.
        images: how many real ones were learnt from, ``drawn`` how many others.
    """

    cell: Cell
    answers: list[int]
    images: int
    drawn: int
    seconds: float

    def write(self, folder: Path) -> None:
        """Write it, whole or not at all."""
        atomic_write(self.cell.file(folder), as_json({**asdict(self), "answers": _line(self.answers)}))


def read_all(folder: Path, asked: int) -> dict[Cell, Answered]:
    """The cells that are there, with an answer to each of ``asked`` images.

    Raises:
        UserError: when a file is no cell's of this study.
    """
    return {one.cell: one for one in (_read(path, asked) for path in sorted(folder.glob("*.json")))}


def _read(path: Path, asked: int) -> Answered:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        answers = [int(one) for one in found["answers"]]
        if len(answers) != asked:
            raise ValueError("answers to other questions")
        cell = Cell(**found["cell"])
        return Answered(cell, answers, int(found["images"]), int(found["drawn"]), float(found["seconds"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UserError(f"{path} is no cell of this study ({error!s:.80}): delete it, and it is made again.") from error


def cells_of(asked: Mapping[str, Any]) -> list[Cell]:
    """The cells of a study's settings, the first seed first, so that a study that is stopped has whole tables early.

    Where the imbalance is one of ``CURVED`` the network's faces come in every share; else drawn faces make emotions
    equal. A recogniser of all real faces says what there is to gain.
    """
    found = []
    imbalances = asked["imbalances"]
    for seed in range(1, asked["seeds"] + 1):
        for look, recogniser in product(asked["looks"], asked["recognisers"]):
            for imbalance, arm in product(imbalances, asked["arms"]):
                several = [FILLED if ARMS[arm].drawn else 0.0]
                if ARMS[arm].drawn == NETWORK and imbalance in CURVED:
                    several = sorted({FILLED, *asked["shares"]})
                found += [Cell(look, imbalance, recogniser, arm, share, seed) for share in several]
            if set(imbalances) != {OWN}:
                found.append(Cell(look, WHOLE, recogniser, PLAIN, 0.0, seed))
    return found


def _line(answers: Sequence[int]) -> str:
    return "".join(map(str, answers))  # there are six emotions
