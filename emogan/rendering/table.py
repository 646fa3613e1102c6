"""The table of truth while it grows: a line is added as soon as it is known, and at the end all are put in order.

A database may have a million pictures: of those that are known already their names are held, and no more.
"""

import csv
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from emogan.core.files import atomic
from emogan.core.truth import NAME, PARTS, Truth, each_row, each_truth, header, row, write_truth
from emogan.rendering.actions import EXTRA_ACTIONS
from emogan.rendering.arkit import ARKIT

ACTIONS = (*ARKIT, *EXTRA_ACTIONS)
HEADER = ",".join(header(ACTIONS)).encode() + b"\n"


class Table:
    """``truth.csv`` of a folder, or the part of it that belongs to a shard.

    Attributes:
        known: the files that the folder's tables know.

    Raises:
        UserError: when one of them is damaged, or none of ``emogan render``'s.
    """

    def __init__(self, folder: Path, shard: str | None) -> None:
        self._folder = folder
        self._whole = shard is None
        self._path = folder / (NAME if shard is None else f"truth_{shard.replace('/', 'of')}.csv")
        self.known = {truth.file for truth in each_truth(folder)}
        for path in self._tables():
            _tidy(path)

    def add(self, truths: Sequence[Truth]) -> None:
        """Keep what is known of some pictures."""
        fresh = not self._path.exists() or not self._path.stat().st_size
        with self._path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            if fresh:
                writer.writerow(header(ACTIONS))
            writer.writerows(row(truth, ACTIONS) for truth in truths)

    def close(self) -> None:
        """Put the table in order; that of the whole takes in those of the shards."""
        tables = self._tables()
        places = {name: (table, at) for table in tables for name, at in _lines(table).items()}
        if not places:
            return
        with atomic(self._path) as part, ExitStack() as stack:
            files = {table: stack.enter_context(table.open("rb")) for table in tables}
            ordered = stack.enter_context(part.open("wb"))
            ordered.write(HEADER)
            for _, (table, at) in sorted(places.items()):
                files[table].seek(at)
                ordered.write(files[table].readline())
        for path in tables:
            if path != self._path:
                path.unlink()

    def _tables(self) -> list[Path]:
        """Those that this one is made of, its own last: what it says holds."""
        found = sorted(self._folder.glob(PARTS)) if self._whole else [self._path]
        return sorted((path for path in found if path.is_file()), key=lambda path: path == self._path)


def _tidy(table: Path) -> None:
    """Leave out the line that a killed process tore, or the next would go on in it; and bring columns up to date."""
    with table.open("rb+") as file:
        if file.readline() == HEADER:
            file.seek(0)
            file.truncate(sum(len(line) for line in file if line.endswith(b"\n")))
            return
    write_truth(table, {truth.file: truth for truth in each_row(table)}.values(), ACTIONS)


def _lines(table: Path) -> dict[str, int]:
    """Where in a table the line of each file begins."""
    found = {}
    with table.open("rb") as file:
        at = len(file.readline())
        for line in file:
            found[line.split(b",", 1)[0].decode()] = at
            at += len(line)
    return found
