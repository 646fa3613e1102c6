"""What a setting may be: kinds of values with their ranges, each with the words that an error uses.

pydantic checks them, because it knows types, ranges, choices and nested sections in one declaration that mypy reads as
well, and finds every fault at once; the defaults stay in ``conf/``, where each stands once.
"""

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator

from emogan.core.names import expanded

Check = Callable[[Any], Any]

MOST_FACES = 1_000_000  # of an emotion, in a database


def whole(least: int, most: int, *, or_null: bool = False) -> BeforeValidator:
    """A whole number from ``least`` to ``most``."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError
        return value

    return kind(check, f"a whole number from {least:,} to {most:,}", or_null)


def number(
    least: float, most: float, *, above: bool = False, below: bool = False, or_null: bool = False
) -> BeforeValidator:
    """A number from ``least`` to ``most``.

    Args:
        above, below: the limit itself is not allowed.
    """

    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError
        if not least <= value <= most or (above and value == least) or (below and value == most):
            raise ValueError
        return value

    low, high = f"{least:,.10g}", f"{most:,.10g}"
    words = f"above {low}, at most {high}" if above else f"from {low}{', below ' if below else ' to '}{high}"
    return kind(check, f"a number {words}", or_null)


def switch() -> BeforeValidator:
    """true or false, and nothing that Python would take for one of them."""

    def check(value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError
        return value

    return kind(check, "true or false", False)


def choice(*choices: str | int, or_null: bool = False) -> BeforeValidator:
    """One of several words."""

    def check(value: Any) -> Any:
        if not any(type(value) is type(one) and value == one for one in choices):
            raise ValueError
        return value

    listed = ", ".join(str(one).lower() if isinstance(one, bool) else str(one) for one in choices)
    return kind(check, f"one of {listed}" if len(choices) > 1 else listed, or_null)


def renamed(old: str, new: str) -> BeforeValidator:
    """A word that has another name now; stands after the ``choice`` that does not know it: the last is asked first."""

    def check(value: Any) -> Any:
        if value == old:
            raise ValueError(f"{new}, as {old} is called now")
        return value

    return BeforeValidator(check)


def word(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip() or "\0" in str(value):
        raise ValueError
    return str(value)


def text(words: str, *, or_null: bool = False) -> BeforeValidator:
    """Any text but none at all."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise ValueError
        return value

    return kind(check, words, or_null)


class Raw:
    """Marks a setting whose value the command line takes as it is typed, past Hydra's grammar: paths and patterns."""


class Several(Raw):
    """The same, of one value or of several as ``[A,B]``."""


def one_path(value: Any) -> str:
    if isinstance(value, Path):
        value = str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # a folder named 2026, in a YAML file
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError
    return str(expanded(value))


def path(words: str, *, or_null: bool = False) -> BeforeValidator:
    """A path, with ``~`` for the home folder."""
    return kind(one_path, words, or_null)


def regular_expression() -> BeforeValidator:
    """A pattern of Python's ``re`` with a group; null for none."""

    def check(value: Any) -> str:
        try:
            if not isinstance(value, str) or not re.compile(value).groups:
                raise ValueError
        except re.error as error:
            raise ValueError from error
        return value

    return kind(check, r"a regular expression with a group, such as (p\d+)_", True)


def target() -> BeforeValidator:
    """How many faces of each emotion: ``max``, a number, or a file."""

    def check(value: Any) -> int | str:
        if isinstance(value, str) and re.fullmatch(r"\d{1,12}", value, re.ASCII):
            value = int(value)  # as it was typed
        if isinstance(value, int):
            checked: int = whole(0, MOST_FACES).func(value)  # type: ignore[call-arg]
            return checked
        named: str = path("").func(value)  # type: ignore[call-arg]
        return named

    return kind(check, f"max, a whole number from 0 to {MOST_FACES:,} or a CSV file with lines such as raiva,140")


def kind(check: Check, words: str, or_null: bool = False) -> BeforeValidator:
    """A kind of values: ``check`` gives what a value means and raises ValueError for a wrong one, told in ``words``."""
    expected = f"{words}, or null" if or_null else words

    def checked(value: Any) -> Any:
        if value is None and or_null:
            return None
        try:
            return check(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise ValueError(expected) from error

    return BeforeValidator(checked)


FOLDER, FILE = "the path of a folder", "the path of a file"
SEEDS = 0, 2**32 - 1  # NumPy's limit
Seed = Annotated[int, whole(*SEEDS)]
Debug = Annotated[bool, switch()]
SHARES = 0, 1
Share = Annotated[float, number(*SHARES)]
Folder = Annotated[str, path(FOLDER), Raw()]
OptionalFolder = Annotated[str | None, path(FOLDER, or_null=True), Raw()]
OptionalFile = Annotated[str | None, path(FILE, or_null=True), Raw()]
Cache = Annotated[str | None, path("auto or the path of a folder", or_null=True), Raw()]
