"""What a face database holds, as tables: counts, sizes, and what is left out and why."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from emogan.core.emotions import Emotion
from emogan.core.names import printable
from emogan.core.tables import Table
from emogan.data.choose import in_turns
from emogan.data.decode import Framing
from emogan.data.decoded import check_memory, decode_all
from emogan.data.index import Face, Index, LeftOut, Note, counted
from emogan.data.kdef import ANGLES
from emogan.data.portrait import SEVERAL
from emogan.finding.finder import FoundFace

ROWS = (*Emotion, None)  # None: an expression that is none of the six


@dataclass(frozen=True)
class Survey:
    """A database after every one of its images was decoded.

    Attributes:
        faces: all faces in order, those that the filters leave out too.
        sizes: (width, height) of each, as it is looked at: a photograph that its camera turned is turned here too.
        used: the faces that pass the filters, with their decoded images uint8 (channels, image_size, image_size).
        found: where the face of each of ``used`` is, in the pixels of its file; empty where none was looked for.
        left_out: everything else, with reasons.
        notes: what is irregular about images that are used all the same.
    """

    index: Index
    faces: Sequence[Face]
    sizes: Sequence[tuple[int, int]]
    used: dict[Face, Tensor]
    found: dict[Face, FoundFace]
    left_out: Sequence[LeftOut]
    notes: Sequence[Note]

    def sample(self, emotion: Emotion, count: int, seed: int) -> list[Face]:
        """The faces that a training with ``samples_per_emotion=count`` takes, or all when there are fewer."""
        turns = in_turns([face for face in self.index.faces if face.emotion is emotion], seed)
        return sorted([face for face in turns if face in self.used][:count], key=lambda face: face.path)


def survey(index: Index, framing: Framing, watch: Callable[[Sequence[Path]], Iterable[Path]] = iter) -> Survey:
    """Decode every image of ``index``, also those that its filters leave out: a fault in these is one as well.

    Args:
        watch: passes the paths on one by one; a progress bar looks on in here.

    Raises:
        UserError: when all of them take more memory than there is.
    """
    kept_out = [item.face for item in index.left_out if item.face is not None]
    candidates = sorted([*index.faces, *kept_out], key=lambda face: face.path)
    check_memory(len(candidates), framing, "look at a part of them")
    decoded = decode_all([face.source for face in candidates], framing, watch)
    unusable = decoded.left_out(candidates)
    faulty = {item.path for item in unusable}
    usable, wanted = decoded.usable(), set(index.faces)
    images = {candidates[file]: decoded.images[row] for row, file in enumerate(usable)}
    where = {candidates[file]: decoded.found[file] for file in usable}
    left_out = [*(item for item in index.left_out if item.path not in faulty), *unusable]
    return Survey(
        index=index,
        faces=[candidates[file] for file in usable],
        sizes=[decoded.sizes[file] for file in usable],
        used={face: image for face, image in images.items() if face in wanted},
        found={face: one for face, one in where.items() if one is not None and face in wanted},
        left_out=sorted(left_out, key=lambda item: item.path),
        notes=[*index.notes, *(Note(candidates[file].path, text) for file in usable for text in decoded.notes[file])],
    )


def counts(found: Survey) -> Table:
    """Images by emotion, angle and sex whatever the filters; then how many of them, of how many people, are used."""
    kinds = sorted({(face.angle, face.sex) for face in found.faces}, key=_by_angle)
    number = Counter((face.emotion, face.angle, face.sex) for face in found.faces)
    rows: list[list[str | int]] = []
    for emotion in ROWS:
        each = [number[emotion, *kind] for kind in kinds]
        if emotion is None and not any(each):
            continue
        used = [face for face in found.used if face.emotion is emotion]
        rows.append([name(emotion), *each, sum(each), len(used), len({face.person for face in used})])
    people = len({face.person for face in found.used})
    total = [sum(int(row[column]) for row in rows) for column in range(1, len(kinds) + 3)]
    columns = [" ".join(kind).strip() or "images" for kind in kinds]
    return Table("Images", ["emotion", *columns, "all", "used", "people"], [*rows, ["all", *total, people]])


def long_counts(found: Survey) -> Table:
    """The same counts, a row for each emotion, angle and sex there is: for other programs."""
    number = Counter((face.emotion, face.angle, face.sex) for face in found.faces)
    used = Counter((face.emotion, face.angle, face.sex) for face in found.used)
    keys = sorted(number, key=lambda key: (ROWS.index(key[0]), _by_angle(key[1:])))
    rows: list[list[str | int]] = [[name(key[0]), *key[1:], number[key], used[key]] for key in keys]
    return Table("Images", ["emotion", "angle", "sex", "images", "used"], rows)


def listing(found: Survey) -> Table:
    """Every image that can be read, with what its name or folder was taken to say: for whoever doubts it."""
    rows: list[list[str | int]] = []
    for face in found.faces:
        who = "" if face.anonymous else printable(face.person)
        used = "yes" if face in found.used else "no"
        rows.append([_short(face.path, found), name(face.emotion), who, face.angle, face.sex, used])
    return Table("Files", ["file", "emotion", "person", "angle", "sex", "used"], rows)


def sizes(found: Survey) -> Table:
    """How many images have which width and height, in pixels."""
    number = Counter(found.sizes).most_common()
    return Table("Sizes", ["pixels", "images"], [[f"{width} x {height}", count] for (width, height), count in number])


def reasons(found: Survey) -> Table:
    """Why images are left out, and how many for each reason."""
    return Table(
        "Left out", ["reason", "files"], [[printable(reason), count] for reason, count in counted(found.left_out)]
    )


def portraits(found: Survey) -> Table:
    """In how many of the images that are used one face was found, or several; empty where none was looked for."""
    several = {note.path for note in found.notes if note.text == SEVERAL}
    of_several = sum(face.path in several for face in found.found)
    rows: list[list[str | int]] = [["one face", len(found.found) - of_several], [SEVERAL, of_several]]
    return Table("Faces found", ["found", "images"], [row for row in rows if row[1]])


def irregular(found: Survey) -> Table:
    """Every file that something is wrong with: those left out, and those that are used all the same."""
    bad = [(item.path, str(item), "left out") for item in found.left_out if item.irregular]
    odd = [(note.path, note.text, "kept") for note in found.notes]
    return Table(
        "Irregular files", ["file", "what", "outcome"], [[_short(p, found), *r] for p, *r in sorted(bad + odd)]
    )


def remarks(found: Survey) -> Table:
    """What is to be said of the whole database, such as how its people are told apart."""
    return Table("Remarks", ["what"], [[printable(remark)] for remark in found.index.remarks])


def left_out_files(found: Survey) -> Table:
    """Every file that is left out, with its reason."""
    rows = [[_short(item.path, found), printable(item.reason), printable(item.detail)] for item in found.left_out]
    return Table("Left out", ["file", "reason", "detail"], rows)


def name(emotion: Emotion | None) -> str:
    """What a table calls an emotion."""
    return "(none)" if emotion is None else emotion.value


def _by_angle(kind: tuple[str, str]) -> tuple[int, str, str]:
    angle, sex = kind
    return (ANGLES.index(angle) if angle in ANGLES else -1), angle, sex


def _short(path: Path, found: Survey) -> str:
    return printable(path.relative_to(found.index.root).as_posix())
