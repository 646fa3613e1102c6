"""The command line without a process of its own: what is typed, in this one, which has everything imported already."""

import contextlib
import io
import logging
from dataclasses import dataclass
from pathlib import Path

from emogan.cli.command import run


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def typed(verb: str, *arguments: str, cwd: Path) -> Ended:
    """Run a verb in a folder as ``python -m emogan VERB`` does."""
    out, errors = io.StringIO(), io.StringIO()
    root = logging.getLogger()
    kept, root.handlers = root.handlers, []  # those of commands before write to streams that are closed by now
    try:
        with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            code = run(verb, arguments)
    finally:
        root.handlers = kept
    return Ended(code, out.getvalue(), errors.getvalue())
