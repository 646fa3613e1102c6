"""A checksum inside a zip file, as its comment: every program reads the file as before, and no byte changes unseen."""

import hashlib
import io
from pathlib import Path
from typing import IO

MARK = b"emogan sha256 "
HEX = 64  # digits of a SHA-256
COMMENT = len(MARK) + HEX
LENGTH = 2  # bytes before a zip's comment that hold its length, little endian
BLOCK = 1 << 22


class SealedFile:
    """Takes the bytes of one zip file from its beginning to its end, and hashes them on the way; then :meth:`seal` it.

    Attributes:
        error: what writing to the disk raised. Writers in C++ hide it behind an error of their own.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.hash = file, hashlib.sha256()
        self.held = b""  # the last bytes so far: at the end, the length of the comment
        self.error: OSError | None = None

    def write(self, data: bytes | memoryview) -> int:
        """Write ``data`` but for its last two bytes, which wait for what follows."""
        view = memoryview(data).cast("B")
        cut = max(len(view) - LENGTH, 0)
        try:
            if cut:
                self._put(self.held)
                self._put(view[:cut])
                self.held = bytes(view[cut:])
            else:
                joined = self.held + bytes(view)
                self._put(joined[:-LENGTH])
                self.held = joined[-LENGTH:]
        except OSError as error:
            self.error = error
            raise
        return len(view)

    def _put(self, data: bytes | memoryview) -> None:
        self.hash.update(data)
        self.file.write(data)

    def flush(self) -> None:
        """Writers of zip files call this at their end."""
        self.file.flush()

    def seal(self) -> None:
        """End the file with its checksum as the zip's comment."""
        self.file.write(COMMENT.to_bytes(LENGTH, "little") + MARK + self.hash.hexdigest().encode())


def seal_holds(path: Path) -> bool | None:
    """Whether ``path`` is, byte for byte, what was sealed; None when it carries no seal.

    Raises:
        OSError: when it cannot be read.
    """
    with path.open("rb") as file:
        end = file.seek(0, io.SEEK_END) - COMMENT - LENGTH
        if end < 0:
            return None
        file.seek(end)
        length, comment = file.read(LENGTH), file.read(COMMENT)
        if not comment.startswith(MARK):
            return None
        file.seek(0)
        total, left = hashlib.sha256(), end
        while left and (block := file.read(min(BLOCK, left))):
            total.update(block)
            left -= len(block)
    whole = length == COMMENT.to_bytes(LENGTH, "little") and not left
    return whole and comment[len(MARK) :] == total.hexdigest().encode()
