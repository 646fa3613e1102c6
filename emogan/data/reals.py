"""All real faces of a database at once, with emotion and person: what generated faces are measured against."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emogan.core.emotions import EMOTIONS
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.data.decode import Framing
from emogan.data.face_set import Faces, together
from emogan.data.index import Face, Index, LeftOut, counted, digest_of
from emogan.data.keeping import Keeping
from emogan.data.portions import decode_together
from emogan.data.registry import framing, reader

MOST_REASONS = 5  # that an error gives


@dataclass(frozen=True)
class Usable:
    """Every usable face of a database, in the order of the menu, then by path.

    Attributes:
        files: where each of ``faces`` comes from.
        digest: SHA-256 of them all.
    """

    faces: Faces
    files: Sequence[Face]
    digest: str


def read_faces(read: Callable[[], Index], how: Framing, keeping: Keeping) -> tuple[Faces, str]:
    """Every usable face of a database, and the SHA-256 of them all.

    Raises:
        UserError: when nothing says who any of them shows; else as :func:`read_usable`.
    """
    index = read()
    check_people(index)
    found = read_usable(index, how, keeping)
    return found.faces, found.digest


def read_usable(index: Index, how: Framing, keeping: Keeping) -> Usable:
    """Decode a database.

    Emotion by emotion, as trainings on all people do, so that both share what is remembered on disk.

    Raises:
        UserError: when there is no usable face, or when they take more memory, or disk, than there is.
    """
    remedy = "measuring takes all faces, whatever samples_per_emotion is: train with a lower image_size"
    keeping.check_room(len(index.faces), how, remedy)
    parts, files, shown = [], [], []
    left_out = list(index.left_out)
    groups = [[face for face in index.faces if face.emotion is emotion] for emotion in EMOTIONS]
    groups = [candidates for candidates in groups if candidates]
    found = decode_together([[face.source for face in candidates] for candidates in groups], how, keeping)
    for candidates, decoded in zip(groups, found, strict=True):
        left_out += decoded.left_out(candidates)
        usable = [candidates[file] for file in decoded.usable()]
        parts.append(Faces.real(decoded.images, usable))
        of_file = dict(zip(candidates, decoded.digests, strict=True))
        files += [(face.path.relative_to(index.root).as_posix(), of_file[face]) for face in usable]
        shown += usable
    if not files:
        raise nothing_left(index.root, left_out)
    return Usable(together(parts), shown, digest_of(files))


def check_people(index: Index) -> None:
    """Raise a UserError when nothing tells people apart: no face is then kept aside to measure with."""
    if index.faces and all(face.anonymous for face in index.faces):
        raise UserError(
            f"Measures compare with people kept aside, but nothing says who the {len(index.faces)} images under"
            f" {printable(index.root)} show: give a folder to each person, or name them with data=folder"
            " data.person=PATTERN (a regular expression whose group is the person), and train on that."
        )


def nothing_left(root: Path, left_out: Iterable[LeftOut]) -> UserError:
    """The error for a database of which all is left out: by filters, or because it cannot be decoded."""
    reasons = [f"{count:,}: {reason}" for reason, count in counted(item for item in left_out if item.image)]
    why = f" ({'; '.join(reasons[:MOST_REASONS])})" if reasons else ""
    return UserError(
        f"No face under {printable(root)} is left to measure with{why}: give another folder with data.root=FOLDER, or"
        " train with wider filters."
    )


def real_faces(
    config: Mapping[str, Any], keeping: Keeping | None = None, root: str | None = None
) -> tuple[Faces, str, Framing]:
    """All faces of the database that a run learns from, its digest, and how images are framed.

    Args:
        config: the run's settings, as plain values. They come from a file: only known readers are run.
        keeping: where decoded images are kept; None: where the settings say.
        root: the folder of its images, where they have moved since.

    Raises:
        UserError: when it is no database of faces, or none that can be measured with, see :func:`read_faces`.
    """
    data = config["data"]
    if "framing" not in data:
        raise UserError(
            f"{config['emotion']!s:.60} is no emotion of faces: only runs on databases of faces can be measured."
        )
    how = framing(data["framing"])
    faces, digest = read_faces(reader(data.get("read"), root), how, keeping or Keeping.of(data))
    return faces, digest, how
