"""File names of well-known databases: what they say of person, emotion, sex, session and angle."""

import re
from dataclasses import dataclass

from emogan.core import emotions
from emogan.core.emotions import Emotion
from emogan.data.kdef import parse_name


@dataclass(frozen=True)
class Known:
    """What a file's name says, by the grammar of a database.

    Attributes:
        scheme: the database's name.
        person: "" where the grammar names nobody.
        says_emotion: whether the grammar names the expression.
        emotion: None where it names none, or one that is none of the six.
    """

    scheme: str
    person: str
    says_emotion: bool = False
    emotion: Emotion | None = None
    sex: str = ""
    session: str = ""
    angle: str = ""


# S010_001_00000010: person, series, frame. Emotions are in other files.
_CK = re.compile(r"(S\d{3})_\d{3}_\d+", re.IGNORECASE)
# KA.HA1.1: person, expression and repetition, number of the image. Fear is FE, unlike in KDEF.
_JAFFE = re.compile(r"([A-Z]{2})[.-](AN|DI|FE|HA|NE|SA|SU)\d[.-]\d+", re.IGNORECASE)
# Rafd090_01_Caucasian_female_happy_frontal: angle, person, origin, sex, expression, where the eyes look.
_RAFD = re.compile(r"Rafd(\d{3})_(\d{2})_[a-z]+_(female|male|kid)_([a-z]+)_(frontal|left|right)(?:_.*)?", re.IGNORECASE)
# Training_10019449, as FER2013 is named where it was unpacked into folders: nobody is named.
_FER = re.compile(r"(?:Training|PublicTest|PrivateTest)_\d+", re.IGNORECASE)


def known_name(stem: str) -> Known | None:
    """What a file's name without its suffix says, or None when it follows none of the grammars known here."""
    if kdef := parse_name(stem):
        return Known("KDEF", kdef.person, True, kdef.emotion, kdef.sex, kdef.session, kdef.angle)
    if match := _RAFD.fullmatch(stem):
        angle, number, sex, expression, _ = match.groups()
        named = emotions.find(expression)
        return Known("RaFD", number, True, named, "F" if sex.lower() == "female" else "M", angle=angle)
    if match := _JAFFE.fullmatch(stem):
        code = match[2].upper()
        return Known("JAFFE", match[1].upper(), True, Emotion.MEDO if code == "FE" else emotions.coded(code), "F")
    if match := _CK.fullmatch(stem):
        return Known("CK+", match[1].upper())
    if _FER.fullmatch(stem):
        return Known("FER2013", "")
    return None
