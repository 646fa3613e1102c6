"""KDEF: the grammar of its file names, and the reader of its folders and of databases shaped like it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emogan.core import emotions
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.data.copies import each_once
from emogan.data.files import given_root, image_files
from emogan.data.filters import Filter, choose_by
from emogan.data.index import Face, Index, LeftOut, Note
from emogan.data.strengths import with_strengths

ANGLES = ("FL", "HL", "S", "HR", "FR")  # full and half left profile, straight, half and full right
SEXES = ("F", "M")
SESSIONS = ("A", "B")

_EXPRESSION = "(AF|AN|DI|HA|NE|SA|SU)"
_ANGLE = "(FL|HL|S|HR|FR)"
# Session, sex, person, expression, angle. Parsed by position: "AF" is both a prefix (session A, female) and afraid.
_NAME = re.compile(rf"([AB])([FM])([0-9]{{2}}|[1-9][0-9]{{2}}){_EXPRESSION}{_ANGLE}", re.IGNORECASE)
# AKDEF's averaged faces: sex, expression, angle.
_AVERAGE = re.compile(rf"([FM]){_EXPRESSION}{_ANGLE}", re.IGNORECASE)
# Two files of the official tree have lost a part of their names.
MISNAMED = {"AF31V": "AF31SAHL", "AM31H": "AM31SUHR"}

DISGUST = "disgust (DI) is none of the six emotions"
DOUBLE = "second file of the same name"
GRAMMAR = "its name does not follow KDEF's grammar"
AVERAGED = "averaged face of AKDEF (data.akdef=true uses these)"
SINGLE = "not an averaged face (data.akdef=false uses these)"


@dataclass(frozen=True)
class KdefName:
    """The parts of a KDEF file name such as ``AF01ANS``, in upper case.

    Attributes:
        session: ``A`` or ``B``; "" for an averaged face.
        person: sex and number, ``F01`` to ``M35``: sessions A and B show the same person; rendered people go on to
            ``M999``. ``F average`` and ``M average`` for averaged faces.
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
    return KdefName(session, sex, sex + number, _emotion(expression), angle)


def parse_average(stem: str) -> KdefName | None:
    """The parts of the name of one of AKDEF's averaged faces such as ``FAFFL``, or None when it is no such name."""
    match = _AVERAGE.fullmatch(stem)
    if match is None:
        return None
    sex, expression, angle = (part.upper() for part in match.groups())
    return KdefName("", sex, f"{sex} average", _emotion(expression), angle)


def read_kdef(
    root: str | Path,
    angle: str | Sequence[str] | None,
    sex: str | Sequence[str] | None,
    session: str | Sequence[str] | None,
    person: str | Sequence[str] | None,
    akdef: bool,
) -> Index:
    """All faces under ``root`` whose names follow KDEF's grammar, however their folders are arranged.

    Args:
        angle, sex, session, person: what to use: a value, several, or None for all.
        akdef: use AKDEF's averaged faces, and those only.

    Raises:
        UserError: for an unknown value of a filter, a folder that does not exist or one without such images, or a
            damaged table of rendered faces.
    """
    filters = [
        Filter("angle", angle, ANGLES),
        Filter("sex", sex, SEXES),
        Filter("session", session, SESSIONS),
        Filter("person", person),
    ]
    for given in filters[2:]:
        if akdef and given.wanted is not None:
            raise UserError(
                f"data.{given.key}={given} does not go with data.akdef=true, whose averaged faces have no {given.key}:"
                f" expected one of the two; leave one out."
            )
    root = given_root(root)
    paths, left_out = image_files(root)
    faces: dict[str, Face] = {}
    notes = []
    for path in paths:
        written = path.stem.upper()
        name = MISNAMED.get(written, written)
        single, average = parse_name(name), parse_average(name)
        parts = average if akdef else single
        if parts is None and (single or average):
            left_out.append(LeftOut(path, SINGLE if akdef else AVERAGED))
        elif parts is None:
            left_out.append(LeftOut(path, GRAMMAR, "expected names such as AF01ANS", irregular=True))
        elif name in faces:
            left_out.append(LeftOut(path, DOUBLE, f"the first is {printable(faces[name].path)}", irregular=True))
        else:
            faces[name] = Face(path, parts.emotion, parts.person, parts.sex, parts.session, parts.angle)
            if name != written:
                notes.append(Note(path, f"misnamed: read as {name}"))
    if not faces:
        kind = "MAFS.JPG (AKDEF)" if akdef else "AF01ANS.JPG (KDEF)"
        raise UserError(
            f"data.root={printable(root)} holds {len(paths)} images, none named like KDEF's: expected names such as"
            f" {kind}; give KDEF's folder, or use data=folder for a folder per emotion."
        )
    chosen, filtered = choose_by(filters, list(faces.values()))
    disgust = [LeftOut(face.path, DISGUST, face=face) for face in chosen if face.emotion is None]
    left_out = sorted([*left_out, *filtered, *disgust], key=lambda item: item.path)
    used = with_strengths([face for face in chosen if face.emotion is not None], root)
    return each_once(Index(root, used, left_out, notes))


def _emotion(expression: str) -> Emotion | None:
    return None if expression == "DI" else emotions.coded(expression)
