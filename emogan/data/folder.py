"""Reader of any database whose folders or file names say the emotion."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from emogan.core import emotions
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.data.copies import each_once
from emogan.data.files import given_root, image_files
from emogan.data.index import Face, Index, LeftOut, Note
from emogan.data.labels import TWO, Label, label_of
from emogan.data.patterns import UNMATCHED, Pattern
from emogan.data.persons import Who, name_by_file, person_in, remark
from emogan.data.schemes import known_name


def read_folder(root: str | Path, person: str | None = None, pattern: str | None = None) -> Index:
    """All images under ``root`` whose path names an emotion, in Portuguese, English or KDEF's codes.

    :func:`emogan.data.labels.label_of` says how emotions are found, :mod:`emogan.data.persons` how people are.

    Args:
        person: a regular expression with a group that is the person, looked for in the path below ``root``.
        pattern: one with named groups: emotion, person, sex, session, angle; what it has no group for is found as ever.

    Raises:
        UserError: when ``root`` is not a folder, holds no image, or none of them names an emotion; when a pattern is
            none, or takes too long.
    """
    root = given_root(root)
    rules = Pattern.given("data.pattern", pattern), Pattern.given("data.person", person, "person")
    paths, left_out = image_files(root)
    below = [path.relative_to(root) for path in paths]
    said, shown = (rule.search(below) if rule else None for rule in rules)
    faces: list[tuple[Face, Who]] = []
    notes: list[Note] = []
    schemes: Counter[str] = Counter()
    for place, path in enumerate(paths):
        groups = said[place] if said is not None else {}
        found = read_path(path, below[place], groups, groups if shown is None else shown[place], shown is not None)
        if isinstance(found, LeftOut):
            left_out.append(found)
            continue
        faces.append((found.face, found.who))
        schemes[found.scheme] += 1
        notes += [Note(path, found.note)] if found.note else []
    if not faces:
        raise _nothing(root, left_out, rules[0])
    named = name_by_file(root, faces)
    told = [f"{count} names follow {scheme}'s grammar" for scheme, count in sorted(schemes.items()) if scheme]
    index = Index(root, named, sorted(left_out, key=lambda item: item.path), notes)
    return each_once(replace(index, remarks=[*told, remark(named, [who for _, who in faces])]))


@dataclass(frozen=True)
class Found:
    """A face, how it is known who it shows, and what its path says beside."""

    face: Face
    who: Who
    scheme: str
    note: str


def read_path(
    path: Path, below: Path, groups: dict[str, str] | None, asked: dict[str, str] | None, must_match: bool
) -> Found | LeftOut:
    """What an image shows.

    Args:
        below: its path below the root.
        groups: what ``data.pattern`` found there; None: it does not match.
        asked, must_match: see :func:`emogan.data.persons.person_in`.
    """
    if groups is None:
        return LeftOut(path, UNMATCHED.format("data.pattern"), irregular=True)
    folders, known = below.parts[:-1], known_name(path.stem)
    label = label_of(folders, path.stem, known)
    if "emotion" in groups:
        said = emotions.find(groups["emotion"]) if not groups["emotion"].isdigit() else None
        if said is None:
            return LeftOut(path, f"its emotion {printable(groups['emotion'])} is none of the six")
        label = replace(label, emotion=said, place=_place(folders, groups["emotion"], label), reason="", note="")
    if label.emotion is None:
        return LeftOut(path, label.reason, label.detail, irregular=label.reason == TWO)
    who = person_in(folders, label.place, known, asked or {}, must_match)
    sex, session, angle = (groups.get(key, getattr(known, key, "")) for key in ("sex", "session", "angle"))
    face = Face(path, label.emotion, who.person, sex, session, angle)
    return Found(face, who, known.scheme if known else "", label.note)


def _place(folders: Sequence[str], text: str, label: Label) -> int:
    """Which folder says the emotion: one with these words, or one that names any: it is nobody's name."""
    elsewhere = label.place if label.emotion is not None else len(folders)
    return next((place for place, folder in enumerate(folders) if text in folder), elsewhere)


def _nothing(root: Path, left_out: list[LeftOut], pattern: Pattern | None) -> UserError:
    shown = printable(root)
    if pattern is not None:
        first = next(item for item in left_out if item.image)
        there = printable(first.path.relative_to(root).as_posix())
        return UserError(
            f"data.pattern={pattern.text} finds no emotion in any path under {shown}, such as {there}: expected a"
            " regular expression with a group (?P<emotion>…) that is one of the six."
        )
    if two := next((item for item in left_out if item.reason == TWO), None):
        return UserError(
            f"data.root={shown} has no image whose emotion is clear, such as {printable(two.path.name)}: {two};"
            " rename the folders that mean something else."
        )
    names = ", ".join(emotion.value for emotion in Emotion)
    return UserError(
        f"data.root={shown} has no folder named after an emotion: expected folders such as {names};"
        " rename yours, give the folder that holds them, or tell with data.pattern=PATTERN where names say it."
    )
