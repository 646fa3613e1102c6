"""``report.html`` of an evaluation: tables, faces, closest pairs, in one file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from emogan.core.files import atomic_write
from emogan.core.images import grid
from emogan.metrics.comparison import REAL, Measured
from emogan.reports.measures import confusion, of_emotions, overall
from emogan.reports.page import inline, to_html
from emogan.reports.tables import to_markdown
from emogan.reports.text import as_text, shown
from emogan.runs.systems import System


def write_page(out: Path, rows: Mapping[str, Measured], systems: Sequence[System], notes: Sequence[str]) -> None:
    """Write ``report.html`` into ``out``."""
    names = [system.name for system in systems]
    tables = overall(rows), of_emotions({name: rows[name] for name in (REAL, *names)})
    text = [f"# {as_text(' and '.join(names))}", "\n".join(f"- {as_text(note)}" for note in notes)]
    for table in tables:
        text += [f"## {table.title}", to_markdown(table)]
    text += ["## Faces", "Ten of each emotion, a row for each, chosen at random."]
    for name in (REAL, *names):
        text += [f"### {as_text(name)}", picture(rows[name].samples.images, name)]
    for name in (REAL, *names):
        if (pairs := rows[name].closest) is not None:
            text += [f"### Closest to a training face: {as_text(name)}"]
            text += ["Above: the ten nearest. Below: their training faces."]
            text.append(picture(torch.cat(pairs), f"{name}, closest pairs"))
    text.append(f"## {confusion(rows[REAL]).title}")
    for name in (REAL, *names):
        text += [f"### {as_text(name)}", to_markdown(confusion(rows[name]))]
    page = to_html("\n\n".join(text), f"emogan: {shown(', '.join(names))}")
    atomic_write(out / "report.html", page)


def picture(images: Tensor, what: str) -> str:
    """A grid of images (n, c, h, w) in Markdown, ten to a row."""
    return f"![{as_text(what)}]({inline(grid(images.permute(0, 2, 3, 1).numpy()))})"
