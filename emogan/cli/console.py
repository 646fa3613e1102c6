"""Tables for people, on any terminal."""

import io

from rich.console import Console, RenderableType

from emogan.core.console import say

WIDE = 200  # columns where nothing is known of the terminal


def show(thing: RenderableType) -> None:
    """Print a table of rich, as wide as the terminal."""
    real = Console()
    width = real.width if real.is_terminal else WIDE
    drawn = Console(
        file=io.StringIO(), width=width, force_terminal=real.is_terminal, color_system="auto", markup=False, emoji=False
    )
    with drawn.capture() as captured:
        drawn.print(thing, highlight=False)
    say(*captured.get().rstrip("\n").split("\n"))
