"""Who an image shows, by the folders it lies in and its own name.

What a person says with a pattern comes first, then the grammar of a well-known database, then a folder: the outermost
between the emotion and the image, or, without any, the outermost above the emotion. Without all of these the file's
name is the person's, as long as such names come back in this database and do not merely count.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from emogan.core.emotions import fold
from emogan.data.index import Face
from emogan.data.schemes import Known

# Where a person's name comes from.
PATTERN, GRAMMAR, FOLDER, ABOVE, FILE, NOBODY = "pattern", "grammar", "folder", "above", "file", "nobody"

# Folders that part a database, and name nobody.
_PART_WORDS = (
    "train training trainset treino treinamento val valid validation validacao dev test testing testset teste"
    " publictest privatetest images image imagens imagem imgs img faces face rostos rosto photos photo fotos foto"
    " pictures pics data dados dataset datasets database db original originals originais raw cropped aligned all todas"
    " frontal profile front left right male female males females man woman men women masculino feminino homem homens"
    " mulher mulheres kids children adults posed spontaneous color colour gray grey jpg jpeg png"
)
_PARTS = frozenset(_PART_WORDS.split())
_COUNTED = re.compile(
    r"(?:(?:im|img|image|imagem|photo|foto|pic|picture|face|rosto|frame|dsc|dscn|dscf|scan|whatsapp|untitled|sem titulo"
    r"|screenshot|captura)[\W_]*)?[\d\W_]*"
)


@dataclass(frozen=True)
class Who:
    """A person's name, and where it comes from."""

    person: str
    source: str


def person_in(
    folders: Sequence[str], place: int, known: Known | None, asked: Mapping[str, str], must_match: bool
) -> Who:
    """Who an image in ``folders`` shows, of which the one at ``place`` names the emotion.

    Args:
        asked: what patterns found in its path.
        must_match: nothing but a pattern is to say who it is.
    """
    if "person" in asked:
        return Who(asked["person"], PATTERN)
    if must_match:
        return Who("", NOBODY)
    if known is not None:
        return Who(known.person, GRAMMAR) if known.person else Who("", NOBODY)
    for source, some in ((FOLDER, folders[place + 1 :]), (ABOVE, folders[:place])):
        if names := [name for name in some if fold(name) not in _PARTS]:
            return Who(names[0], source)
    return Who("", FILE)


def name_by_file(root: Path, faces: Sequence[tuple[Face, Who]]) -> list[Face]:
    """The faces, those without a person named by their files: as people where names come back, else each on its own."""
    by_folder = {who for _, who in faces if who.source in (ABOVE, FOLDER)}
    # A single folder around everything is the database's name, not a person's.
    around = by_folder if len(by_folder) == 1 and next(iter(by_folder)).source == ABOVE else set()
    by_file = [who.source == FILE or who in around for _, who in faces]
    stems = Counter(face.path.stem for (face, _), needs in zip(faces, by_file, strict=True) if needs)
    come_back = any(count > 1 and not _counts(stem) for stem, count in stems.items())
    named = []
    for (face, who), needs in zip(faces, by_file, strict=True):
        if needs and come_back and not _counts(face.path.stem):
            named.append(replace(face, person=face.path.stem))
        elif needs or who.source == NOBODY:
            alone = face.path.relative_to(root).with_suffix("").as_posix()
            named.append(replace(face, person=alone, anonymous=True))
        else:
            named.append(face)
    return named


def remark(faces: Sequence[Face], whos: Sequence[Who]) -> str:
    """A sentence on how the people of a database are told apart."""
    nobody = sum(face.anonymous for face in faces)
    if nobody == len(faces):
        return (
            "Nothing says who is shown: every image counts as a person of its own, and people cannot be kept apart."
            " Give a folder to each person, or name them with data.person=PATTERN"
        )
    words = {PATTERN: "your pattern", GRAMMAR: "the files' names", FOLDER: "folders", ABOVE: "folders"}
    sources = Counter(
        words.get(who.source, "the files' names") for face, who in zip(faces, whos, strict=True) if not face.anonymous
    )
    people = len({face.person for face in faces if not face.anonymous})
    rest = f"; nothing says who {nobody} others show" if nobody else ""
    return f"{people} people are told apart by {' and '.join(sorted(sources))}{rest}"


def _counts(stem: str) -> bool:
    """Whether a file's name is a number, with or without a word that cameras and programs put before it."""
    return _COUNTED.fullmatch(fold(stem)) is not None
