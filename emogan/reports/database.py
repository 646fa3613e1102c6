"""What a database of faces holds, as files: tables and a contact sheet."""

from dataclasses import dataclass
from pathlib import Path

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.core.files import atomic_write
from emogan.core.images import save_png
from emogan.core.tables import Table
from emogan.data.survey import Survey, counts, irregular, left_out_files, listing, long_counts, reasons, remarks, sizes
from emogan.reports.sheet import contact_sheet
from emogan.reports.tables import to_csv, to_markdown
from emogan.reports.text import as_text

FILES = ("report.md", "images.csv", "files.csv", "left_out.csv", "contact_sheet.png")


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
    """Write :data:`FILES`; ``contact_sheet.png`` only where an image is usable.

    Args:
        samples: how many images of each emotion the sheet shows, and the seed of their choice.

    Raises:
        UserError: when no image is usable; the other files are there and say why.
    """
    root, tables = found.index.root, (counts(found), sizes(found), reasons(found))
    told, odd = remarks(found), irregular(found)
    text = [f"# {as_text(root)}", *(f"## {one.title}\n\n{to_markdown(one)}" for one in (*tables, told, odd))]
    atomic_write(out / "report.md", "\n\n".join(text) + "\n")
    atomic_write(out / "images.csv", to_csv(long_counts(found)))
    atomic_write(out / "files.csv", to_csv(listing(found)))
    atomic_write(out / "left_out.csv", to_csv(left_out_files(found)))
    rows = []
    for emotion in Emotion:
        if images := [found.used[face] for face in found.sample(emotion, *samples)]:
            rows.append((emotion.value, images))
    if not rows:
        raise UserError(f"No usable image under {root}: expected at least one; {out / 'report.md'} says why.")
    save_png(contact_sheet(rows), out / "contact_sheet.png")
    return Inspected(out, root, tables, told, odd)
