"""The table of truth while it grows: a line is added as soon as it is known, and at the end all are put in order."""

import csv
from collections.abc import Sequence
from pathlib import Path

from emogan.core.truth import NAME, PARTS, Truth, header, read_table, read_truth, row, write_truth
from emogan.rendering.actions import EXTRA_ACTIONS
from emogan.rendering.arkit import ARKIT

ACTIONS = (*ARKIT, *EXTRA_ACTIONS)


class Table:
    """``truth.csv`` of a folder, or the part of it that belongs to a shard."""

    def __init__(self, folder: Path, shard: str | None) -> None:
        self._folder = folder
        self._whole = shard is None
        self._path = folder / (NAME if shard is None else f"truth_{shard.replace('/', 'of')}.csv")
        self.known = read_truth(folder)
        self._own = dict(self.known) if self._whole else read_table(self._path)

    def add(self, truths: Sequence[Truth]) -> None:
        """Keep what is known of some pictures."""
        fresh = not self._path.exists() or not self._path.stat().st_size
        with self._path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            if fresh:
                writer.writerow(header(ACTIONS))
            writer.writerows(row(truth, ACTIONS) for truth in truths)
        self._own.update({truth.file: truth for truth in truths})

    def close(self) -> None:
        """Put the table in order; that of the whole takes in those of the shards."""
        if not self._own:
            return
        write_truth(self._path, self._own.values(), ACTIONS)
        if self._whole:
            for path in self._folder.glob(PARTS):
                if path != self._path:
                    path.unlink()
