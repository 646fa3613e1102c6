"""Which people of a database are kept aside: networks learn nothing from them, measures compare with them."""

import hashlib
from dataclasses import replace
from typing import Literal, get_args

from emogan.core.errors import UserError
from emogan.data.index import Index, LeftOut

People = Literal["train", "held_out", "all"]
SHARE = 0.3  # of the people, kept aside


def held_out(person: str) -> bool:
    """Whether ``person`` is kept aside.

    The name alone decides: the answer is the same in every run, under every filter and when a database grows. Of KDEF's
    70 people (and of the packaged faces', who are named like them) it keeps 20 aside, listed in docs/measures.md.
    """
    digest = hashlib.sha256(f"emogan{person}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < SHARE * 2**64


def belongs(person: str, people: People) -> bool:
    """Whether ``person`` is among the ``people`` that were asked for."""
    return people == "all" or held_out(person) == (people == "held_out")


def keep(index: Index, people: People) -> Index:
    """``index`` with the faces of the ``people`` that were asked for; the others are left out and say why."""
    if people not in get_args(People):
        raise UserError(f"data.people={people} is unknown: expected {', '.join(get_args(People))}.")
    kept = [face for face in index.faces if belongs(face.person, people)]
    reason = f"its person is not among data.people={people}"
    others = [LeftOut(face.path, reason, face=face) for face in index.faces if not belongs(face.person, people)]
    return replace(index, faces=kept, left_out=[*index.left_out, *others])
