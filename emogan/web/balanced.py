"""Balanced databases below the page's outputs. Nothing in them is trusted."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from emogan.balancing.manifest import MANIFEST, RECORD, SHEET, read_record
from emogan.core.errors import UserError
from emogan.web.networks import Outputs
from emogan.web.runs import own

FOLDER = "balanced"  # below the outputs
NAME = r"[\w\-]{1,60}"  # with the network's ending, what every disk takes

Counts = dict[str, int]


class Outcome(BaseModel):
    """What a balanced database says of itself: faces of each emotion, and what became of the candidates.

    ``before``, ``target`` and ``after`` are faces of each emotion, ``refused`` candidates by emotion and reason;
    ``said`` is what there is to know, a sentence each.
    """

    name: str
    ended: str
    before: Counts = {}
    target: Counts = {}
    after: Counts = {}
    generated: int = 0
    candidates: Counts = {}
    refused: dict[str, Counts] = {}
    not_filled: Counts = {}
    said: list[str] = []
    contact_sheet: bool = False


@dataclass(frozen=True)
class Trees:
    """The balanced databases of the page, by name; no name leads out of the outputs."""

    outputs: Outputs

    def folder(self, name: str) -> Path:
        """Where the one of that name is, or would be.

        Raises:
            UserError: when it can have no such name, or a link leads elsewhere.
        """
        check_name(name)
        path = self.outputs.folder.resolve() / FOLDER / name
        for one in (path, path.with_name(f"{name}.network")):
            if not one.resolve().is_relative_to(self.outputs.folder.resolve()):
                raise UserError(f"name={name} leads elsewhere, by a link: give another name.")
        return path

    def names(self) -> list[str]:
        """Those that there are."""
        try:
            below = sorted(one.name for one in (self.outputs.folder / FOLDER).iterdir())
        except OSError:
            return []
        return [name for name in below if re.fullmatch(NAME, name) and self._holds(name)]

    def outcome(self, name: str) -> Outcome:
        """What it says of itself.

        Raises:
            UserError: when there is none, or it says nothing that can be read.
        """
        record = self.file(name, RECORD)
        found = read_record(record.parent) or {}
        asked, sheet = found.get("asked", {}), record.with_name(SHEET).is_file()
        try:
            json.dumps(found, ensure_ascii=False).encode()  # no letters that cannot be written
            return Outcome.model_validate(
                {**found, "name": name, "target": asked.get("target", {}), "contact_sheet": sheet}
            )
        except ValueError as error:
            raise UserError(f"The record of {name} is none of emogan balance: balance into another name.") from error

    def file(self, name: str, file: str) -> Path:
        """One of the files that tell of it.

        Raises:
            UserError: when there is none.
        """
        path = own(self.outputs, self.folder(name) / file)
        if not path.is_file():
            raise UserError(f"name={name} has no {file}: expected one of those that /api/balancings lists, at its end.")
        return path

    def sheet(self, name: str) -> Path:
        """Its contact sheet."""
        return self.file(name, SHEET)

    def manifest(self, name: str) -> Path:
        """The table of its generated faces."""
        return self.file(name, MANIFEST)

    def _holds(self, name: str) -> bool:
        try:
            return self.file(name, RECORD).is_file()
        except UserError:
            return False


def check_name(name: str) -> None:
    """Raise a UserError for what is no name of a folder."""
    if not re.fullmatch(NAME, name):
        raise UserError(
            f"name={name!r:.80} is no name for a folder: expected 1 to 60 letters, digits, - and _, such as faces_200."
        )
