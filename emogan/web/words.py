"""The pages' words, by subject in ``words/``, each in every language."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "words"
LANGUAGES = {"en": "English", "pt": "Português"}
ENGLISH = {
    "felicidade": "happiness",
    "medo": "fear",
    "neutro": "neutral",
    "raiva": "anger",
    "surpresa": "surprise",
    "tristeza": "sadness",
}


class Words:
    """Words in one language; a key that there is none of is an error, so that no page shows it."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language, self.texts = language, texts

    def __call__(self, key: str, **values: object) -> str:
        """The text of ``key``, with ``values`` in its braces."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def emotion(self, name: str) -> str:
        """An emotion as people call it; a name that is none stays as it is."""
        return (name if self.language == "pt" else ENGLISH.get(name, name)).capitalize()

    def number(self, value: float, digits: int = 0) -> str:
        """A number as it is written in this language."""
        text = f"{value:,.{digits}f}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "pt" else text


@cache
def words(language: str) -> Words:
    """The words of ``language``, one of ``LANGUAGES``."""
    files = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    return Words(language, {key: texts[language] for file in files for key, texts in file.items()})


def preferred(accepted: str) -> str:
    """The language to begin with, by the header Accept-Language."""
    for part in accepted.lower().split(","):
        language = part.split(";")[0].strip()[:2]
        if language in LANGUAGES:
            return language
    return "en"
