"""File names of KDEF and of databases shaped like it."""

import re
from dataclasses import dataclass

from emogan import emotions
from emogan.emotions import Emotion

# Session, sex, person, expression, angle. Parsed by position: "AF" is both a prefix (session A, female) and afraid.
_NAME = re.compile(r"([AB])([FM])(\d\d)(AF|AN|DI|HA|NE|SA|SU)(FL|HL|S|HR|FR)", re.IGNORECASE)
ANGLES = ("FL", "HL", "S", "HR", "FR")


@dataclass(frozen=True)
class KdefName:
    """The parts of a KDEF file name such as ``AF01ANS``.

    Attributes:
        person: sex and number, ``F01`` to ``M35``: sessions A and B show the same person.
        emotion: None for disgust (DI), which is no emotion of this project.
    """

    session: str
    sex: str
    person: str
    emotion: Emotion | None
    angle: str


def parse_name(stem: str) -> KdefName | None:
    """The parts of a file name without its suffix, or None when it does not follow the grammar."""
    match = _NAME.fullmatch(stem)
    if match is None:
        return None
    session, sex, number, expression, angle = (part.upper() for part in match.groups())
    emotion = None if expression == "DI" else emotions.find(expression)
    return KdefName(session, sex, sex + number, emotion, angle)
