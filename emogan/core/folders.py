"""Folders for results: made and known to be writable before the work begins."""

import errno
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile

from emogan.core.errors import UserError
from emogan.core.names import expanded, printable

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # the disk, and not what is read meanwhile


@contextmanager
def claimed(out: str | os.PathLike[str] | None, default: Path, ours: Collection[str] = ()) -> Iterator[Path]:
    """The folder ``out``, made and writable; taken back at the end where it was made here and is still empty.

    Args:
        out: what the setting ``out`` says; ``~`` is the home folder. None: a new folder below ``default``, named after
            the time, that no other process has.
        ours: names of files that may lie in ``out`` already and are written over.

    Raises:
        UserError: when it holds anything else, or cannot be made or written; also when its disk is full later on.
    """
    wanted = expanded(os.fspath(out)) if out else default
    made = not wanted.exists()
    try:
        folder = _new_place(wanted) if out is None else wanted
        folder.mkdir(parents=True, exist_ok=True)
        there = sorted(path.name for path in folder.iterdir() if path.name not in ours)
        if there:
            raise UserError(
                f"out={folder} holds {there[0]} already: give a folder that is new or empty, so that nothing is lost."
            )
        with TemporaryFile(dir=folder):
            pass
    except FileExistsError as error:
        raise UserError(f"out={wanted} is a file: give a folder that is new or empty.") from error
    except OSError as error:
        raise not_writable(wanted, error) from error
    try:
        yield folder
    except OSError as error:
        if error.errno in FULL:  # whoever wrote may not know where
            raise not_writable(wanted, error) from error
        raise
    finally:
        if made or out is None:
            with suppress(OSError):
                folder.rmdir()  # an empty one only


def not_writable(out: Path, error: OSError) -> UserError:
    """The error for a folder that cannot be written to."""
    return UserError(f"out={out} cannot be written ({error.strerror or error}): give another folder with out=FOLDER.")


def _new_place(parent: Path) -> Path:
    """A folder of its own below ``parent``, made here, so that it is nobody else's."""
    parent.mkdir(parents=True, exist_ok=True)
    now = datetime.now().astimezone().strftime("%Y-%m-%d_%H-%M-%S")
    for number in count(1):
        folder = parent / (now if number == 1 else f"{now}_{number}")
        with suppress(FileExistsError):
            folder.mkdir()
            return folder
    raise AssertionError


def check_apart(out: Path, root: Path) -> None:
    """Raise a UserError when ``out`` lies in the database under ``root``, which is only read, or around it."""
    here, there = out.resolve(), root.resolve()
    if here.is_relative_to(there) or there.is_relative_to(here):
        raise UserError(
            f"out={printable(out)} and data.root={printable(root)} lie in each other: the database is only read, give a"
            " folder beside it."
        )


def check_unused(out: Path) -> None:
    """Raise a UserError when ``out`` is a file, or a folder that holds anything: locks, and what a killed process was
    writing, begin with a dot and do not count."""
    if out.exists() and not out.is_dir():
        raise UserError(f"out={printable(out)} is a file: give a folder that is new or empty.")
    there = sorted(path.name for path in out.iterdir() if not path.name.startswith(".")) if out.is_dir() else []
    if there:
        raise UserError(
            f"out={printable(out)} holds {printable(there[0])} already: give a folder that is new or empty."
        )
