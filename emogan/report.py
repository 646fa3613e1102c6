"""The verb ``report``: figures and a page of several runs: ``python -m emogan.report runs=outputs/multirun/…``."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.reports.figures import draw_emotions, draw_losses
from emogan.reports.page import to_html
from emogan.runs.losses import Losses, read_losses


@dataclass(frozen=True)
class Run:
    """A run folder with what its record says."""

    folder: Path
    record: dict[str, Any]
    losses: Losses

    @property
    def name(self) -> str:
        """The emotion; the folder's name tells runs of the same emotion apart."""
        return str(self.record["emotion"])


def report(cfg: DictConfig) -> None:
    """Write the losses of every run (figure 8), of all in one picture (14, 15), the faces (7, 9-13) and a page."""
    cfg = checked("report", cfg)
    source = Path(cfg.runs)
    runs = find_runs(source)
    out = Path(cfg.out) if cfg.out else source / "report"
    out.mkdir(parents=True, exist_ok=True)
    names = label(runs)
    for name, run in zip(names, runs, strict=True):
        draw_losses(run.losses, f"{name}: losses", out / f"losses_{name}.png")
        shutil.copyfile(newest_grid(run), out / f"faces_{name}.png")
    by_name = {name: run.losses for name, run in zip(names, runs, strict=True)}
    for network in ("discriminator", "generator"):
        draw_emotions(by_name, network, f"Loss of the {network}", out / f"losses_{network}.png")
    text = page(source, names, runs)
    (out / "report.md").write_text(text)
    (out / "report.html").write_text(to_html(text, f"emogan: {source.name}"))
    print(f"{len(runs)} runs in {out / 'report.html'} (and report.md, losses_*.png, faces_*.png)")


def find_runs(source: Path) -> list[Run]:
    """The runs in or below ``source`` that have finished an epoch, in the order of the paper's menu.

    Raises:
        UserError: when there are none.
    """
    found = []
    for path in sorted(source.rglob("run.json")):
        losses = path.with_name("losses.csv")
        columns = read_losses(losses) if losses.exists() else {}
        if columns and any((path.parent / "samples").glob("epoch_*.png")):
            found.append(Run(path.parent, json.loads(path.read_text()), columns))
    if not found:
        raise UserError(f"runs={source} holds no run with an epoch done: expected a folder written by emogan.train.")
    order = [emotion.value for emotion in Emotion]
    return sorted(found, key=lambda run: order.index(run.name) if run.name in order else len(order))


def label(runs: Sequence[Run]) -> list[str]:
    """A name for each run: its emotion, with its folder where several runs learnt the same."""
    names = [run.name for run in runs]
    return [
        name if names.count(name) == 1 else f"{name}_{run.folder.name}" for name, run in zip(names, runs, strict=True)
    ]


def newest_grid(run: Run) -> Path:
    """The last grid of generated faces."""
    return max((run.folder / "samples").glob("epoch_*.png"))


def page(source: Path, names: Sequence[str], runs: Sequence[Run]) -> str:
    """The report in Markdown."""
    rows = [
        f"| {name} | {run.losses['epoch'][-1]:,.0f} | {run.losses['images_seen'][-1]:,.0f} |"
        f" {run.record['images']['count']} | {run.record['seconds'] / 60:.1f} |"
        f" {run.record['peak_memory_bytes'] / 1e9:.1f} | {run.losses['discriminator'][-1]:.3f} |"
        f" {run.losses['generator'][-1]:.3f} | {run.record['ended']} |"
        for name, run in zip(names, runs, strict=True)
    ]
    faces = [
        f"## {name}\n\n![generated faces, {name}](faces_{name}.png)\n\n![losses, {name}](losses_{name}.png)\n"
        for name in names
    ]
    return "\n".join(
        [
            f"# Runs in {source}\n",
            "| run | epochs | images seen | images learnt from | minutes | peak GB | loss D | loss G | ended |",
            "|---|---|---|---|---|---|---|---|---|",
            *rows,
            "\n## All runs\n\n![loss of the discriminator](losses_discriminator.png)\n",
            "![loss of the generator](losses_generator.png)\n",
            *faces,
        ]
    )


def main(cfg: DictConfig) -> None:
    """The command."""
    report(cfg)


callable_module(__name__)

if __name__ == "__main__":
    from emogan.cli.start import main as start

    start("report")
