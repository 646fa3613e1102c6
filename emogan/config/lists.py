"""What a setting may be that names several things: lists of words, numbers, emotions and paths, shares of emotions."""

import re
from typing import Any

from pydantic import BeforeValidator

from emogan.config.values import Check, kind, number, one_path, word
from emogan.core import emotions
from emogan.core.errors import UserError
from emogan.rendering.arkit import ARKIT, OWN


def several(check_one: Check, words: str, *, or_null: bool = False, or_none: bool = False) -> BeforeValidator:
    """One or more values, each as ``check_one`` has it; a single value is left as it is.

    Args:
        or_none: a list may be empty.
    """

    def check(value: Any) -> Any:
        items = value if isinstance(value, list) else [value]
        if not items and not or_none:
            raise ValueError
        checked = [check_one(item) for item in items]
        return checked if isinstance(value, list) else checked[0]

    return kind(check, words, or_null)


def texts(words: str, *, or_null: bool = False, or_none: bool = False) -> BeforeValidator:
    """One word or several; a number is a word too."""
    return several(word, words, or_null=or_null, or_none=or_none)


def full_names() -> BeforeValidator:
    """The full name of a function, several, or none."""

    def check(value: Any) -> str:
        if not (isinstance(value, str) and re.fullmatch(r"\w+(\.\w+)+", value)):
            raise ValueError
        return value

    return several(check, "the full name of a function, as mine.sharpness, or several as [mine.a,mine.b]", or_none=True)


def letters(*known: str) -> BeforeValidator:
    """One or several of a few codes, in either case."""

    def check(value: Any) -> str:
        if str(value).upper() not in known:
            raise ValueError
        return str(value).upper()

    return several(check, f"some of {', '.join(known)} as [{known[0]},{known[1]}]")


def some_of(*known: str) -> BeforeValidator:
    """One or several of a few words, each once; gives a list."""

    def check(value: Any) -> list[str]:
        items = value if isinstance(value, list) else [value]
        if not items or any(item not in known for item in items) or len(set(items)) < len(items):
            raise ValueError
        return items

    return kind(check, f"some of {', '.join(known)}, each once, as [{known[0]},{known[1]}]", False)


def numbers(least: float, most: float) -> BeforeValidator:
    """One or several numbers above ``least``, each once; gives a list."""
    one = number(least, most, above=True)

    def check(value: Any) -> list[float]:
        items = [one.func(item) for item in (value if isinstance(value, list) else [value])]  # type: ignore[call-arg]
        if not items or len(set(items)) < len(items):
            raise ValueError
        return items

    return kind(check, f"some numbers above {least:g}, at most {most:g}, each once, such as [1,2]", False)


def sizes(most_values: int, most: int) -> BeforeValidator:
    """A list of whole numbers of at least 1."""

    def check(value: Any) -> list[int]:
        if not isinstance(value, list) or not 1 <= len(value) <= most_values:
            raise ValueError
        if not all(isinstance(size, int) and not isinstance(size, bool) and 1 <= size <= most for size in value):
            raise ValueError
        return value

    return kind(check, f"a list of 1 to {most_values} whole numbers from 1 to {most:,}, such as [64,128]", False)


def eighths(least_values: int, most_values: int) -> BeforeValidator:
    """A list of multiples of 8, as many as networks have levels."""

    def check(value: Any) -> list[int]:
        if not isinstance(value, list) or not least_values <= len(value) <= most_values:
            raise ValueError
        if not all(type(size) is int and 8 <= size <= 1024 and size % 8 == 0 for size in value):
            raise ValueError
        return value

    words = f"a list of {least_values} to {most_values} multiples of 8 up to 1,024, such as [16,32,64]"
    return kind(check, words, False)


def emotion_names(words: str, *, or_null: bool = False) -> BeforeValidator:
    """Emotions by any of their names."""

    def check(value: Any) -> str:
        try:
            emotions.chosen(word(value))
        except UserError as error:
            raise ValueError from error
        return str(value)

    names = ", ".join(emotion.value for emotion in emotions.Emotion)
    return several(check, f"{words}; the emotions are {names}", or_null=or_null)


def shares() -> BeforeValidator:
    """Shares of emotions such as ``{raiva: 0.7, medo: 0.3}``."""
    words = "shares of emotions such as 'mix={raiva:0.7,medo:0.3}', each from 0 to 1,000 and not all 0"
    one = number(0, 1000)

    def check(value: Any) -> dict[str, float]:
        if not isinstance(value, dict) or not value:
            raise ValueError
        for name, share in value.items():
            if emotions.find(str(name)) is None:
                raise ValueError
            one.func(share)  # type: ignore[call-arg]
        if not sum(value.values()):
            raise ValueError
        return value

    return kind(check, words, True)


def amounts() -> BeforeValidator:
    """Facial actions with how much of each, such as ``{jawOpen: 0.4}``; a name without a side is for both."""
    words = (
        "facial actions that emogan recognise lists, such as 'actions={jawOpen:0.4,mouthSmile:1}', each from 0 to 1.7"
    )
    known = {*ARKIT, *OWN, *(name.removesuffix("Left") for name in ARKIT if name.endswith("Left"))}
    one = number(0, 1.7)

    def check(value: Any) -> dict[str, float]:
        if not isinstance(value, dict) or not value:
            raise ValueError
        for name, amount in value.items():
            if name not in known:
                raise ValueError
            one.func(amount)  # type: ignore[call-arg]
        return value

    return kind(check, words, True)


def paths(words: str, *, or_null: bool = False, or_none: bool = False) -> BeforeValidator:
    """One path or several."""
    return several(one_path, words, or_null=or_null, or_none=or_none)
