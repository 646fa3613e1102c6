"""The six emotions: Portuguese name (canonical), menu number, KDEF code and English name."""

import unicodedata
from enum import Enum

from emogan.core.errors import UserError


class Emotion(Enum):
    """One emotion; the value is its canonical Portuguese name. Order and numbers follow the paper's menu (code 9)."""

    FELICIDADE = "felicidade"
    MEDO = "medo"
    NEUTRO = "neutro"
    RAIVA = "raiva"
    SURPRESA = "surpresa"
    TRISTEZA = "tristeza"

    @property
    def number(self) -> int:
        """Number in the menu, from 1."""
        return list(Emotion).index(self) + 1

    @property
    def kdef(self) -> str:
        """Two-letter expression code in KDEF file names."""
        return _KDEF[self]

    @property
    def english(self) -> str:
        """English name."""
        return _ENGLISH[self]

    def __str__(self) -> str:
        return self.value


_KDEF = dict(zip(Emotion, ("HA", "AF", "NE", "AN", "SU", "SA"), strict=True))
_ENGLISH = dict(zip(Emotion, ("happiness", "fear", "neutral", "anger", "surprise", "sadness"), strict=True))
_ADJECTIVES = dict(zip(Emotion, ("happy", "afraid", "neutral", "angry", "surprised", "sad"), strict=True))


EMOTIONS = tuple(Emotion)
COUNT = len(Emotion)
ALL = "todas"  # all six emotions, by one conditional network
_ALL = (ALL, "all")


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


_BY_NAME = {
    _fold(name): emotion
    for emotion in Emotion
    for name in (emotion.value, str(emotion.number), emotion.kdef, emotion.english, _ADJECTIVES[emotion])
}


def find(text: str) -> Emotion | None:
    """The emotion that ``text`` names, or None. Names in both languages, KDEF codes and numbers; case is ignored."""
    return _BY_NAME.get(_fold(text))


def chosen(text: str | int | Emotion | None) -> tuple[Emotion, ...]:
    """All six emotions for ``todas``, else the one that is named.

    Raises:
        UserError: when ``text`` names neither.
    """
    return tuple(Emotion) if canonical(str(text)) == ALL else (parse(text),)


def canonical(text: str) -> str | None:
    """The canonical name of an emotion, or ``todas`` for all six; None for anything else."""
    if _fold(text) in _ALL:
        return ALL
    emotion = find(text)
    return emotion.value if emotion else None


def parse(text: str | int | Emotion | None) -> Emotion:
    """The emotion that a person named.

    Raises:
        UserError: when ``text`` names none of the six, or is None; the message lists them.
    """
    if isinstance(text, Emotion):
        return text
    names = ", ".join(e.value for e in Emotion)
    if text is None:
        raise UserError(f"No emotion given: expected emotion=NAME with one of {names}.")
    emotion = find(str(text))
    if emotion is None:
        raise UserError(
            f"Unknown emotion {str(text)!r}: expected one of {names} (or the English name, KDEF's code, 1-6)."
        )
    return emotion
