"""One long command at a time, as a process of its own: the same as in a terminal.

It goes on when the page is closed. When the app ends, it is told to stop, and can be gone on with.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Literal

from emogan.core.errors import UserError
from emogan.reports.text import shown

# Threads that wait leave their core to whoever draws, instead of spinning on it; drawing goes first (NICE).
ENVIRONMENT: Mapping[str, str] = {"OMP_WAIT_POLICY": "passive"}
NICE = 5
PATIENCE = 15.0  # seconds that the app's end waits for a command to be saved
LINES, TAIL = 6, 1 << 16  # of what a process said: told, and bytes that are looked at
PROGRESS = re.compile(r"epoch \d+/\d+.*left$|: \d+ of \d+$")  # what the commands say every now and then

Ended = Literal["finished", "stopped", "failed"]


class RunningError(UserError):
    """Something runs already."""


@dataclass
class Program:
    """A command that was started here.

    Attributes:
        doing: what it does, such as "NAME is being trained".
        said: the file of its output.
        began: when, in seconds since 1970.
        unwanted: whether it was told to stop.
    """

    process: "subprocess.Popen[bytes]"
    doing: str
    said: Path
    began: float = field(default_factory=time.time)
    unwanted: bool = False

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    @property
    def ended(self) -> Ended | None:
        """How; None while it runs."""
        code = self.process.poll()
        if code is None:
            return None
        if code == 0:
            return "finished"
        before_it_listened = self.unwanted and code == -signal.SIGTERM
        return "stopped" if code == 128 + signal.SIGINT or before_it_listened else "failed"

    def lines(self) -> list[str]:
        """What it said, but for what is long ago."""
        try:
            with self.said.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return []
        lines = [shown(line.rpartition("\r")[2]) for line in text.split("\n")]
        return [line for line in lines if line]

    def last_lines(self) -> list[str]:
        """What it said last, without its lines of progress."""
        return [line for line in self.lines() if not PROGRESS.search(line)][-LINES:]

    @property
    def error(self) -> str | None:
        """Why it failed; None where it did not."""
        if self.ended != "failed":
            return None
        code, lines = self.process.returncode, self.last_lines()
        if code < 0:
            return f"It was killed (signal {-code}): this machine may have too little memory."
        if code == 2 and lines:  # one sentence for people
            return lines[-1].removeprefix("emogan: ")
        return " ".join(lines) or f"It ended with exit code {code}."


class Programs:
    """Starts commands, one at a time: two that train at once take many times as long."""

    def __init__(self) -> None:
        self._last: Program | None = None
        self._lock = Lock()
        self._folder = TemporaryDirectory(prefix="emogan-", ignore_cleanup_errors=True)

    @contextmanager
    def free(self) -> Iterator[None]:
        """Within, nothing else begins.

        Raises:
            RunningError: when something runs.
        """
        with self._lock:
            if self._last is not None and self._last.alive:
                raise RunningError(f"{self._last.doing}: wait for its end, or stop it first.")
            yield

    def start(self, verb: str, overrides: Sequence[str], doing: str) -> Program:
        """Start a command, while it is :meth:`free`."""
        said = Path(self._folder.name) / f"{verb}.log"
        with said.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", f"emogan.{verb}", *overrides],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env={**os.environ, **ENVIRONMENT},
                start_new_session=True,  # Ctrl-C in the app's terminal is for the app, which passes it on once
            )
        if hasattr(os, "setpriority"):  # the page comes first
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
        self._last = Program(process, doing, said)
        return self._last

    def stop(self, program: Program | None) -> bool:
        """Have a command stop, which takes some seconds; whether it ran."""
        with self._lock:
            if program is None or not program.alive:
                return False
            if not program.unwanted:  # to be told twice means to lose what is not saved
                program.unwanted = True
                program.process.terminate()
            return True

    def stop_all(self) -> None:
        """Have whatever runs stop."""
        self.stop(self._last)

    def close(self) -> None:
        """The same, and wait for it; what still saves by then does so alone."""
        if self._last is not None and self.stop(self._last):
            with suppress(subprocess.TimeoutExpired):
                self._last.process.wait(PATIENCE)
        self._folder.cleanup()
