"""Values from a file, before anybody walks through them."""

from typing import Any

DEEPEST = 32
MOST = 100_000  # values in all


def check_plain(value: Any) -> None:
    """Refuse what is no tree of texts, numbers, booleans and None of a sensible size.

    A small file can hold a list that is in itself a thousand times, or a million deep: going through it never ends.

    Raises:
        ValueError: with the reason.
    """
    seen, layer = 0, [value]
    for _ in range(DEEPEST):
        seen += len(layer)
        if seen > MOST:
            raise ValueError("too many values")
        below: list[Any] = []
        for one in layer:
            if isinstance(one, dict):
                if not all(isinstance(key, str) for key in one):
                    raise ValueError("a name that is no text")
                below += one.values()
            elif isinstance(one, list | tuple):
                below += one
            elif not isinstance(one, str | int | float | bool | None):
                raise ValueError(f"a {type(one).__name__} among plain values")
            if len(below) > MOST:
                raise ValueError("too many values")
        if not below:
            return
        layer = below
    raise ValueError("too deep")
