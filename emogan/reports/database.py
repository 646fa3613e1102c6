"""What a database of faces holds, as files: tables and a contact sheet."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.core.files import atomic_write
from emogan.core.images import save_png
from emogan.core.tables import Table
from emogan.data.survey import Survey, counts, irregular, left_out_files, long_counts, reasons, remarks, sizes
from emogan.reports.sheet import contact_sheet

FILES = ("report.md", "images.csv", "left_out.csv", "contact_sheet.png")


@dataclass(frozen=True)
class Inspected:
    """What was found in a database.

    Attributes:
        folder: of the files written.
        root: of the database.
        tables: images, sizes, and why images are left out.
        remarks: sentences on the database as a whole.
        irregular: every file that something is wrong with.
    """

    folder: Path
    root: Path
    tables: tuple[Table, ...]
    remarks: Table
    irregular: Table

    @property
    def files(self) -> list[Path]:
        """The files written."""
        return [self.folder / name for name in FILES]


def write_database(found: Survey, samples: tuple[int, int], out: Path) -> Inspected:
    """Write ``report.md``, ``images.csv``, ``left_out.csv`` and, where an image is usable, ``contact_sheet.png``.

    Args:
        samples: how many images of each emotion the sheet shows, and the seed of their choice.

    Raises:
        UserError: when no image is usable; the other files are there and say why.
    """
    root, tables = found.index.root, (counts(found), sizes(found), reasons(found))
    told, odd = remarks(found), irregular(found)
    text = f"# {root}\n\n" + "\n".join(markdown(table) for table in (*tables, told, odd))
    atomic_write(out / "report.md", text)
    atomic_write(out / "images.csv", comma_separated(long_counts(found)))
    atomic_write(out / "left_out.csv", comma_separated(left_out_files(found)))
    rows = []
    for emotion in Emotion:
        if images := [found.used[face] for face in found.sample(emotion, *samples)]:
            rows.append((emotion.value, images))
    if not rows:
        raise UserError(f"No usable image under {root}: expected at least one; {out / 'report.md'} says why.")
    save_png(contact_sheet(rows), out / "contact_sheet.png")
    return Inspected(out, root, tables, told, odd)


def markdown(table: Table) -> str:
    """A table in Markdown, under its title."""
    lines: list[Sequence[str | int]] = [table.columns, ["---"] * len(table.columns), *table.rows]
    cells = ("| " + " | ".join(str(value).replace("|", "\\|") for value in line) + " |" for line in lines)
    return f"## {table.title}\n\n" + "\n".join(cells) + "\n"


def comma_separated(table: Table) -> str:
    """A table as comma-separated values with a header."""
    text = io.StringIO()
    csv.writer(text).writerows([table.columns, *table.rows])
    return text.getvalue()
