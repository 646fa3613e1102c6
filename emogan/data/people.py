"""Which people of a database are kept aside: networks learn nothing from them, measures compare with them."""

import hashlib
from dataclasses import replace
from typing import Literal, get_args

from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.data.index import Index, LeftOut

People = Literal["train", "held_out", "all"]
SHARE = 0.3  # of the people, kept aside
ANONYMOUS = "nothing says who it shows, and data.people={} keeps people apart"


def held_out(person: str) -> bool:
    """Whether ``person`` is kept aside.

    The name alone decides: the answer is the same in every run, under every filter and when a database grows. Of KDEF's
    70 people (and of the packaged faces', who are named like them) it keeps 20 aside, listed in docs/measures.md.
    """
    digest = hashlib.sha256(b"emogan" + person.encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:8], "big") < SHARE * 2**64


def belongs(person: str, people: People) -> bool:
    """Whether ``person`` is among the ``people`` that were asked for."""
    return people == "all" or held_out(person) == (people == "held_out")


def keep(index: Index, people: People) -> Index:
    """``index`` with the faces of the ``people`` that were asked for; the others are left out and say why.

    Raises:
        UserError: when people are to be kept apart where nothing tells them apart.
    """
    if people not in get_args(People):
        raise UserError(f"data.people={people} is unknown: expected {', '.join(get_args(People))}.")
    if people == "all":
        return index
    if index.faces and all(face.anonymous for face in index.faces):
        raise UserError(
            f"data.people={people} keeps people apart, but nothing under {printable(index.root)} says who is shown:"
            " give a folder to each person, name them with data.person=PATTERN (a regular expression whose group is the"
            " person), or train on all with data.people=all."
        )
    reason, unknown = f"its person is not among data.people={people}", ANONYMOUS.format(people)
    kept, others = [], []
    for face in index.faces:
        if face.anonymous:
            others.append(LeftOut(face.path, unknown, face=face))
        elif belongs(face.person, people):
            kept.append(face)
        else:
            others.append(LeftOut(face.path, reason, face=face))
    return replace(index, faces=kept, left_out=[*index.left_out, *others])
