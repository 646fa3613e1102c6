"""Values from a file, before anybody walks through them."""

from collections import OrderedDict
from typing import Any

DEEPEST = 32
MOST = 100_000  # values in all
MOST_TEXT = 1 << 24  # letters in all
LARGEST = 64  # bits of a whole number; Python refuses to write out those of many thousands


def values_in(value: Any) -> list[Any]:
    """``value`` and all that is in it, as often as it is, in a sensible number.

    A small file can hold a list that is in itself, or in another one a thousand times, or a million deep: going through
    it never ends.

    Raises:
        ValueError: when there is more, or a number or text is larger than any of ours.
    """
    found: list[Any] = []
    letters, layer = 0, [value]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for one in layer:
            if isinstance(one, dict):
                below += one.keys()
                below += one.values()
                if isinstance(one, OrderedDict):  # the one kind here that can carry more than its items
                    below += vars(one).values()
            elif isinstance(one, list | tuple | set | frozenset):
                below += one
            elif isinstance(one, str):
                letters += len(one)
            elif isinstance(one, int) and one.bit_length() > LARGEST:
                raise ValueError("a number that is too large")
            if len(found) + len(layer) + len(below) > MOST or letters > MOST_TEXT:
                raise ValueError("too many values")
        found += layer
        if not below:
            return found
        layer = below
    raise ValueError("too deep")


def check_plain(value: Any) -> None:
    """Refuse what is no tree of texts, numbers, booleans and None of a sensible size.

    Raises:
        ValueError: with the reason.
    """
    for one in values_in(value):
        if isinstance(one, dict):
            if not all(isinstance(key, str) for key in one):
                raise ValueError("a name that is no text")
        elif not isinstance(one, list | tuple | str | int | float | bool | None):
            raise ValueError(f"a {type(one).__name__} among plain values")
