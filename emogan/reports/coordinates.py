"""Pictures of trials: their values one after the other, and what they tried as parallel coordinates."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from emogan.reports.text import shown

PALETTE = "viridis"
GIVEN_UP = "0.6"
WIDE = 100  # times the least: from there on a picture shows logarithms
TICKS = 5  # on an axis of numbers


@dataclass(frozen=True)
class Axis:
    """A setting of several trials.

    Attributes:
        values: of each; places among ``words`` where it has no numbers.
        log: whether it is drawn by its logarithm.
    """

    name: str
    values: Sequence[float]
    log: bool = False
    words: Sequence[str] = ()

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the most, as drawn; apart, so that there is a scale."""
        low, high = min(map(self._drawn, self.values)), max(map(self._drawn, self.values))
        return (low, high) if high > low else (low - 0.5, high + 0.5)

    @property
    def places(self) -> list[float]:
        """Where the values lie, from 0 at the bottom to 1 at the top."""
        low, high = self.ends
        return [(self._drawn(value) - low) / (high - low) for value in self.values]

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Places with what stands there."""
        low, high = self.ends
        if self.words:
            return [((place - low) / (high - low), shown(word)) for place, word in enumerate(self.words)]
        steps = [step / (TICKS - 1) for step in range(TICKS)]
        drawn = [low + step * (high - low) for step in steps]
        return [(step, f"{math.exp(one) if self.log else one:.3g}") for step, one in zip(steps, drawn, strict=True)]

    def _drawn(self, value: float) -> float:
        return math.log(value) if self.log else value


def parallel_png(axes: Sequence[Axis], values: Sequence[float], name: str) -> bytes:
    """A line for each trial over what it tried, ending at its value, low ones dark and on top, as a PNG."""
    every = [*axes, Axis(name, values, is_wide(values))]
    figure, plot = _figure(max(6.0, 1.8 * len(every)))
    places = [axis.places for axis in every]
    for one in sorted(range(len(values)), key=lambda one: -values[one]):
        colour = colormaps[PALETTE](0.92 * places[-1][one])
        plot.plot(range(len(every)), [place[one] for place in places], color=colour, alpha=0.8, linewidth=1.4)
    for at, axis in enumerate(every):
        plot.axvline(at, color="0.3", linewidth=0.8)
        for place, told in axis.ticks:
            plot.text(at + 0.03, place, told, fontsize=8, va="center", parse_math=False).set_bbox(
                {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.8}
            )
    plot.set_xticks(range(len(every)), [shown(axis.name) for axis in every])
    for label in plot.get_xticklabels():
        label.set_parse_math(False)
    plot.set(xlim=(-0.15, len(every) - 0.6), yticks=[])
    for side in plot.spines.values():
        side.set_visible(False)
    plot.set_title(f"What was tried, by {name}: dark is low")
    return _png(figure)


def history_png(trials: Sequence[tuple[int, float | None, float | None]]) -> bytes:
    """Trials in their order (number, KID of the run, last KID of one that was given up) and the best so far, a PNG."""
    figure, plot = _figure(8)
    ended = [(number, value) for number, value, last in trials if value is not None and last is None]
    given_up = [(number, last) for number, _, last in trials if last is not None]
    plot.plot(*zip(*ended, strict=True), "o", label="KID of the run")
    if given_up:
        plot.plot(*zip(*given_up, strict=True), "x", color=GIVEN_UP, label="given up at this KID")
    best = [min(value for _, value in ended[: place + 1]) for place in range(len(ended))]
    plot.step([number for number, _ in ended], best, where="post", linewidth=1, label="best so far")
    log = is_wide([value for _, value in (*ended, *given_up)])
    plot.set(xlabel="Trial", ylabel="KID", yscale="log" if log else "linear")
    plot.xaxis.set_major_locator(MaxNLocator(integer=True))
    plot.grid(alpha=0.3)
    plot.legend()
    return _png(figure)


def is_wide(values: Sequence[float]) -> bool:
    """Whether values lie so far apart that the small ones would look alike."""
    return min(values) > 0 and max(values) > WIDE * min(values)


def _figure(width: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, 4.5), layout="constrained")  # not through pyplot, see figures.py
    FigureCanvasAgg(figure)
    return figure, figure.subplots()


def _png(figure: Figure) -> bytes:
    content = BytesIO()
    figure.savefig(content, dpi=120, format="png")
    return content.getvalue()
