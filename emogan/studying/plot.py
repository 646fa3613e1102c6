"""The plot of a study: recall of the short emotions by way to learn, and over the share of drawn faces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from emogan.studying.scores import Estimate

STYLES = ("-", "-.")  # of the ways that take drawn faces


@dataclass(frozen=True)
class Curves:
    """Recall over the share of drawn faces, by way; ``best`` without them, and with the ``whole`` database."""

    recall: Mapping[str, Mapping[float, Estimate]]
    best: float | None
    whole: float | None


@dataclass(frozen=True)
class Panel:
    """An imbalance under a recogniser."""

    imbalance: str
    recogniser: str
    recall: Mapping[str, Estimate]
    curves: Curves

    @property
    def shares(self) -> set[float]:
        """Those that there are curves over: none where there is one only."""
        found = {share for one in self.curves.recall.values() for share in one}
        return found if len(found) > 1 else set()


def png(panels: Sequence[Panel]) -> bytes:
    """A column for each imbalance: the ways above, the curves below; a colour for each recogniser."""
    imbalances = list(dict.fromkeys(panel.imbalance for panel in panels))
    recognisers = list(dict.fromkeys(panel.recogniser for panel in panels))
    figure = Figure(figsize=(2.4 + 3.4 * len(imbalances), 8), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, len(imbalances), squeeze=False, sharey="row", height_ratios=(1.4, 1))
    ways = list(dict.fromkeys(way for panel in panels for way in panel.recall))
    for panel in panels:
        column, number = imbalances.index(panel.imbalance), recognisers.index(panel.recogniser)
        _ways(axes[0][column], panel, ways, number, 0.3 * (number - (len(recognisers) - 1) / 2))
        if panel.shares:
            _curves(axes[1][column], panel, number)
    for column, name in enumerate(imbalances):
        axes[0][column].set_title(f"{name} (dotted: all real images)", fontsize=9)
        axes[0][column].legend(fontsize=7, loc="upper right")
        if shares := sorted({share for panel in panels if panel.imbalance == name for share in panel.shares}):
            axes[1][column].set_xscale("log", base=2)
            axes[1][column].set_xticks(shares, [f"{share:g}" for share in shares])
            axes[1][column].legend(fontsize=7, loc="lower right")
            axes[1][column].set_xlabel("drawn faces, times as many as are missing")
            axes[1][column].set_title("dashed: the best without; dotted: all real images", fontsize=8)
        else:
            axes[1][column].set_axis_off()
    axes[1][0].set_ylabel("recall of the short, %")
    content = BytesIO()
    figure.savefig(content, dpi=110, format="png")
    return content.getvalue()


def _ways(axes: Any, panel: Panel, ways: Sequence[str], number: int, aside: float) -> None:
    colour = f"C{number}"
    for nth, (way, one) in enumerate(panel.recall.items()):
        place = ways.index(way)
        axes.plot([100 * one.low, 100 * one.high], [place + aside] * 2, color=colour, linewidth=1.5)
        axes.plot(100 * one.value, place + aside, "o", color=colour, label=None if nth else panel.recogniser)
    if panel.curves.whole is not None:
        axes.axvline(100 * panel.curves.whole, color=colour, linestyle=":", linewidth=1)
    axes.set_yticks(range(len(ways)), ways)
    axes.set_ylim(len(ways) - 0.5, -0.5)
    axes.set_xlabel("recall of the short, %")
    axes.grid(axis="x", alpha=0.3)


def _curves(axes: Any, panel: Panel, number: int) -> None:
    curves, colour = panel.curves, f"C{number}"
    for (says, found), style in zip(curves.recall.items(), STYLES, strict=False):
        shares = sorted(found)
        value = [100 * found[share].value for share in shares]
        low, high = [100 * found[share].low for share in shares], [100 * found[share].high for share in shares]
        axes.plot(shares, value, f"o{style}", color=colour, label=f"{panel.recogniser}: {says}", markersize=4)
        axes.fill_between(shares, low, high, color=colour, alpha=0.1)
    for recall, line in ((curves.best, "--"), (curves.whole, ":")):
        if recall is not None:
            axes.axhline(100 * recall, color=colour, linestyle=line, linewidth=1)
    axes.grid(alpha=0.3)
