"""``losses.csv``: a row per epoch."""

import csv
import logging
from pathlib import Path

Losses = dict[str, list[float]]

NEEDED = ("epoch", "images_seen", "discriminator", "generator")
LARGEST = 1 << 26  # bytes; a row has about 80

log = logging.getLogger(__name__)


def read_losses(path: Path) -> Losses:
    """The columns of a ``losses.csv``, by name; {} where there is no row.

    Rows that are none (a process was killed while writing, something else was written in between) are passed over, and
    the log says how many; a value that is missing is NaN.
    """
    if not path.is_file():
        return {}
    try:
        if path.stat().st_size > LARGEST:
            raise OSError(f"{path.stat().st_size:,} bytes are too many")
        lines = path.read_bytes().decode("utf-8-sig", "replace").splitlines()
    except OSError as error:
        log.warning("%s cannot be read (%s).", path, error.strerror or error)
        return {}
    names = [name.strip() for name in lines[0].split(",")] if lines else []
    if not set(NEEDED) <= set(names) or len(set(names)) < len(names):
        if lines:
            log.warning("%s has no losses: expected the columns %s.", path, ", ".join(NEEDED))
        return {}
    rows = [row for line in lines[1:] if line.strip(", ") and (row := _numbers(line, len(names)))]
    passed = sum(bool(line.strip(", ")) for line in lines[1:]) - len(rows)
    if passed:
        log.warning("%s: %d rows are no losses and are passed over.", path, passed)
    return {name: [row[place] for row in rows] for place, name in enumerate(names)} if rows else {}


def _numbers(line: str, columns: int) -> list[float] | None:
    """The values of one row; a shorter one is of a version with fewer columns."""
    try:
        row = [float(cell) if cell.strip() else float("nan") for cell in next(csv.reader([line]))]
    except (ValueError, csv.Error):
        return None
    if not len(NEEDED) <= len(row) <= columns or row[0] != row[0]:
        return None
    return row + [float("nan")] * (columns - len(row))
