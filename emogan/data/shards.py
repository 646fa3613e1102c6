"""Reader of WebDataset's shards: tar files whose members ``KEY.jpg``, ``KEY.cls``, ``KEY.json`` are one sample.

Source: https://github.com/webdataset/webdataset, which reads them in a stream; here each image is read where it lies.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.data.copies import each_once
from emogan.data.files import LITTER_REASON, NO_IMAGE, check_root, given_root
from emogan.data.folder import Found, read_path
from emogan.data.formats import SUFFIXES
from emogan.data.index import Face, Index, LeftOut, Note
from emogan.data.patterns import Pattern
from emogan.data.persons import TOLD, Who, name_by_file, remark
from emogan.data.reading import MOST_BYTES, TOO_LARGE, UNREADABLE, Source, UnusableImageError, read_part, stamp
from emogan.data.said import CLASSES, LABELS, MOST_LABEL, Sayings, class_names
from emogan.data.tars import Member, TornTarError, members, sample_of

MOST_SHARDS = 100_000
COMPRESSED = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst")
TORN = "a torn shard"
SECOND = "another image of the same sample"


@dataclass(frozen=True)
class Packed(Source):
    """An image in a shard.

    Attributes:
        path: the shard and the member's name, as tables call the image.
        shard: the tar file; ``shard_stamp`` is its size and times when it was looked through.
        start, length: where the image lies, in bytes.
    """

    path: Path
    shard: Path
    shard_stamp: tuple[str | int, ...]
    start: int
    length: int

    def read(self) -> bytes:
        """The image's bytes."""
        if stamp(self.shard) != self.shard_stamp:
            raise UnusableImageError(UNREADABLE, "the shard has changed since it was read")
        return read_part(self.shard, self.start, self.length)

    def stamp(self) -> tuple[str | int, ...]:
        """The shard's size and times, and the place in it."""
        return *self.shard_stamp, self.start, self.length

    def size(self) -> int:
        """The image's bytes."""
        return self.length

    def fingerprint(self) -> str:
        """SHA-256 of the image."""
        return hashlib.sha256(self.read()).hexdigest()


def read_shards(root: str | Path, person: str | None = None, pattern: str | None = None) -> Index:
    """All images of shards whose samples say an emotion: in ``KEY.json`` or ``KEY.cls``, else in the key's path.

    Args:
        root: a folder of tar files, one of them, or several as ``faces-{000000..000123}.tar``.
        person, pattern: of the key's path, as in :func:`emogan.data.folder.read_folder`; they come before what a sample
            says.

    Raises:
        UserError: when there is no such shard, or none of its images shows an emotion; when a pattern is none.
    """
    shards, folder, left_out = shards_of(root)
    rules = Pattern.given("data.pattern", pattern), Pattern.given("data.person", person, "person")
    classes = class_names(folder)
    images: list[tuple[Packed, dict[str, str]]] = []
    for shard in shards:
        images += _images(shard, Sayings(classes), left_out)
    images.sort(key=lambda image: image[0].path)
    below = [packed.path.relative_to(folder) for packed, _ in images]
    said, shown = (rule.search(below) if rule else None for rule in rules)
    faces: list[tuple[Face, Who]] = []
    notes: list[Note] = []
    schemes: Counter[str] = Counter()
    for place, (packed, told) in enumerate(images):
        matched = said[place] if said is not None else {}
        groups = None if matched is None else told | matched
        asked = groups if shown is None else shown[place]
        found = read_path(packed.path, _below_shard(packed), groups, asked, shown is not None)
        if isinstance(found, LeftOut):
            left_out.append(found)
            continue
        faces.append((replace(found.face, row=packed), _who(found, told)))
        schemes[found.scheme] += 1
        notes += [Note(packed.path, found.note)] if found.note else []
    if not faces:
        raise _nothing(root, left_out)
    named = name_by_file(folder, faces)
    words = [f"{count} names follow {scheme}'s grammar" for scheme, count in sorted(schemes.items()) if scheme]
    index = Index(folder, named, sorted(left_out, key=lambda item: item.path), notes)
    return each_once(replace(index, remarks=[*words, remark(named, [who for _, who in faces])]))


