"""The six emotions: Portuguese name (canonical), menu number, KDEF code, and the words that people use for them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from emogan.core.errors import UserError


class Emotion(Enum):
    """One emotion; the value is its canonical Portuguese name. Order and numbers follow the paper's menu (code 9).

    Example:
        >>> emogan.Emotion("raiva").kdef, emogan.Emotion.RAIVA.number
        ('AN', 4)
    """

    FELICIDADE = "felicidade"
    MEDO = "medo"
    NEUTRO = "neutro"
    RAIVA = "raiva"
    SURPRESA = "surpresa"
    TRISTEZA = "tristeza"

    @property
    def number(self) -> int:
        """Number in the menu, from 1.

        Example:
            >>> [emotion.number for emotion in emogan.Emotion]
            [1, 2, 3, 4, 5, 6]
        """
        return list(Emotion).index(self) + 1

    @property
    def kdef(self) -> str:
        """Two-letter expression code in KDEF file names.

        Example:
            >>> [emotion.kdef for emotion in emogan.Emotion]
            ['HA', 'AF', 'NE', 'AN', 'SU', 'SA']
        """
        return _KDEF[self]

    def __str__(self) -> str:
        return self.value


Asked = str | int | Emotion | Sequence["str | int | Emotion"] | None
"""How a person or a setting names emotions: one by any of its names, several in a list, or ``todas``."""

EMOTIONS = tuple(Emotion)
COUNT = len(Emotion)
ALL = "todas"  # all six emotions, by one conditional network
AND = "+"  # between several emotions in one name, as in raiva+medo

_ALL = (ALL, "todos", "all")
_KDEF = dict(zip(Emotion, ("HA", "AF", "NE", "AN", "SU", "SA"), strict=True))

# Without accents. Adverbs are here so that compound expressions ("happily surprised") name two emotions, not one.
_WORDS = {
    Emotion.FELICIDADE: "felicidade feliz felizes alegria alegre alegres contente contentes sorriso sorrindo sorridente"
    " happiness happy happily joy joyful smile smiling",
    Emotion.MEDO: "medo medos medroso medrosa medrosos medrosas assustado assustada assustados assustadas amedrontado"
    " amedrontada apavorado apavorada fear fearful fearfully afraid scared frightened terrified",
    Emotion.NEUTRO: "neutro neutra neutros neutras neutral neutrally neutrality",
    Emotion.RAIVA: "raiva raivoso raivosa zangado zangada zangados zangadas irritado irritada irritados irritadas bravo"
    " brava bravos bravas furioso furiosa irado irada anger angry angrily angered furious",
    Emotion.SURPRESA: "surpresa surpresas surpreso surpresos surpreendido surpreendida surpreendidos surpreendidas"
    " espantado espantada surprise surprised surprisedly astonished",
    Emotion.TRISTEZA: "tristeza triste tristes tristonho tristonha infeliz sadness sad sadly unhappy sorrow",
}
# Expressions of many databases that are none of the six.
_OTHERS = (
    "nojo enojado enojada aversao repulsa repugnancia disgust disgusted disgustedly desprezo contempt contemptuous"
)
_OF_WORD: dict[str, Emotion | None] = {
    **dict.fromkeys(_OTHERS.split()),
    **{word: emotion for emotion, words in _WORDS.items() for word in words.split()},
}
_NOT = frozenset(("nao", "not", "no", "non", "sem", "without", "never"))
# What people put beside an emotion without meaning anything else: "01 - Felicidade", "happy_faces", "com raiva".
_BESIDE_WORDS = (
    "com de da do das dos a o as os e cara caras rosto rostos face faces foto fotos photo photos image images imagem"
    " imagens img imgs picture pictures pic pics emotion emotions emocao emocoes expression expressions expressao"
    " person people pessoa pessoas the of with very muito muita class classe label"
)
_BESIDE = frozenset(_BESIDE_WORDS.split())
_CODE = re.compile(r"(?:\d+[\s._-]+)?([a-z]{2})")


@dataclass(frozen=True)
class Spoken:
    """What the words of a name say.

    Attributes:
        named: the emotions; None stands for an expression that is none of the six, such as disgust.
        whole: whether the name says nothing else.
    """

    named: frozenset[Emotion | None]
    whole: bool


def spoken(text: str) -> Spoken:
    """The emotions that ``text`` names in words, in both languages: ``01 - Felicidade``, ``3_sad``, ``HappyFaces``.

    A text that says "not" names none.
    """
    words = re.findall("[a-z]+", fold(re.sub("(?<=[a-z])(?=[A-Z])", " ", text)))
    if not _NOT.isdisjoint(words):
        return Spoken(frozenset(), False)
    named = frozenset(_OF_WORD[word] for word in words if word in _OF_WORD)
    return Spoken(named, all(word in _OF_WORD or word in _BESIDE for word in words))


def coded(text: str) -> Emotion | None:
    """The emotion that ``text`` names by KDEF's code, with or without a number before it: ``HA``, ``1_HA``."""
    match = _CODE.fullmatch(fold(text))
    return _BY_CODE.get(match[1]) if match else None


def find(text: str) -> Emotion | None:
    """The emotion that ``text`` names, or None: words in both languages, KDEF's codes, numbers; case is ignored."""
    said = spoken(text)
    if said.whole and len(said.named) == 1:
        return next(iter(said.named))
    return _BY_NUMBER.get(fold(text)) or coded(text)


def chosen(asked: Asked) -> tuple[Emotion, ...]:
    """The emotions that are named, in the menu's order: one, several, or all six for ``todas``.

    Raises:
        UserError: when one of the names is no emotion's, or there is none.
    """
    names = _names(asked)
    if len(names) == 1 and _is_all(names[0]):
        return EMOTIONS
    found = {parse(name) for name in names} if names else {parse(None)}
    return tuple(emotion for emotion in EMOTIONS if emotion in found)


def canonical(asked: Asked) -> str | None:
    """The one name of what is asked for, as folders and records have it; None where a name is no emotion's.

    An emotion's Portuguese name, ``todas`` for all six, or some joined in the menu's order: ``medo+raiva``.
    :func:`chosen` takes it back.
    """
    try:
        found = chosen(asked)
    except UserError:
        return None
    return ALL if found == EMOTIONS else AND.join(emotion.value for emotion in found)


def are_several(asked: Asked) -> bool:
    """Whether more than one emotion is asked for, which takes a conditional network."""
    name = canonical(asked)
    return name is not None and (name == ALL or AND in name)


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


def fold(text: str) -> str:
    """``text`` in small letters, without accents and spaces around it."""
    decomposed = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _names(asked: Asked) -> list[str | int | Emotion]:
    if asked is None:
        return []
    if isinstance(asked, str):
        # A list may have become text on its way: [raiva, medo], ['raiva', 'medo'], raiva+medo.
        bare = re.sub(r"""[\[\]'"]""", " ", asked)
        return [part.strip() for part in re.split("[+,]", bare)] if re.search(r"[+,\[]", asked) else [asked]
    return [asked] if isinstance(asked, int | Emotion) else list(asked)


def _is_all(name: str | int | Emotion) -> bool:
    return isinstance(name, str) and fold(name) in _ALL


_BY_CODE = {code.lower(): emotion for emotion, code in _KDEF.items()}
_BY_NUMBER = {str(emotion.number): emotion for emotion in Emotion}
