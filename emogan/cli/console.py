"""Printing for people, on any terminal."""

import io
import sys

from rich.console import Console, RenderableType

# For terminals whose alphabet lacks them
SPELT = str.maketrans({"±": "+-", "→": "->", "↑": "^", "↓": "v", "…": "...", "─": "-"})
WIDE = 200  # columns where nothing is known of the terminal


def say(*lines: str) -> None:
    """Print each line as it is: no markup; what the terminal's alphabet lacks is spelt out."""
    if sys.stdout is None:  # closed (>&-)
        return
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        if not _fits(line, encoding):
            line = line.translate(SPELT).encode(encoding, "backslashreplace").decode(encoding)
        print(line)


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


def _fits(line: str, encoding: str) -> bool:
    try:
        line.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
