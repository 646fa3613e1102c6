"""Kinds of settings that hold two numbers: a range, a part of a whole."""

import re
from typing import Any

from pydantic import BeforeValidator

from emogan.config.values import kind, number


def span(least: float, most: float) -> BeforeValidator:
    """A number, or two of them from the least to the most."""
    one = number(least, most)

    def check(value: Any) -> Any:
        ends = value if isinstance(value, list) else [value, value]
        checked = [one.func(end) for end in ends]  # type: ignore[call-arg]
        if len(checked) != 2 or checked[0] > checked[1]:
            raise ValueError
        return value

    return kind(check, f"a number from {least} to {most}, or two as [0.25,1.1]")


def part() -> BeforeValidator:
    """Which part of how many, as ``2/8``."""

    def check(value: Any) -> str:
        match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", str(value), re.ASCII)
        if match is None or not 1 <= int(match[1]) <= int(match[2]):
            raise ValueError
        return str(value)

    return kind(check, "which part of how many, such as 2/8", True)
