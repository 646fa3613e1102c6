"""The verb ``inspect``: ``python -m emogan.inspect data=kdef data.root=FOLDER``."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from hydra.utils import instantiate
from omegaconf import DictConfig
from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table as RichTable

from emogan.cli.command import command
from emogan.config.settings import check_settings
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.core.tables import Table
from emogan.data.people import keep
from emogan.data.survey import Survey, counts, irregular, left_out_files, long_counts, reasons, remarks, sizes, survey
from emogan.reports.sheet import contact_sheet


def inspect(cfg: DictConfig) -> Path:
    """Look at the database that ``conf/inspect.yaml`` and its data group describe; print and save what it holds.

    Returns:
        The folder with ``report.md``, ``images.csv``, ``left_out.csv`` and ``contact_sheet.png``.

    Raises:
        UserError: when there is no such database, or no image in it is usable.
    """
    check_settings(cfg)
    if "read" not in cfg.data:
        raise UserError("This database is no folder of image files: expected data=faces, data=kdef or data=folder.")
    index = keep(instantiate(cfg.data.read, _convert_="all")(), cfg.data.people)
    found = survey(index, instantiate(cfg.data.framing), _with_progress)
    rows = []
    for emotion in Emotion:
        images = [found.used[face] for face in found.sample(emotion, cfg.samples_per_emotion, cfg.seed)]
        if images:
            rows.append((emotion.value, images))
    tables = [counts(found), sizes(found), reasons(found), remarks(found), irregular(found)]
    show(found, tables)
    if not rows:
        raise UserError(f"No usable image under {index.root}: expected at least one; the tables above say why.")

    out = Path(cfg.out)
    out.mkdir(parents=True, exist_ok=True)
    title = f"# {index.root}\n\n"
    (out / "report.md").write_text(title + "\n".join(markdown(table) for table in tables), encoding="utf-8")
    write_csv(out / "images.csv", long_counts(found))
    write_csv(out / "left_out.csv", left_out_files(found))
    contact_sheet(rows).save(out / "contact_sheet.png")
    print(f"\nIn {out}: report.md, images.csv, left_out.csv, contact_sheet.png")
    return out


def show(found: Survey, tables: Sequence[Table]) -> None:
    """Print the tables; irregular files in plain lines, that no terminal is too narrow for."""
    console = Console()
    *narrow, told, files = tables
    console.print(f"{found.index.root}", soft_wrap=True, highlight=False)
    for table in (table for table in narrow if table.rows):
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
            drawn.add_row(*(str(value) for value in row))
        console.print(drawn)
    for (sentence,) in told.rows:
        print(f"\n{sentence}.")
    print(f"\n{files.title}: {len(files.rows)}")
    for file, what, outcome in files.rows:
        print(f"  {file}: {what} ({outcome})")


def markdown(table: Table) -> str:
    """A table in Markdown, under its title."""
    lines = [table.columns, ["---"] * len(table.columns), *table.rows]
    cells = ("| " + " | ".join(str(value).replace("|", "\\|") for value in line) + " |" for line in lines)
    return f"## {table.title}\n\n" + "\n".join(cells) + "\n"


def write_csv(path: Path, table: Table) -> None:
    """Write a table as comma-separated values with a header."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([table.columns, *table.rows])


def _with_progress(paths: Sequence[Path]) -> Iterable[Path]:
    console = Console(stderr=True)
    return track(paths, "Decoding", console=console, transient=True, disable=not console.is_terminal)


def main(cfg: DictConfig) -> None:
    """The command."""
    inspect(cfg)


if __name__ == "__main__":
    command("inspect", main)
