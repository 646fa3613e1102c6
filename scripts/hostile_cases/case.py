"""What a case is, what a command told, and how the two are judged."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

TRACEBACK = "Traceback (most recent call last)"
SECONDS = 30.0  # after these a case counts as hanging; ten times what the slowest needs on an idle machine
MOST_BYTES = 1_000_000_000  # of memory that a process may take

OK, SILENT = "ok", "silent"
VERDICTS = (OK, "traceback", "hang", SILENT, "over memory")


@dataclass(frozen=True)
class Told:
    """What a command left behind.

    Attributes:
        code: its exit code; negative after a signal.
        out: what it printed.
        err: what it printed as errors.
        peak: the most memory of its own process in bytes; 0 where the bench measures it.
    """

    code: int
    out: str
    err: str
    peak: int = 0

    @property
    def text(self) -> str:
        """Everything it printed."""
        return f"{self.out}\n{self.err}"


@dataclass(frozen=True)
class Bench:
    """Where a case is played.

    Attributes:
        folder: an empty folder of its own, which is the working folder too.
        shared: a database, a finished run and more, made once; see ``fixtures.py``. Cases copy from it, never write.
        call: runs a verb with its arguments in this process, as the command line does.
    """

    folder: Path
    shared: Path
    call: Callable[[str, list[str]], Told]


@dataclass(frozen=True)
class Expected:
    """What a command should tell.

    Attributes:
        codes: the exit codes that are right.
        says: patterns that must all be found in what it prints (a refusal names the wrong value).
        never: patterns that must not.
        check: looks at what it left in the case's folder; gives what is wrong, or None.
    """

    codes: tuple[int, ...]
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    check: Callable[[Bench, Told], str | None] | None = None


@dataclass(frozen=True)
class Case:
    """One hostile situation.

    Attributes:
        name: says what is hostile, unique among its kind.
        play: prepares ``bench.folder`` and runs the command.
        seconds: after these it hangs.
        needs: names of things from ``fixtures.py`` that it stands on.
    """

    name: str
    play: Callable[[Bench], Told]
    expected: Expected
    seconds: float = SECONDS


@dataclass(frozen=True)
class Outcome:
    """How a case ended.

    Attributes:
        verdict: one of ``VERDICTS``.
        detail: what was wrong, on one line.
        command: what to type to see it again.
    """

    name: str
    verdict: str
    detail: str = ""
    command: str = ""
    seconds: float = 0.0
    peak: int = 0
    told: Told | None = field(default=None, repr=False)


REFUSED = (2,)
DONE = (0,)
EITHER = (0, 2)


def command(verb: str, arguments: Callable[[Bench], list[str]]) -> Callable[[Bench], Told]:
    """A case's ``play``: one verb, with the arguments that ``arguments`` gives after it has prepared the folder."""
    return lambda bench: bench.call(verb, arguments(bench))


def judge(expected: Expected, told: Told, bench: Bench) -> tuple[str, str]:
    """The verdict on what a command told, and what was wrong."""
    if TRACEBACK in told.text:
        return "traceback", last_line(told.err) or last_line(told.out)
    if told.code < 0 or told.code == 139:
        return "traceback", f"died of signal {-told.code}"
    last = last_line(told.err) or last_line(told.out)
    if told.code not in expected.codes:
        wanted = " or ".join(map(str, expected.codes))
        return SILENT, f"exit code {told.code}, expected {wanted}: {last}"
    for pattern in expected.says:
        if not re.search(pattern, told.text, re.IGNORECASE):
            return SILENT, f"nothing says /{pattern}/: {last}"
    for pattern in expected.never:
        if found := re.search(pattern, told.text, re.IGNORECASE):
            return SILENT, f"says {found.group()!r}: {last}"
    if expected.check and (wrong := expected.check(bench, told)):
        return SILENT, wrong
    return OK, ""


def last_line(text: str) -> str:
    """The last line that holds anything."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
