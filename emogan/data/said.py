"""What a sample of a shard says of its image: ``KEY.json``, or ``KEY.cls``, a word or a number."""

import json
from collections.abc import Sequence
from pathlib import Path

from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.data.patterns import GROUPS
from emogan.data.reading import UnusableImageError, read_bytes

CLASSES = ("classnames.txt", "classes.txt")  # beside the shards: the names of the numbers in .cls, from 0, a line each
MOST_LABEL = 2**16  # bytes
LONGEST = 100  # characters of a word
NO_NAMES = f"its .cls is a number, and no {CLASSES[0]} beside the shards says what it means"
NO_LABEL = "its .{} cannot be read"
LABELS = ("cls", "json")
Fault = tuple[str, str]


class Sayings:
    """What the samples of one shard say.

    Args:
        classes: the names of the numbers in ``.cls``, from 0.
    """

    def __init__(self, classes: Sequence[str]) -> None:
        self.classes = classes
        self._labels: dict[str, dict[str, bytes | None]] = {}

    def note(self, key: str, suffix: str, content: bytes | None) -> None:
        """Keep a label, None for one that is too long; the first of its kind counts, as for images."""
        self._labels.setdefault(key, {}).setdefault(suffix, content)

    def of(self, key: str) -> tuple[Fault | None, dict[str, str]]:
        """What is said of a sample, by :data:`emogan.data.patterns.GROUPS`; or reason and detail, where that is wrong.

        A JSON's words come before a class, and words before a path.
        """
        told: dict[str, str] = {}
        labels = self._labels.pop(key, {})
        if (suffix := next((one for one, content in labels.items() if content is None), None)) is not None:
            return (NO_LABEL.format(suffix), f"it has more than {MOST_LABEL:,} bytes"), {}
        if (content := labels.get("cls")) is not None:
            text = content.decode("utf-8", "replace").strip()
            if text.isascii() and text.isdigit() and len(text) < 10:
                if not self.classes:
                    return (NO_NAMES, text), {}
                if int(text) >= len(self.classes):
                    return (f"its .cls is none of the {len(self.classes)} classes", text), {}
                text = self.classes[int(text)]
            told["emotion"] = text[:LONGEST]
        if (content := labels.get("json")) is not None:
            try:
                told |= _of_json(content)
            except (ValueError, RecursionError) as error:
                return (NO_LABEL.format("json"), printable(str(error))[:LONGEST]), {}
        return None, {meaning: text for meaning, text in told.items() if text}


def _of_json(content: bytes) -> dict[str, str]:
    """The words in it; anything else that a program put there is none of ours.

    Raises:
        ValueError, RecursionError: for what is no JSON object.
    """
    found = json.loads(content.decode("utf-8"))
    if not isinstance(found, dict):
        raise ValueError("it holds no {…}")
    words = {key: found[key] for key in GROUPS if isinstance(found.get(key), str | int)}
    return {key: str(word).strip()[:LONGEST] for key, word in words.items() if not isinstance(word, bool)}


def class_names(folder: Path) -> list[str]:
    """The names in :data:`CLASSES`, where there is such a file in ``folder``.

    Raises:
        UserError: when it cannot be read.
    """
    for path in (folder / name for name in CLASSES):
        if not path.is_file():
            continue
        try:
            text = read_bytes(path, MOST_LABEL).decode("utf-8", "replace")
        except UnusableImageError as error:
            raise UserError(f"{printable(path)} is of no use, {error}: expected a name in each line.") from error
        return [line.strip()[:LONGEST] for line in text.strip().splitlines()]
    return []
