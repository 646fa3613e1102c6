"""One table, three ways: for pages, for the terminal, for other programs."""

import csv
import io

from rich import box
from rich.table import Table as RichTable

from emogan.core.tables import Table
from emogan.reports.text import as_text


def to_markdown(table: Table) -> str:
    """A table in Markdown, without its title; every cell is shown as it is."""
    lines = [[as_text(cell) for cell in line] for line in (table.columns, *table.rows)]
    lines.insert(1, ["---"] * len(table.columns))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def to_rich(table: Table) -> RichTable:
    """A table for the terminal, as narrow as it gets; to be printed without markup, see :mod:`emogan.cli.console`."""
    drawn = RichTable(
        box=box.SIMPLE_HEAD,
        padding=(0, 0, 0, 1),
        pad_edge=False,
        show_edge=False,
        title=f"\n{table.title}",
        title_justify="left",
    )
    for number, column in enumerate(table.columns):
        drawn.add_column(column.replace(" ", "\n"), justify="right" if number else "left", no_wrap=True)
    for row in table.rows:
        drawn.add_row(*(str(cell) for cell in row))
    return drawn


def to_csv(table: Table) -> str:
    """A table as comma-separated values with a header."""
    text = io.StringIO()
    csv.writer(text).writerows([table.columns, *table.rows])
    return text.getvalue()
