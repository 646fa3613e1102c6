"""An index of a face database: which images there are, and which were left out and why."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from emogan.core.emotions import Emotion
from emogan.core.names import printable
from emogan.data.reading import File, Source


@dataclass(frozen=True)
class Face:
    """One image of a database, with what its name or folder says of it ("" where it says nothing).

    Attributes:
        path: where it lies; what tables and digests call it.
        emotion: None for an expression that is none of the six (KDEF's disgust); no reader gives such a face for use.
        anonymous: nothing says who it shows; ``person`` is a name that no other image has.
        row: where its bytes are, if it has no file of its own.
        strength: of the expression, 1 is full: known of rendered faces, 1 for all others.
    """

    path: Path
    emotion: Emotion | None
    person: str
    sex: str = ""
    session: str = ""
    angle: str = ""
    anonymous: bool = False
    row: Source | None = None
    strength: float = 1.0

    @property
    def source(self) -> Source:
        """Where its bytes are."""
        return self.row or File(self.path)


@dataclass(frozen=True)
class LeftOut:
    """An image that is not used, and why.

    Attributes:
        reason: the same words for all images left out for the same reason, so that they can be counted.
        detail: what is particular to this one.
        face: what the image shows, where the reason is a choice (a filter) and the image itself is in order.
        irregular: something is wrong with the file or its name, and a person may want to know.
        count: how many files this stands for; ``path`` is the first.
        image: whether it may be one at all, or is something else that lies beside images.
    """

    path: Path
    reason: str
    detail: str = ""
    face: Face | None = None
    irregular: bool = False
    count: int = 1
    image: bool = True

    def __str__(self) -> str:
        return printable(f"{self.reason}: {self.detail}" if self.detail else self.reason)


@dataclass(frozen=True)
class Note:
    """Something irregular about an image that is used all the same."""

    path: Path
    text: str


@dataclass(frozen=True)
class Index:
    """What a reader found under a folder, sorted by path: the order does not depend on the file system.

    Attributes:
        notes: what is irregular about single images.
        remarks: sentences about the whole database, such as how its people are told apart.
    """

    root: Path
    faces: Sequence[Face]
    left_out: Sequence[LeftOut] = ()
    notes: Sequence[Note] = ()
    remarks: Sequence[str] = ()


def counted(left_out: Iterable[LeftOut]) -> list[tuple[str, int]]:
    """Every reason with the number of files that it is given for, the most frequent first."""
    number: Counter[str] = Counter()
    for item in left_out:
        number[item.reason] += item.count
    return number.most_common()


def digest_of(files: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over the name and the content's SHA-256 (hex) of every image: the same images give the same digest."""
    total = hashlib.sha256()
    for name, content in files:
        total.update(os.fsencode(name))
        total.update(bytes.fromhex(content))
    return total.hexdigest()
