"""The one place that knows how emogan's command line is called: in this process, or in one of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hostile_cases.case import Told

INTERRUPTED = 130
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Process = subprocess.Popen[bytes]


def in_process(verb: str, arguments: list[str]) -> Told:
    """Run ``emogan VERB arguments`` here."""
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder, "out"), Path(folder, "err")
        # Lenient as emogan.cli.start makes them; terminals that lack letters are tried by outputs.py.
        with (
            texts[0].open("w", encoding="utf-8", errors="backslashreplace") as out,
            texts[1].open("w", encoding="utf-8", errors="backslashreplace") as err,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = _guarded(verb, arguments)
        return Told(code, texts[0].read_text("utf-8", "replace"), texts[1].read_text("utf-8", "replace"))


def _guarded(verb: str, arguments: list[str]) -> int:
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        from emogan.cli.command import run

        return run(verb, arguments)
    except SystemExit as ended:
        return int(ended.code or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def as_typed(verb: str, arguments: list[str]) -> list[str]:
    """The words of a process of its own."""
    return [sys.executable, "-m", f"emogan.{verb}", *arguments]


def start(words: list[str], folder: Path, environment: Mapping[str, str | None] | None = None, **pipes: Any) -> Process:
    """Start a process in ``folder``; ``environment`` changes this one's, None takes a variable away."""
    wanted = {**os.environ, **(environment or {})}
    given = {name: value for name, value in wanted.items() if value is not None}
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **pipes}
    process: Process = subprocess.Popen(words, cwd=folder, env=given, **streams)
    return process


def ended(process: Process, seconds: float) -> Told:
    """Wait for a process and hear what it told; its memory is looked at all the while.

    Raises:
        TimeoutError: when it has not ended; it is killed.
    """
    peak = [0]
    watching = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watching.start()
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise TimeoutError(f"a process did not end within {seconds:.0f} s") from None
    told = [(part or b"").decode("utf-8", "replace") for part in (out, err)]
    return Told(process.returncode, told[0], told[1], peak[0])


def _watch(process: Process, peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], memory_of(process.pid))
        time.sleep(0.05)


def memory_of(pid: int) -> int:
    """Bytes that a process holds for itself, without files that are mapped (torch's libraries are half a gigabyte)."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:")), 0)
