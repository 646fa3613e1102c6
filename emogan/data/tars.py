"""What a tar file holds and where, without unpacking it. It comes from anywhere: nothing in it is trusted.

Python's ``tarfile`` reads the headers: it knows all dialects and gives offsets, which ``webdataset``, made for streams,
does not.
"""

import posixpath
import tarfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from emogan.data.reading import opened

MOST_HEADER = 2**20  # bytes that a long name or a member's attributes may take
MOST_NAME = 1000  # characters
NOT_WHOLE = "the shard ends before it"
_KINDS = (
    (tarfile.TarInfo.issym, "a symbolic link"),
    (tarfile.TarInfo.islnk, "a hard link"),
    (tarfile.TarInfo.isfifo, "a pipe"),
    (tarfile.TarInfo.isdev, "a device"),
)
# What tarfile raises for damaged headers, depending on where the damage lies.
_DAMAGED = (tarfile.TarError, ValueError, OverflowError, RecursionError, LookupError, EOFError, TypeError)


class TornTarError(Exception):
    """The file ends in the middle, or is no tar file."""


@dataclass(frozen=True)
class Member:
    """A file in a tar file.

    Attributes:
        name: with ``/`` between folders.
        start, length: where it lies, in bytes.
        fault: reason and detail, where it is of no use.
        content: where that was asked for, and is not too long.
    """

    name: str
    start: int
    length: int
    fault: tuple[str, str] | None = None
    content: bytes | None = None


class _Bounded:
    """A file of which nobody reads more than ``MOST_HEADER`` bytes at once, whatever a header claims."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes."""
        if not 0 <= size <= MOST_HEADER:
            raise tarfile.ReadError(f"a header claims {size:,} bytes")
        return self.file.read(size)


def members(path: Path, whole: Collection[str] = (), most: int = 0) -> Iterator[Member]:
    """Every file in a tar file, in its order; folders are none.

    Args:
        whole: the suffixes of those whose content is wanted, if it has ``most`` bytes.

    Raises:
        TornTarError: where nothing more can be read, after what came before.
        UnusableImageError: when the file cannot be read at all.
    """
    with opened(path) as raw:
        size = raw.seek(0, 2)
        raw.seek(0)
        count, last = 0, -1
        try:
            tar = tarfile.TarFile(fileobj=_Bounded(raw), mode="r", errors="surrogateescape", encoding="utf-8")  # type: ignore[arg-type]
            while (info := tar.next()) is not None:
                tar.members.clear()  # type: ignore[attr-defined]  # else it keeps them all
                if not last < info.offset <= info.offset_data or info.size < 0:
                    raise tarfile.ReadError("a header leads back")
                last = info.offset
                if info.isdir():
                    continue
                count += 1
                member = _member(info, size)
                if not member.fault and member.length <= most and sample_of(member.name)[1] in whole:
                    raw.seek(member.start)
                    member = replace(member, content=raw.read(member.length))
                yield member
                if info.offset_data + info.size > size:
                    raise tarfile.ReadError("its end is missing")
        except _DAMAGED as error:
            what = str(error) or type(error).__name__
            raise TornTarError(f"{what}, after {count:,} files") from error
        _check_end(raw, tar.offset, count)


def _member(info: tarfile.TarInfo, size: int) -> Member:
    def faulty(reason: str, detail: str = "") -> Member:
        return Member(info.name[:MOST_NAME], 0, 0, (reason, detail))

    for is_kind, words in _KINDS:
        if is_kind(info):
            return faulty("no file", words)
    if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or info.sparse is not None:
        return faulty("no file", "a kind that is not read")
    if info.offset_data + info.size > size:
        return faulty(NOT_WHOLE, f"it claims {info.size:,} bytes")
    if _leads_out(info.name):
        return faulty("its name leads out of the shard")
    return Member(info.name, info.offset_data, info.size)


def _leads_out(name: str) -> bool:
    """Whether a name is none below a folder. Nothing is unpacked: it would only be told of in a misleading way."""
    parts = name.split("/")
    return not parts[-1] or len(name) > MOST_NAME or "\0" in name or name.startswith("/") or ".." in parts


def _check_end(raw: IO[bytes], offset: int, count: int) -> None:
    """Raise a TornTarError where tarfile stopped without a word: at a header that is none."""
    raw.seek(offset)
    if raw.read(tarfile.BLOCKSIZE).strip(b"\0"):
        raise TornTarError(f"what follows is no tar file, after {count:,} files")


def sample_of(name: str) -> tuple[str, str]:
    """Key and suffix of a member, as WebDataset has them: its file's name is parted at the first dot."""
    folder, slash, file = name.rpartition("/")
    stem, _, suffix = file.partition(".")
    key = posixpath.normpath(f"{folder}{slash}{stem}") if slash else stem
    return (key if stem else name), suffix.lower()
