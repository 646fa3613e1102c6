"""The measures as tables."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import NamedTuple

from emogan.core.emotions import EMOTIONS
from emogan.core.tables import Table
from emogan.metrics.comparison import Measured
from emogan.metrics.measuring import Row


class Column(NamedTuple):
    """How a measure is shown: name, which way is better, factor, decimals."""

    title: str
    scale: float
    decimals: int


COLUMNS = {
    "kid": Column("KID x1000 ↓", 1000, 0),
    "fid": Column("FID ↓", 1, 1),
    "precision": Column("precision ↑", 1, 2),
    "recall": Column("recall ↑", 1, 2),
    "density": Column("density ↑", 1, 2),
    "coverage": Column("coverage ↑", 1, 2),
    "accuracy": Column("emotion accuracy % ↑", 100, 1),
    "cas": Column("CAS % ↑", 100, 1),
    "diversity": Column("diversity → 1", 1, 2),
    "copying": Column("copying % → 5", 100, 1),
}
OF_AN_EMOTION = ("kid", "recall", "density", "coverage", "accuracy", "diversity", "copying")


def columns(rows: Mapping[str, Measured]) -> dict[str, Column]:
    """What is shown of ``rows``: emogan's measures, and after them a person's own."""
    own = {name for one in rows.values() for name in one.row if name not in COLUMNS}
    return COLUMNS | {name: Column(name.rpartition(".")[2], 1, 3) for name in sorted(own)}


def cell(row: Row, name: str, column: Column) -> str:
    """A measure with its standard error, or a dash where there is none."""
    if name not in row:
        return "-"
    found = row[name]
    value = f"{found.value * column.scale:.{column.decimals}f}"
    return value if found.error is None else f"{value} ± {found.error * column.scale:.{column.decimals}f}"


def overall(rows: Mapping[str, Measured]) -> Table:
    """All emotions together: a line for each yardstick and system."""
    shown = columns(rows)
    lines = [[name, *(cell(one.row, key, column) for key, column in shown.items())] for name, one in rows.items()]
    return Table("All emotions", ["", *(column.title for column in shown.values())], lines)


def of_emotions(rows: Mapping[str, Measured]) -> Table:
    """Each emotion alone: a line for each emotion of each row."""
    shown = {key: column for key, column in columns(rows).items() if key in OF_AN_EMOTION or key not in COLUMNS}
    titles = ["", "emotion", *(column.title for column in shown.values())]
    lines = [
        [name, emotion.value, *(cell(row, key, column) for key, column in shown.items())]
        for name, one in rows.items()
        for emotion, row in one.emotions.items()
    ]
    return Table("Each emotion", titles, lines)


def confusion(one: Measured) -> Table:
    """Emotions shown, line by line, and how often each was named."""
    names = [emotion.value for emotion in EMOTIONS]
    counts = one.confusion.tolist()
    lines = [[name, *map(str, line)] for name, line in zip(names, counts, strict=True) if sum(line)]
    return Table("How emotions are named", ["shown", *(f"named {name}" for name in names)], lines)


def to_json(rows: Mapping[str, Measured]) -> dict[str, object]:
    """The same as plain values."""

    def values(row: Row) -> dict[str, dict[str, float | None]]:
        return {name: asdict(found) for name, found in row.items()}

    return {
        name: {
            "all": values(one.row),
            "emotions": {emotion.value: values(row) for emotion, row in one.emotions.items()},
            "confusion": one.confusion.tolist(),
        }
        for name, one in rows.items()
    }
