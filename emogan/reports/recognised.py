"""What was read of the faces of photographs, as files: a table of all, and copies with what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emogan.core.console import Watch
from emogan.core.emotions import EMOTIONS
from emogan.core.errors import UserError
from emogan.core.files import atomic_write
from emogan.core.images import save_png
from emogan.core.tables import Table
from emogan.data.reading import UnusableImageError
from emogan.recognition.photographs import NO_FACE, Photographs, ReadPhotograph, Which, read_photograph
from emogan.recognition.reading import ReadFace, packaged_reader
from emogan.reports.annotated import annotated
from emogan.reports.tables import to_csv
from emogan.reports.text import file_name

TABLE = "recognised.csv"
ACTIVE, MOST_ACTIONS = 0.2, 5  # from where on a facial action is told, and how many of a face


@dataclass(frozen=True, eq=False)
class Looked:
    """What became of a file.

    Attributes:
        name: what tables call it.
        faces: what was read.
        why: why there are no faces; "" where there are.
        picture: the name of its copy; "" where there is none.
        notes: what was done to it that a person may want to know.
    """

    name: str
    faces: Sequence[ReadFace] = ()
    why: str = ""
    picture: str = ""
    notes: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class Recognised:
    """What was read of photographs.

    Attributes:
        folder: of the files written.
        looked: every file, those without a face and those that are no photographs too.
    """

    folder: Path
    looked: Sequence[Looked]

    @property
    def files(self) -> list[Path]:
        """The files written: the table first."""
        return [self.folder / TABLE, *(self.folder / one.picture for one in self.looked if one.picture)]


def write_recognised(found: Photographs, which: Which, pictures: bool, out: Path, watch: Watch) -> Recognised:
    """Read every photograph; write :data:`TABLE` and, where ``pictures``, a copy of each that shows a face.

    What is done is in the table also after an interruption.

    Raises:
        UserError: when the one photograph that was given shows no face or cannot be read; nothing is written.
    """
    looked: list[Looked] = []
    taken: set[str] = set()
    try:
        for number, path in enumerate(found.files):
            watch("Photographs", number, len(found.files))
            looked.append(_look(found, path, which, out if pictures else None, taken))
        watch("Photographs", len(found.files), len(found.files))
        looked += [Looked(found.name(item.path), why=str(item)) for item in found.left_out]
    except KeyboardInterrupt:
        told = f"interrupted; {len(looked)} of {len(found.files)} photographs are in {out / TABLE}."
        raise KeyboardInterrupt(told if looked else "interrupted before there was anything to save.") from None
    finally:
        if looked:
            atomic_write(out / TABLE, to_csv(every_face(looked)))
    return Recognised(out, looked)


def _look(found: Photographs, path: Path, which: Which, out: Path | None, taken: set[str]) -> Looked:
    name, photograph, why = found.name(path), None, NO_FACE
    try:
        photograph = read_photograph(path, which)
    except UnusableImageError as error:
        why = str(error)
    if photograph is None or not photograph.faces:
        if found.alone:
            raise UserError(
                f"photo={name} cannot be used ({why}): expected a photograph that shows a face, give another."
            )
        return Looked(name, why=why, notes=photograph.notes if photograph else ())
    picture = _copied(photograph, found.stem(path), out, taken)
    return Looked(name, photograph.faces, "", picture, photograph.notes)


def _copied(photograph: ReadPhotograph, stem: str, out: Path | None, taken: set[str]) -> str:
    """Write the copy under a name that no other has; gives it."""
    if out is None:
        return ""
    stem = file_name(stem)
    names = (f"{stem}.png", *(f"{stem}_{number}.png" for number in range(2, len(taken) + 3)))
    free = next(one for one in names if one.lower() not in taken)  # some disks know no capitals
    taken.add(free.lower())
    save_png(annotated(photograph), out / free)
    return free


def every_face(looked: Sequence[Looked]) -> Table:
    """A row for each face with everything that is known of it, and one for each file without, with the reason."""
    actions = [*packaged_reader().actions]
    columns = ["file", "face", "x", "y", "side", "roll", "sure", "emotion", *(str(emotion) for emotion in EMOTIONS)]
    columns += ["strength", "yaw", "pitch", *actions, "picture", "reason"]
    rows: list[list[str | int]] = []
    for one in looked:
        for number, face in enumerate(one.faces, 1):
            x, y, side = place(face)
            row: list[str | int] = [
                one.name,
                number,
                x,
                y,
                side,
                f"{face.face.roll:.1f}",
                f"{face.face.sure:.3f}",
                face.emotion,
            ]
            row += [f"{face.emotions[str(emotion)]:.4f}" for emotion in EMOTIONS]
            row += [f"{face.strength:.3f}", f"{face.face.yaw:.1f}", f"{face.face.pitch:.1f}"]
            rows.append([*row, *(f"{face.actions[name]:.3f}" for name in actions), one.picture, ""])
        if not one.faces:
            blank = [""] * (len(columns) - 3)
            rows.append([one.name, 0, *blank, one.why])
    return Table("Faces", columns, rows)


def shown_faces(looked: Sequence[Looked], most: int) -> Table:
    """The first ``most`` faces for a terminal: how they are read and turned."""
    columns = ["file", "face", "emotion", *(f"{emotion!s:.3} %" for emotion in EMOTIONS)]
    rows: list[list[str | int]] = []
    for name, number, face in _numbered(looked)[:most]:
        shares = [f"{100 * face.emotions[str(emotion)]:.0f}" for emotion in EMOTIONS]
        turned = [f"{angle:.0f}" for angle in (face.face.yaw, face.face.pitch, face.face.roll)]
        rows.append([name, number, face.emotion, *shares, f"{face.strength:.2f}", *turned])
    return Table("Faces", [*columns, "strength", "yaw", "pitch", "roll"], rows)


def shown_actions(looked: Sequence[Looked], most: int) -> list[str]:
    """A line for each of the first ``most`` faces: where it is, and its most active facial actions."""
    lines = []
    for name, number, face in _numbered(looked)[:most]:
        x, y, side = place(face)
        active = [f"{action} {value:.2f}" for action, value in most_active(face)]
        where = f"{name}, face {number} at {x}, {y}, {side} pixels wide"
        lines.append(f"{where}: {', '.join(active) or f'no facial action above {ACTIVE}'}")
    return lines


def most_active(face: ReadFace) -> list[tuple[str, float]]:
    """The facial actions above :data:`ACTIVE`, the strongest first, :data:`MOST_ACTIONS` at most."""
    strongest = sorted(face.actions.items(), key=lambda item: -item[1])
    return [(action, value) for action, value in strongest[:MOST_ACTIONS] if value > ACTIVE]


def place(face: ReadFace) -> tuple[int, int, int]:
    """The middle (x, y) of the square around a face and its side, in whole pixels of the photograph."""
    frame = face.face.frame
    x, y = (frame.axes.sum(0) / 2 + frame.origin).tolist()
    return round(x), round(y), round(frame.side)


def _numbered(looked: Sequence[Looked]) -> list[tuple[str, int, ReadFace]]:
    return [(one.name, number, face) for one in looked for number, face in enumerate(one.faces, 1)]
