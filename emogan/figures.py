"""Figures drawn from what runs leave behind."""

import csv
from pathlib import Path

LABELS = {"discriminator": "Discriminator", "generator": "Generator"}


def read_losses(path: Path) -> dict[str, list[float]]:
    """The columns of a ``losses.csv``, by name."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows] for name in rows[0]} if rows else {}


def draw_losses(losses: dict[str, list[float]], title: str, path: Path) -> None:
    """Both losses over the epochs (figure 8), as a PNG."""
    # Without pyplot: it keeps every figure alive and looks for a screen.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for name, label in LABELS.items():
        axes.plot(losses["epoch"], losses[name], label=label, linewidth=1)
    axes.set(title=title, xlabel="Epoch", ylabel="Loss")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120)
