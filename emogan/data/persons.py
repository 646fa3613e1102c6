"""Who an image shows, by the folders it lies in and its own name.

What a person says with a pattern comes first, then the grammar of a well-known database, then a folder: the outermost
between the emotion and the image, or, without any, the outermost above the emotion. Without all of these the words of
the file's name are the person's (``ana_2``, ``p07_happy``), as long as there are several and they come back.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from emogan.core.emotions import fold, spoken
from emogan.data.index import Face
from emogan.data.schemes import Known

# Where a person's name comes from.
PATTERN, GRAMMAR, FOLDER, ABOVE, FILE, NOBODY = "pattern", "grammar", "folder", "above", "file", "nobody"
TOLD = "told"  # beside the image, in a shard

# Folders that part a database, and name nobody.
_PART_WORDS = (
    "train training trainset treino treinamento val valid validation validacao dev test testing testset teste"
    " publictest privatetest images image imagens imagem imgs img faces face rostos rosto photos photo fotos foto"
    " pictures pics data dados dataset datasets database db original originals originais raw cropped aligned all todas"
    " frontal profile front left right male female males females man woman men women masculino feminino homem homens"
    " mulher mulheres kids children adults posed spontaneous color colour gray grey jpg jpeg png"
)
_PARTS = frozenset(_PART_WORDS.split())
# Words that cameras and programs put before a number.
_COUNTING_WORDS = (
    "im img image imagem photo foto pic picture face rosto frame dsc dscn dscf scan whatsapp at untitled sem titulo"
    " screenshot captura copy copia pxl vid"
)
_COUNTING = frozenset(_COUNTING_WORDS.split())
# A number that is somebody's: p07, subject_12. Shots are numbered too, so other numbers are nobody's.
_NUMBERED = re.compile(
    r"(?:.*[\W_])?((?:p|s|f|m|id|subj|subject|sujeito|person|pessoa|participant|participante|actor|ator)[\W_]?\d+)(?!\d).*"
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
    names = [_name(face.path.stem) if needs else "" for (face, _), needs in zip(faces, by_file, strict=True)]
    number = Counter(name for name in names if name)
    come_back = len(number) > 1 and max(number.values()) > 1
    named = []
    for (face, who), needs, name in zip(faces, by_file, names, strict=True):
        if name and come_back:
            named.append(replace(face, person=name))
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
    words = {PATTERN: "your pattern", FOLDER: "folders", ABOVE: "folders", TOLD: "what lies beside them"}
    sources = Counter(
        words.get(who.source, "the files' names") for face, who in zip(faces, whos, strict=True) if not face.anonymous
    )
    people = len({face.person for face in faces if not face.anonymous})
    rest = f"; nothing says who {nobody} others show" if nobody else ""
    return f"{people} people are told apart by {' and '.join(sorted(sources))}{rest}"


def _name(stem: str) -> str:
    """Whom a file's name may name; "" when it merely counts.

    All that it says beside emotions and numbers at its end, so that two shots of a person never have two names.
    """
    text = fold(stem)
    if match := _NUMBERED.fullmatch(text):
        return match[1]
    words = [word for word in re.split(r"[\W_]+", text) if not word.isdigit() and not spoken(word).named]
    # A single letter before a number counts: l001, l002 are not one person.
    words = [word for word in (word.rstrip("0123456789") for word in words) if len(word) > 1 and word not in _COUNTING]
    return "_".join(words)
