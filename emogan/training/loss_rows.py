"""Writes ``losses.csv``, a row per epoch; a full disk or what a crash left of it never costs the training."""

import csv
import io
import logging
import re
from collections.abc import Sequence
from pathlib import Path

from emogan.core.errors import UserError
from emogan.core.files import atomic_write
from emogan.runs.losses import read_losses

log = logging.getLogger(__name__)

MEASURES = ("kid", "emotion_accuracy", "augmentation")  # blank where an epoch was not measured
COLUMNS = ("epoch", "images_seen", "discriminator", "generator", *MEASURES)
COUNT = re.compile("[0-9]{1,18}")  # Python makes no whole number of thousands of digits


class LossRows:
    """The rows of a training that goes on after ``epochs``.

    Rows of later epochs come again and leave the file. What is no row, or stands twice, leaves it as well; rows that
    are lost are told.

    Raises:
        UserError: when the file cannot be written.
    """

    def __init__(self, path: Path, epochs: int) -> None:
        self.path = path
        self._pending = b""
        self.past: list[tuple[int, float]] = []  # images seen and KID, where it was measured
        found = _rows(path)
        kept = [found[epoch] for epoch in sorted(found) if epoch <= epochs]
        if lost := epochs - len(kept):
            log.warning("%s is damaged: the rows of %d of %d epochs are lost; training goes on.", path, lost, epochs)
        for row in kept:
            if row[4]:
                self.past.append((int(row[1]), float(row[4])))
        try:
            if path.is_dir():
                raise IsADirectoryError(21, "it is a folder")
            atomic_write(path, _text([COLUMNS, *kept]))
            self._file = path.open("ab", buffering=0)  # what is written is on its way at once, and counted
        except OSError as error:
            raise UserError(
                f"{path} cannot be written ({error.strerror or error}): free the disk, or remove what is in the way."
            ) from error

    def append(self, row: Sequence[object]) -> None:
        """Write a row; while the disk is full, it waits for the next one."""
        waited = bool(self._pending)
        self._pending += _text([row]).encode()
        try:
            while self._pending:
                self._pending = self._pending[self._file.write(self._pending) :]
        except OSError as error:
            if not waited:
                log.warning("%s cannot be written (%s); training goes on, free some space.", self.path, error.strerror)

    @property
    def whole(self) -> bool:
        """Whether every row is in the file."""
        return not self._pending

    def close(self) -> None:
        """No more rows."""
        self._file.close()


def _rows(path: Path) -> dict[int, list[str]]:
    """The rows that are rows, by epoch, as they stand there."""
    if not read_losses(path):  # also says what is wrong with it
        return {}
    rows: dict[int, list[str]] = {}
    for line in path.read_bytes().decode("utf-8-sig", "replace").splitlines()[1:]:
        try:
            row = next(csv.reader([line]), [])
            numbers = [float(cell) for cell in row if cell]
        except (ValueError, csv.Error):
            continue
        if 4 <= len(row) <= len(COLUMNS) and len(numbers) >= 4 and all(map(COUNT.fullmatch, row[:2])):
            rows[int(row[0])] = row + [""] * (len(COLUMNS) - len(row))  # older files have no measures
    return rows


def _text(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()
