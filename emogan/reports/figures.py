"""Figures drawn from what runs leave behind."""

from collections.abc import Mapping
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from emogan.core.files import atomic
from emogan.reports.text import shown
from emogan.runs.losses import Losses

LARGEST = 1e30  # losses of a training that went wrong, and of no training
LABELS = {"discriminator": "Discriminator", "generator": "Generator"}


def draw_losses(losses: Losses, title: str, path: Path) -> None:
    """Both networks' losses over the epochs (figure 8), as a PNG."""
    curves = {label: (losses["epoch"], losses[name]) for name, label in LABELS.items()}
    draw_curves(curves, title, path)


def draw_emotions(runs: Mapping[str, Losses], network: str, title: str, path: Path) -> None:
    """One network's loss over the epochs for every emotion in one picture (figures 14 and 15), as a PNG."""
    draw_curves({emotion: (losses["epoch"], losses[network]) for emotion, losses in runs.items()}, title, path)


def draw_curves(curves: Mapping[str, tuple[list[float], list[float]]], title: str, path: Path) -> None:
    """Named curves (x, y) over epochs, as a PNG."""
    # Not through pyplot: it keeps every figure alive and looks for a screen.
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for x, y in (map(_drawable, curve) for curve in curves.values()):
        axes.plot(x, y, linewidth=1, marker="." if len(x) < 3 else None)
    axes.set(xlabel="Epoch", ylabel="Loss")
    axes.set_title(shown(title), parse_math=False)  # names are no formulas
    axes.grid(alpha=0.3)
    for text in axes.legend(axes.lines, [shown(label) for label in curves]).get_texts():
        text.set_parse_math(False)
    with atomic(path) as part:
        figure.savefig(part, dpi=120, format="png")


def _drawable(values: list[float]) -> list[float]:
    """``values`` with gaps where an axis would have no ticks any more."""
    return [value if abs(value) < LARGEST else float("nan") for value in values]
