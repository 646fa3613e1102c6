"""A long-lived process in which cases are played one after the other: importing torch for each would take hours."""

import contextlib
import ctypes
import gc
import os
import shutil
import signal
import sys
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

from hostile_cases import fixtures
from hostile_cases.case import Bench, Case, Outcome, Told, judge
from hostile_cases.verbs import SIGNALS, in_process

PREPARE = "prepare"  # instead of a kind: make the fixtures
CALLED = "called"  # told before each command: what the case itself took to prepare does not count


def work(pipe: Connection, shared: Path, seed: int, keep: bool) -> None:
    """Play the cases that come through ``pipe`` as (kind, name, folder); answer each with its outcome."""
    from hostile_cases import cases_of

    os.setsid()  # with it die the processes that a hanging case started
    for number in SIGNALS:  # whatever ignores them here, such as nohup: what is started must not
        signal.signal(number, signal.SIG_DFL)
    silence()
    known: dict[str, dict[str, Case]] = {}
    while True:
        try:
            kind, name, folder = pipe.recv()
        except EOFError:
            return
        if kind == PREPARE:
            pipe.send(prepared(shared))
            continue
        if kind not in known:
            known[kind] = {case.name: case for case in cases_of(kind, seed)}
        pipe.send(play(known[kind][name], folder, shared, keep, pipe))


def silence() -> None:
    """What libraries print past Python goes nowhere; nothing can be asked."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    sys.stdin = open(0)  # noqa: SIM115 (for good)


def prepared(shared: Path) -> str:
    """Make what cases stand on; gives what went wrong, or ""."""
    try:
        fixtures.make(shared)
        return ""
    except Exception:
        return traceback.format_exc()


def play(case: Case, folder: Path, shared: Path, keep: bool, pipe: Connection) -> Outcome:
    """Play one case in a folder of its own."""
    folder.mkdir(parents=True)
    os.chdir(folder)
    typed: list[str] = []

    def call(verb: str, arguments: list[str]) -> Told:
        typed[:] = ["python", "-m", f"emogan.{verb}", *arguments]
        give_back()
        pipe.send(CALLED)
        return in_process(verb, arguments)

    bench = Bench(folder, shared, call)
    began = time.monotonic()
    verdict, detail, told = "hang", "", None
    try:
        told = case.play(bench)
        verdict, detail = judge(case.expected, told, bench)
    except TimeoutError as late:
        detail = str(late)
    except Exception as error:
        verdict, detail = "traceback", f"the case itself: {type(error).__name__}: {error}"
    seconds = time.monotonic() - began
    os.chdir(shared)
    if not keep:
        with contextlib.suppress(OSError):
            os.chmod(folder, 0o755)  # noqa: PTH101
        shutil.rmtree(folder, ignore_errors=True)
    give_back()
    return Outcome(case.name, verdict, detail, " ".join(map(repr_of, typed)), seconds, told.peak if told else 0)


def repr_of(word: str) -> str:
    """A word as a shell takes it."""
    plain = word and all(letter.isalnum() or letter in "-_=./:,@+%" for letter in word)
    return word if plain else "$'" + word.encode("unicode_escape").decode().replace("'", "\\'") + "'"


def give_back() -> None:
    """Give memory that is free back to the system: it is not the command's."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
