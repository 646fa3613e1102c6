"""What is printed is a service: a closed pipe, a full disk or a narrow alphabet never ends the work behind it."""

import contextlib
import os
import sys
from io import TextIOBase, TextIOWrapper
from pathlib import Path
from typing import Any, TextIO, cast


class Lenient(TextIOBase):
    """A text stream that goes silent where the one below it fails (``| head -1``, ``> /dev/full``, ``>&-``)."""

    def __init__(self, stream: TextIO) -> None:
        self.stream: TextIO | None = stream

    def write(self, text: str) -> int:
        if self.stream is not None:
            try:
                self.stream.write(text)
            except (OSError, ValueError):
                self.silence()
        return len(text)

    def flush(self) -> None:
        if self.stream is not None:
            try:
                self.stream.flush()
            except (OSError, ValueError):
                self.silence()

    def silence(self) -> None:
        """Print no more; what is left in buffers goes nowhere, also at the interpreter's end."""
        stream, self.stream = self.stream, None
        with contextlib.suppress(OSError, ValueError, AttributeError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, cast(TextIO, stream).fileno())
            os.close(nowhere)

    def isatty(self) -> bool:
        return self.stream is not None and self.stream.isatty()

    def fileno(self) -> int:
        if self.stream is None:
            raise OSError("closed")
        return self.stream.fileno()

    def writable(self) -> bool:
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return getattr(self.stream, "encoding", None) or "utf-8"

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def be_lenient() -> None:
    """Make both of the process's streams lenient, and able to print any text."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed before the start
            stream = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
        if not isinstance(stream, Lenient):
            setattr(sys, name, Lenient(stream))
