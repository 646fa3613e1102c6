"""What a database of faces holds, as files: tables and a contact sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL.Image import Image

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.core.files import atomic_write
from emogan.core.images import save_png
from emogan.core.tables import Table
from emogan.data.survey import (
    Survey,
    counts,
    irregular,
    left_out_files,
    listing,
    long_counts,
    portraits,
    reasons,
    remarks,
    sizes,
)
from emogan.reports.portraits import portrait_sheet
from emogan.reports.sheet import contact_sheet
from emogan.reports.tables import to_csv, to_markdown
from emogan.reports.text import as_text

FILES = ("report.md", "images.csv", "files.csv", "left_out.csv", "contact_sheet.png", "faces.png")


@dataclass(frozen=True)
class Description:
    """What was found in a database, for people and for other programs.

    Attributes:
        root: of the database.
        tables: images, sizes, and why images are left out.
        portraits: in how many a face was found, where one was looked for.
        remarks: sentences on the database as a whole.
        irregular: every file that something is wrong with.
        lists: what other programs read, by name: ``images`` (counts), ``files`` and ``left_out`` (every file).
        sheet: some images of each emotion; None where none is usable.
    """

    root: Path
    tables: tuple[Table, ...]
    portraits: Table
    remarks: Table
    irregular: Table
    lists: Mapping[str, Table]
    sheet: Image | None


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
        return [path for name in FILES if (path := self.folder / name).is_file()]


def describe(found: Survey, samples: tuple[int, int]) -> Description:
    """Everything that is to be said of a database.

    Args:
        samples: how many images of each emotion the sheet shows, and the seed of their choice.
    """
    rows = []
    for emotion in Emotion:
        if images := [found.used[face] for face in found.sample(emotion, *samples)]:
            rows.append((emotion.value, images))
    return Description(
        root=found.index.root,
        tables=(counts(found), sizes(found), reasons(found)),
        portraits=portraits(found),
        remarks=remarks(found),
        irregular=irregular(found),
        lists={"images": long_counts(found), "files": listing(found), "left_out": left_out_files(found)},
        sheet=contact_sheet(rows) if rows else None,
    )


def write_database(found: Survey, samples: tuple[int, int], out: Path) -> Inspected:
    """Write :data:`FILES`; ``contact_sheet.png`` only where an image is usable, and ``faces.png``
    where faces were looked for and found.

    Args:
        samples: see :func:`describe`.

    Raises:
        UserError: when no image is usable; the other files are there and say why.
    """
    described = describe(found, samples)
    root, tables = described.root, (*described.tables, described.portraits)
    shown = (*tables, described.remarks, described.irregular)
    text = [f"# {as_text(root)}", *(f"## {one.title}\n\n{to_markdown(one)}" for one in shown)]
    atomic_write(out / "report.md", "\n\n".join(text) + "\n")
    for name, table in described.lists.items():
        atomic_write(out / f"{name}.csv", to_csv(table))
    if described.sheet is None:
        raise UserError(f"No usable image under {root}: expected at least one; {out / 'report.md'} says why.")
    save_png(described.sheet, out / "contact_sheet.png")
    if found.found:
        save_png(portrait_sheet(found, samples[1]), out / "faces.png")
    return Inspected(out, root, tables, described.remarks, described.irregular)