def shards_of(root: str | Path) -> tuple[list[Path], Path, list[LeftOut]]:
    """The tar files that ``root`` means, sorted; the folder that they lie in, and what else does.

    Raises:
        UserError: when there are none, or one of those named is missing.
    """
    given = given_root(root)
    if (numbered := _numbered(given)) is not None:
        if missing := [shard for shard in numbered if not shard.is_file()]:
            raise UserError(
                f"data.root={printable(given)} means {len(numbered)} shards, and {len(missing)} are not there, such as"
                f" {printable(missing[0].name)}: get them, or name those that there are."
            )
        return numbered, given.parent, []
    if given.is_file() and given.suffix.lower() == ".tar":
        return [given], given.parent, []
    check_root(given)
    shards, left_out = [], []
    for path in sorted(given.iterdir()):
        if path.name.startswith(".") or path.name in CLASSES:
            continue
        if path.suffix.lower() == ".tar":
            shards.append(path)
        elif path.name.lower().endswith(COMPRESSED):
            left_out.append(LeftOut(path, "a compressed shard", "unpack it to a .tar file first", irregular=True))
        else:
            left_out.append(LeftOut(path, f"no shard ({printable(path.suffix) or 'no suffix'})", image=False))
    if not shards:
        compressed = next((item for item in left_out if item.irregular), None)
        why = f" but {printable(compressed.path.name)}, {compressed}" if compressed else ""
        raise UserError(
            f"data.root={printable(given)} holds no shard{why}: expected files ending in .tar; give the folder they"
            " lie in, one of them, or several as 'NAME-{000000..000123}.tar'."
        )
    return shards, given, left_out


def _numbered(given: Path) -> list[Path] | None:
    """What ``NAME-{000..123}.tar`` stands for; None for a name without such braces."""
    before, _, rest = given.name.partition("{")
    numbers, _, after = rest.partition("}")
    first, dots, last = numbers.partition("..")
    if not dots or given.exists():
        return None
    if not (first.isascii() and last.isascii() and first.isdigit() and last.isdigit() and len(last) <= 9):
        raise UserError(f"data.root={printable(given)} is no range of shards: expected {{000000..000123}} in its name.")
    many = range(int(first), int(last) + 1)
    if not 1 <= len(many) <= MOST_SHARDS:
        raise UserError(
            f"data.root={printable(given)} means {len(many):,} shards: expected 1 to {MOST_SHARDS:,}; turn the range"
            " round, or make it shorter."
        )
    return [given.with_name(f"{before}{number:0{len(first)}d}{after}") for number in many]


def _images(shard: Path, sayings: Sayings, left_out: list[LeftOut]) -> list[tuple[Packed, dict[str, str]]]:
    """The images of a shard, each with what lies beside it and says; everything else goes to ``left_out``."""
    found: dict[str, Member] = {}
    beside: dict[str, list[str]] = {}  # by reason, what is nothing to be told of one by one
    others: list[LeftOut] = []
    try:
        as_it_is = stamp(shard)
        for member in members(shard, LABELS, MOST_LABEL):
            if member.fault:
                others.append(LeftOut(shard / printable(member.name).strip("/"), *member.fault, irregular=True))
                continue
            key, suffix = sample_of(member.name)
            if member.name.rpartition("/")[2].startswith("."):
                beside.setdefault(LITTER_REASON, []).append(member.name)
            elif suffix in LABELS:
                sayings.note(key, suffix, member.content)
            elif f".{suffix.rpartition('.')[2]}" not in SUFFIXES:
                beside.setdefault(f"{NO_IMAGE} ({printable(suffix) or 'no suffix'})", []).append(member.name)
            elif key in found:
                others.append(LeftOut(shard / member.name, SECOND, found[key].name, irregular=True))
            elif member.length > MOST_BYTES:
                size = f"it has {member.length / 2**20:,.0f} MB"
                others.append(LeftOut(shard / member.name, TOO_LARGE, size, irregular=True))
            else:
                found[key] = member
    except TornTarError as error:
        others.append(LeftOut(shard, TORN, str(error), irregular=True))
    except UnusableImageError as error:
        others.append(LeftOut(shard, error.reason, error.detail, irregular=True))
    others += [LeftOut(shard / names[0], reason, count=len(names), image=False) for reason, names in beside.items()]
    images = []
    for key, member in found.items():
        packed = Packed(shard / member.name, shard, as_it_is, member.start, member.length)
        fault, told = sayings.of(key)
        if fault:
            others.append(LeftOut(packed.path, *fault, irregular=True))
        else:
            images.append((packed, told))
    left_out += others
    return images


def _below_shard(packed: Packed) -> Path:
    return packed.path.relative_to(packed.shard)


def _who(found: Found, told: dict[str, str]) -> Who:
    return Who(found.who.person, TOLD) if told.get("person") == found.who.person else found.who


def _nothing(root: str | Path, left_out: Sequence[LeftOut]) -> UserError:
    odd = next((item for item in left_out if item.irregular), None) or next((i for i in left_out if i.image), None)
    why = f" ({printable(odd.path.name)}: {odd})" if odd else ""
    return UserError(
        f"data.root={printable(str(root))} has no image that says an emotion{why}: expected members such as 000123.jpg"
        f' with 000123.json ({{"emotion": "raiva", "person": "p07"}}) or 000123.cls beside them, or an emotion in'
        " their path."
    )
