"""``losses.csv``: a row per epoch."""

import csv
from pathlib import Path

Losses = dict[str, list[float]]


def read_losses(path: Path) -> Losses:
    """The columns of a ``losses.csv``, by name."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name] or "nan") for row in rows] for name in rows[0]} if rows else {}
