"""Values that are taken as they are typed: paths and patterns never go through Hydra's grammar."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from emogan.config.section import KNOWN, Built, Section
from emogan.config.values import Raw, Several
from emogan.config.verbs import VERBS

HYDRA_FOLDERS = ("hydra.run.dir", "hydra.sweep.dir")  # folders too, in which ${…} means something
_KEY = re.compile(r"(\+{0,2})([\w.]+)=(.*)", re.DOTALL)


def quoted(value: str) -> str:
    """``value`` so that Hydra and OmegaConf read it as this very text."""
    return _quote(literal(value))


def literal(value: str) -> str:
    """``value`` so that OmegaConf reads it as this very text."""
    return re.sub(r"(\\*)\$\{", lambda found: found[1] * 2 + r"\${", value)


def literals(value: Any) -> Any:
    """The same of every text in plain values."""
    if isinstance(value, dict):
        return {literals(key): literals(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [literals(inner) for inner in value]
    return literal(value) if isinstance(value, str) else value


def _quote(value: str) -> str:
    value = re.sub(r"(\\*)'", lambda found: found[1] * 2 + r"\'", value)
    value = re.sub(r"(\\+)\Z", lambda found: found[1] * 2, value)
    return f"'{value}'"


def protect(verb: str, argument: str, choices: Mapping[str, str | None]) -> str:
    """``key=value`` with a path or pattern quoted; anything else as it is.

    Args:
        choices: what was chosen from which group, such as ``{"data": "folder"}``.
    """
    parts = _KEY.fullmatch(argument)
    if parts is None:
        return argument
    plus, key, value = parts.groups()
    if key in HYDRA_FOLDERS:
        return argument if value[:1] in "\"'" else f"{plus}{key}={_quote(value)}"
    mark = dict(raw_settings(VERBS[verb], "", choices)).get(key)
    if mark is None or value in ("", "null"):
        return argument
    if isinstance(mark, Several) and (items := listed(value)) is not None:
        return f"{plus}{key}=[{','.join(quoted(item) for item in items)}]"
    return f"{plus}{key}={quoted(unquoted(value))}"


def raw_settings(section: type[Section], prefix: str, choices: Mapping[str, str | None]) -> Iterator[tuple[str, Raw]]:
    """The dotted names of such settings in ``section``, those of the chosen groups included."""
    for name, field in section.model_fields.items():
        key = f"{prefix}{name}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from raw_settings(field.annotation, f"{key}.", choices)
        for mark in field.metadata:
            if isinstance(mark, Raw):
                yield key, mark
            elif isinstance(mark, Built) and not prefix:
                for one in sections(mark, choices.get(name)):
                    yield from raw_settings(one, f"{key}.", choices)


def sections(mark: Built, choice: str | None) -> list[type[Section]]:
    """The sections that a part may be of."""
    by_choice = KNOWN if mark.by_choice is None else mark.by_choice
    return [by_choice[choice]] if choice is not None and choice in by_choice else [*by_choice.values()]


def unquoted(value: str) -> str:
    """Without the quotes that a person put around it for Hydra, unless there is such a file."""
    wrapped = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if wrapped and not Path(value).exists() else value


def listed(value: str) -> list[str] | None:
    """The items of ``[A,B]``; None for a single value, which a folder of such a name is as well."""
    if not (value.startswith("[") and value.endswith("]")) or Path(value).exists():
        return None
    items = re.findall(r"""\s*("[^"]*"|'[^']*'|[^,]+)\s*(?:,|$)""", value[1:-1])
    return [unquoted(item.strip()) for item in items]
