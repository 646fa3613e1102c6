"""What a person lets a run's record and a file of weights name beside emogan's own: classes and functions of theirs."""

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any

from emogan.core.errors import UserError

TRUSTED = "EMOGAN_TRUST"  # full names with commas between; files cannot set it, only who starts the command


def trusted(name: object) -> Callable[..., Any] | None:
    """The class or function ``name`` where the environment's ``EMOGAN_TRUST`` lists it; else None, nothing imported.

    Raises:
        UserError: when it is listed and is not there.
    """
    listed = [one.strip() for one in os.environ.get(TRUSTED, "").split(",")]
    return callable_named(name, TRUSTED) if isinstance(name, str) and name and name in listed else None


def callable_named(name: str, said_by: str) -> Callable[..., Any]:
    """The class or function of that full name, which a person gave.

    Args:
        said_by: the setting that names it, for the message.

    Raises:
        UserError: when it cannot be imported.
    """
    module, _, last = name.rpartition(".")
    try:
        found = getattr(import_module(module), last)
    except (ImportError, AttributeError, ValueError) as error:
        raise UserError(not_found(name, said_by, str(error))) from error
    if not callable(found):
        raise UserError(f"{said_by}={name} is not usable: expected a class or a function.")
    kind: Callable[..., Any] = found
    return kind


def not_found(name: str, said_by: str, reason: str = "") -> str:
    """What to tell of a class or function that Python does not find."""
    why = f" ({reason})" if reason else ""
    return (
        f"{said_by}={name} is not found{why}: expected the full name of a class or function, such as mine.Net in"
        " mine.py; PYTHONPATH=FOLDER before the command says where that lies."
    )
