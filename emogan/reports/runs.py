"""A page of several runs: their losses in pictures, their faces, a table."""

import itertools
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from emogan.core.emotions import EMOTIONS
from emogan.core.errors import UserError
from emogan.core.files import atomic_write
from emogan.core.images import save_png
from emogan.core.tables import Table
from emogan.data.pictures import read_picture
from emogan.data.reading import UnusableImageError, read_bytes
from emogan.reports.figures import draw_emotions, draw_losses
from emogan.reports.page import to_html
from emogan.reports.tables import to_markdown
from emogan.reports.text import as_text, file_name, shown
from emogan.reports.tuned import study_in, write_study
from emogan.runs.folder import RunFolder, runs_below
from emogan.runs.losses import Losses, read_losses
from emogan.runs.record import Record

log = logging.getLogger(__name__)

OURS = re.compile(r"report\.(md|html)|(losses|faces|study)_[\w-]+\.png")
COLUMNS = (
    *("run", "epochs", "images seen", "images learnt from", "minutes", "peak GB", "loss D", "loss G"),
    "ended",
)
NETWORKS = ("discriminator", "generator")  # their losses are drawn as those of runs are
NEEDED = 4096  # pixels that each side of a grid keeps at least


@dataclass(frozen=True)
class Shown:
    """A run that has something to show.

    Attributes:
        name: its emotion; its folder tells runs of the same emotion apart, and a number those of the same folder.
        grid: its last faces.
    """

    name: str
    folder: RunFolder
    record: Record
    losses: Losses
    grid: Path


def runs_to_show(source: Path) -> list[Shown]:
    """The runs in or below ``source`` that have finished an epoch, in the order of the paper's menu.

    The log names those that cannot be read.

    Raises:
        UserError: when there are none.
    """
    found = []
    for folder, record in runs_below(source):
        losses, grid = read_losses(folder.losses), folder.newest_grid
        if losses and grid:
            found.append(Shown(record.emotion, folder, record, losses, grid))
    if not found:
        raise UserError(f"runs={source} holds no run with an epoch done: expected a folder written by emogan train.")
    order = [emotion.value for emotion in EMOTIONS]
    found.sort(key=lambda run: order.index(run.name) if run.name in order else len(order))
    return [replace(run, name=name) for name, run in zip(labels(found), found, strict=True)]


def labels(runs: Sequence[Shown]) -> list[str]:
    """A name of its own for each run, of which a file can be named, also where A and a are the same."""
    names = [run.name for run in runs]
    found, taken = [], set(NETWORKS)
    for name, run in zip(names, runs, strict=True):
        label = file_name(name if names.count(name) == 1 else f"{name}_{run.folder.path.name}")
        numbered = (label if number == 1 else f"{label}_{number}" for number in itertools.count(1))
        found.append(next(one for one in numbered if one.casefold() not in taken))
        taken.add(found[-1].casefold())
    return found


def ours(out: Path) -> set[str]:
    """What a former report left in ``out``, which a new one may write over."""
    return {path.name for path in out.iterdir() if OURS.fullmatch(path.name)} if out.is_dir() else set()


def write_report(runs: Sequence[Shown], source: Path, out: Path) -> Path:
    """Write ``report.html``, ``report.md``, ``losses_*.png`` and ``faces_*.png`` into ``out``; gives the page.

    These are the losses of every run (figure 8), of all in one picture (14, 15), and the faces (7, 9-13). Where there
    is a study in ``source``, what it found comes first, with ``study_*.png``.

    Raises:
        UserError: when there is a study that cannot be read.
        OSError: when they cannot be written.
    """
    study = study_in(source)
    faceless = {}
    for run in runs:
        draw_losses(run.losses, f"{run.name}: losses", out / f"losses_{run.name}.png")
        try:  # a copy would publish whatever lies there, or whatever it leads to
            picture = read_picture(read_bytes(run.grid), "RGB", NEEDED).image
        except UnusableImageError as error:
            faceless[run.name] = f"{run.grid.name} is no picture of faces ({error}) and is left out."
            log.warning("%s: %s", run.folder.path, faceless[run.name])
            (out / f"faces_{run.name}.png").unlink(missing_ok=True)  # of a former report
        else:
            save_png(picture, out / f"faces_{run.name}.png")
    by_name = {run.name: run.losses for run in runs}
    for network in NETWORKS:
        draw_emotions(by_name, network, f"Loss of the {network}", out / f"losses_{network}.png")
    text = page(runs, source, faceless, write_study(study, out) if study else "")
    atomic_write(out / "report.md", text)
    atomic_write(out / "report.html", to_html(text, f"emogan: {shown(source.name)}"))
    return out / "report.html"


def page(runs: Sequence[Shown], source: Path, faceless: Mapping[str, str], study: str = "") -> str:
    """The report in Markdown; ``faceless``: why, by the name of a run without a picture; ``study``: before all."""
    lines = [
        f"# Runs in {as_text(source)}\n",
        *([study, "## Runs\n"] if study else []),
        to_markdown(Table("Runs", COLUMNS, [row(run) for run in runs])),
        "\n## All runs\n\n![loss of the discriminator](losses_discriminator.png)\n",
        "![loss of the generator](losses_generator.png)\n",
    ]
    for run in runs:
        name = as_text(run.name)
        faces = f"![generated faces, {name}](faces_{run.name}.png)"
        lines.append(f"## {name}\n\n{as_text(faceless[run.name]) if run.name in faceless else faces}\n")
        lines.append(f"![losses, {name}](losses_{run.name}.png)\n")
    return "\n".join(lines)


def row(run: Shown) -> list[str]:
    """A run in the table; a dash for what its record does not say."""
    record, last = run.record, {name: values[-1] for name, values in run.losses.items()}
    return [
        run.name,
        f"{last['epoch']:,.0f}",
        f"{last['images_seen']:,.0f}",
        "-" if record.images is None else str(record.images.count),
        "-" if record.seconds is None else f"{record.seconds / 60:.1f}",
        "-" if record.peak_memory_bytes is None else f"{record.peak_memory_bytes / 1e9:.1f}",
        f"{last['discriminator']:.3f}",
        f"{last['generator']:.3f}",
        record.ended or "-",
    ]
