"""What is told while work goes on: a terminal that is gone, full or of another alphabet never ends the work."""

import io
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

Watch = Callable[[str, int, int], None]  # what is being done, how much of it is done, and of how much
# For terminals whose alphabet lacks them.
SPELT = str.maketrans({"±": "+-", "→": "->", "↑": "^", "↓": "v", "…": "...", "·": "-", "─": "-"})


class Unbreakable(io.TextIOBase):
    """Writes to ``stream`` (None: nowhere) and never fails.

    What its encoding lacks is spelt out. After a broken pipe or a full disk the rest goes nowhere, also what others
    write to the same file descriptor: the interpreter would fail at its end with what it could not flush.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return getattr(self.stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        if self.stream is not None:
            try:
                self.stream.write(spelt(text, self.encoding))
            except (OSError, ValueError):
                self._give_up()
            except RuntimeError:
                pass  # a signal came while this very stream was written to, and its handler writes as well
        return len(text)

    def flush(self) -> None:
        if self.stream is not None:
            try:
                self.stream.flush()
            except (OSError, ValueError):
                self._give_up()
            except RuntimeError:
                pass

    def isatty(self) -> bool:
        try:
            return self.stream is not None and self.stream.isatty()
        except ValueError:  # it is closed
            return False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        if self.stream is None:
            raise io.UnsupportedOperation("fileno")
        return self.stream.fileno()

    def _give_up(self) -> None:
        stream, self.stream = self.stream, None
        try:
            with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 (a descriptor)
                os.dup2(nowhere.fileno(), stream.fileno())  # type: ignore[union-attr]
        except (OSError, ValueError, AttributeError):
            pass  # no descriptor behind it: nothing is left to flush


def spelt(text: str, encoding: str) -> str:
    """``text`` in what ``encoding`` has."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(SPELT).encode(encoding, "backslashreplace").decode(encoding)
    return text


def say(*lines: str) -> None:
    """Print each line as it is, whatever has become of stdout."""
    out = Unbreakable(sys.stdout)
    for line in lines:
        out.write(f"{line}\n")
    out.flush()


def unbreakable_streams() -> None:
    """Make stdout and stderr of a command unbreakable, for whatever prints to them."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, Unbreakable):
            setattr(sys, name, Unbreakable(stream))


@contextmanager
def unbreakable_logging() -> Iterator[None]:
    """Until the end of the block, log records to a broken stream are dropped without a word."""
    handlers = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    streams = [handler.stream for handler in handlers]
    for handler in handlers:
        handler.stream = Unbreakable(handler.stream)  # not setStream, which flushes first and may fail
    try:
        yield
    finally:
        for handler, stream in zip(handlers, streams, strict=True):
            handler.stream = stream
