"""The files that a study ends with: its tables, its rows as numbers, its plot."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emogan.core.files import atomic_write
from emogan.core.tables import Table
from emogan.reports.tables import to_csv, to_markdown
from emogan.studying.arms import ARMS, NETWORK
from emogan.studying.cells import FILLED
from emogan.studying.findings import MEASURES, Part
from emogan.studying.plot import Curves, Panel, png
from emogan.studying.scores import Estimate

TABLES, ROWS, PLOT = "study.md", "study.csv", "study.png"


@dataclass(frozen=True)
class Findings:
    """What a study found, and the files that tell it."""

    folder: Path
    parts: tuple[Part, ...]
    files: tuple[Path, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """One for each imbalance and recogniser."""
        return tuple(part.table for part in self.parts)

    @property
    def said(self) -> tuple[str, ...]:
        """How much drawn faces help, a sentence each."""
        return tuple(sentence for part in self.parts for sentence in part.said())


def write(parts: Sequence[Part], out: Path) -> Findings:
    """Write what was found into ``out``."""
    texts = [f"### {part.title}\n\n{to_markdown(part.table)}\n\n" + "\n\n".join(part.said()) for part in parts]
    atomic_write(out / TABLES, "\n\n".join(texts) + "\n")
    atomic_write(out / ROWS, to_csv(_numbers(parts)))
    atomic_write(out / PLOT, png([_panel(part) for part in parts]))
    return Findings(out, tuple(parts), (out / TABLES, out / ROWS, out / PLOT))


def _numbers(parts: Sequence[Part]) -> Table:
    limits = [f"{name} {limit}" for name in MEASURES for limit in ("", "from", "to")]
    columns = ("imbalance", "recogniser", "way to learn", "share", "images", *(name.strip() for name in limits))
    rows = []
    for part in parts:
        for row in (*part.rows, part.whole) if part.whole else part.rows:
            values = [f"{value:.4f}" for one in row.measures for value in (one.value, one.low, one.high)]
            rows.append((part.imbalance, part.recogniser, row.says, f"{row.share:g}", row.learnt, *values))
    return Table("", columns, rows)


def _panel(part: Part) -> Panel:
    recall = {row.says: row.recall for row in part.rows if row.share in (0, FILLED)}
    drawn: dict[str, dict[float, Estimate]] = {}
    for row in part.rows:
        if ARMS[row.arm].drawn == NETWORK:
            drawn.setdefault(ARMS[row.arm].says, {})[row.share] = row.recall
    best = max((row.recall.value for row in part.rivals), default=None)
    whole = part.whole.recall.value if part.whole else None
    return Panel(part.imbalance, part.recogniser, recall, Curves(drawn, best, whole))
