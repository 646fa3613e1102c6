"""A command's arguments, made ready for Hydra: what it would misread is quoted, what it would explain badly is told."""

import os
import re
from collections.abc import Sequence
from difflib import get_close_matches

from emogan.config.compose import choices, chosen, groups
from emogan.config.raw import protect, quoted
from emogan.config.verbs import VERBS
from emogan.core import emotions
from emogan.core.errors import UserError

# Hydra's own flags that mean something here.
FLAGS = ("-m", "--multirun", "-c", "--cfg", "--resolve", "--info", "--hydra-help", "-p", "--package")
FLAGS_WITH_VALUE = ("-c", "--cfg", "--info", "-p", "--package")
EMOTIONS = ("emotion", "to")  # settings that name one
WORDS = {
    "recognise": "photo",
    "translate": "photo",
    "complete": "photo",
}  # verbs that take paths as plain words: of which setting
_PLAIN = re.compile(r"[\w.+-]+", re.ASCII)


def prepare(verb: str, arguments: Sequence[str]) -> list[str]:
    """The arguments for Hydra.

    Raises:
        UserError: for what is no ``setting=value``, and for an unknown choice of a group.
    """
    there = groups()
    asked = {key: value for key, _, value in (argument.partition("=") for argument in arguments) if key in there}
    for group, name in asked.items():
        check_choice(group, name)
    taken = chosen(verb) | asked
    ready, words, value_next = [], [], False
    for argument in arguments:
        if not value_next and is_path(verb, argument):
            words.append(argument)
            continue
        if value_next or argument.startswith("~"):
            value_next = False
        elif argument in FLAGS:
            value_next = argument in FLAGS_WITH_VALUE
        else:
            check_form(verb, argument)
            argument = canonical(protect(verb, argument, taken))
        ready.append(argument)
    if words:
        ready.append(named(words, WORDS[verb], arguments))
    return ready


def is_path(verb: str, argument: str) -> bool:
    """Whether an argument is a path that ``verb`` takes without the name of a setting."""
    if verb not in WORDS or argument in FLAGS:
        return False
    key, equals, _ = argument.partition("=")
    plain = not equals and not argument.startswith("-")
    named_oddly = key not in VERBS[verb].model_fields and os.path.exists(argument)  # noqa: PTH110 (pathlib's raises)
    return plain or named_oddly


def named(words: Sequence[str], key: str, arguments: Sequence[str]) -> str:
    """Plain words as the setting ``key``; a UserError where it is among the arguments as well."""
    if any(argument.startswith(f"{key}=") for argument in arguments):
        raise UserError(f"{words[0]} and {key}=… both name files: give them all as words, or all as {key}=[A,B].")
    return f"{key}=[{','.join(map(quoted, words))}]" if len(words) > 1 else f"{key}={quoted(words[0])}"


def check_form(verb: str, argument: str) -> None:
    """Raise a UserError for an argument that is no ``setting=value``."""
    key, equals, _ = argument.partition("=")
    if argument.startswith("-"):
        name = key.lstrip("-").replace("-", "_")
        raise UserError(f"{argument} is no flag of {verb}: settings are given as {name}=VALUE, without dashes.")
    if equals and not key:
        raise UserError(f"{argument} names no setting: expected setting=value.")
    if not equals:
        meant = f"emotion={argument}" if emotions.canonical(argument) else f"{argument}=VALUE"
        raise UserError(f"{argument} is no setting: expected setting=value, such as {meant}.")


def check_choice(group: str, name: str) -> None:
    """Raise a UserError for a choice that a group does not have; sweeps and Hydra's functions pass."""
    there = choices(group)
    if name.startswith(("[", "{")):  # Hydra would take it for several choices, or stumble over it
        raise UserError(f"{group}={name} is no choice: expected one of {', '.join(there)}, without brackets.")
    for one in name.split(","):
        if one not in there and not re.search(r"[()$'\"]", name) and (one, group) != ("null", "experiment"):
            near = get_close_matches(one, there, 1, 0.5)
            hint = f"did you mean {group}={near[0]}?" if near else f"give one of them, such as {group}={there[0]}."
            raise UserError(f"{group}={one} is not there: expected one of {', '.join(there)}; {hint}")


def canonical(argument: str) -> str:
    """``emotion=anger,AF`` becomes ``emotion=raiva,medo``, ``emotion=[anger,AF]`` becomes ``emotion=medo+raiva``.

    A name that is none stays, quoted where Hydra would stumble over it.
    """
    key, equals, value = argument.partition("=")
    if key == "emotion" and value.startswith("[") and (several := emotions.canonical(value)):
        return f"{key}={several}"
    if key not in EMOTIONS or not equals or value in ("", "null") or value[0] in "\"'[{$":
        return argument
    return f"{key}=" + ",".join(map(_name, value.split(",")))


def _name(text: str) -> str:
    name = emotions.canonical(text) or text
    return name if _PLAIN.fullmatch(name) else quoted(name)
