"""Figures drawn from what runs leave behind."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from emogan.core.files import atomic_write
from emogan.reports.text import shown
from emogan.runs.losses import Losses

LARGEST = 1e30  # losses of a training that went wrong, and of no training
LABELS = {"discriminator": "Discriminator", "generator": "Generator"}


def draw_losses(losses: Losses, title: str, path: Path) -> None:
    """Both networks' losses over the epochs (figure 8), as a PNG."""
    atomic_write(path, losses_png(losses, title))


def losses_png(losses: Losses, title: str) -> bytes:
    """The same, not as a file."""
    return curves_png({label: (losses["epoch"], losses[name]) for name, label in LABELS.items()}, title)


def draw_emotions(runs: Mapping[str, Losses], network: str, title: str, path: Path) -> None:
    """One network's loss over the epochs for every emotion in one picture (figures 14 and 15), as a PNG."""
    curves = {emotion: (losses["epoch"], losses[network]) for emotion, losses in runs.items()}
    atomic_write(path, curves_png(curves, title))


def curves_png(curves: Mapping[str, tuple[list[float], list[float]]], title: str) -> bytes:
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
    content = BytesIO()
    figure.savefig(content, dpi=120, format="png")
    return content.getvalue()


def _drawable(values: list[float]) -> list[float]:
    """``values`` with gaps where an axis would have no ticks any more."""
    return [value if abs(value) < LARGEST else float("nan") for value in values]
