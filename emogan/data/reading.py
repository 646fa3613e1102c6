"""The bytes of an image: a whole file's, or those of a row of a table. Regular files of bounded size only."""

import hashlib
import os
import stat
from abc import ABC, abstractmethod
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

MOST_BYTES = 256 * 2**20  # of one file; photographs of 108 megapixels have 10 to 60 MB as JPEG

UNREADABLE = "cannot be read"
TOO_LARGE = "too large"

_KINDS = (
    (stat.S_ISDIR, "Is a directory"),
    (stat.S_ISFIFO, "it is a pipe, no file"),
    (stat.S_ISSOCK, "it is a socket, no file"),
    (stat.S_ISCHR, "it is a device, no file"),
    (stat.S_ISBLK, "it is a device, no file"),
)


class UnusableImageError(Exception):
    """The file is no usable image.

    Attributes:
        reason: the same words for all images with this fault: ``corrupt``, ``cannot be read``, ``black placeholder``.
        detail: what is particular to this one.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


class Source(ABC):
    """Where an image's bytes are. ``path`` is its name: no two images of a database have the same."""

    path: Path

    @abstractmethod
    def read(self) -> bytes:
        """The bytes of an image file.

        Raises:
            UnusableImageError: when they cannot be read.
        """

    @abstractmethod
    def stamp(self) -> tuple[str | int, ...]:
        """What changes whenever the bytes do, without reading them; empty where there is nothing."""

    @abstractmethod
    def size(self) -> int:
        """A number that two images of the same bytes share; -1 where there is nothing."""

    @abstractmethod
    def fingerprint(self) -> str:
        """A digest that two images share when they have the same bytes, and only then.

        Raises:
            UnusableImageError: when they cannot be read.
        """


@dataclass(frozen=True)
class File(Source):
    """An image file."""

    path: Path

    def read(self) -> bytes:
        """See :func:`read_bytes`."""
        return read_bytes(self.path)

    def stamp(self) -> tuple[str | int, ...]:
        """The file's size and times."""
        return stamp(self.path)

    def size(self) -> int:
        """The file's size in bytes."""
        try:
            return self.path.stat().st_size
        except OSError:
            return -1

    def fingerprint(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.read()).hexdigest()


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The bytes of a regular file: at most as many as it had when it was opened.

    Raises:
        UnusableImageError: when it cannot be read, leads nowhere, is a pipe or a device, or has more than ``most``.
    """
    try:
        with opened(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > most:
                raise UnusableImageError(
                    TOO_LARGE, f"it has {size / 2**20:,.0f} MB, the most is {most // 2**20} MB: save it smaller"
                )
            content: bytes = file.read(size)
            while len(content) < size and (more := file.read(size - len(content))):
                content += more
            return content
    except OSError as error:
        raise UnusableImageError(UNREADABLE, error.strerror or str(error)) from error
    except MemoryError as error:
        raise UnusableImageError(TOO_LARGE, "there is not enough memory to read it") from error


def read_part(path: Path, start: int, length: int) -> bytes:
    """``length`` bytes of a regular file, from ``start`` on.

    Raises:
        UnusableImageError: when they are not there, or as :func:`read_bytes`.
    """
    try:
        with opened(path) as file:
            file.seek(start)
            content: bytes = file.read(length)
    except OSError as error:
        raise UnusableImageError(UNREADABLE, error.strerror or str(error)) from error
    if len(content) != length:
        raise UnusableImageError(UNREADABLE, f"{path.name} ends before it")
    return content


def stamp(path: Path) -> tuple[int, ...]:
    """A file's size and times; empty where it is not there."""
    try:
        found = path.stat()
    except OSError:
        return ()
    # The time of the last change of the file's record cannot be set back: it gives away a same-sized image put in its
    # place with its time kept, as unzip and cp -p do.
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def first_bytes(path: Path, count: int) -> bytes:
    """The first ``count`` bytes of a regular file.

    Raises:
        UnusableImageError: as :func:`read_bytes`.
    """
    try:
        with opened(path) as file:
            return file.read(count)
    except OSError as error:
        raise UnusableImageError(UNREADABLE, error.strerror or str(error)) from error


def opened(path: Path) -> FileIO:
    """A regular file, opened to be read.

    Raises:
        UnusableImageError: for anything else.
        OSError: when it cannot be opened.
    """
    _check(path.stat().st_mode)  # a device is not even opened
    # Without waiting for a writer, should a pipe have come in between.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    file = FileIO(handle, "rb")
    try:
        _check(os.fstat(handle).st_mode)
    except UnusableImageError:
        file.close()
        raise
    return file


def _check(mode: int) -> None:
    for is_kind, words in _KINDS:
        if is_kind(mode):
            raise UnusableImageError(UNREADABLE, words)
