"""Whether a config can be used, before hours of work and before anything slow is imported."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from omegaconf import DictConfig, OmegaConf
from pydantic import ValidationError

from emogan.config.data import GROUPS
from emogan.config.raw import literals
from emogan.config.section import Built, Section
from emogan.config.verbs import VERBS
from emogan.core.errors import UserError

FOLDERS = {"photo": "PHOTO.jpg", "root": "FOLDER, the folder of your images", "out": "FOLDER", "runs": "FOLDER"}
# Settings that people bring along from other projects, and why there are none here.
_IN_MEMORY = "images are decoded once and kept in memory, or in a file: no workers could fetch them faster"
_ACCELERATOR = "trainer.accelerator=cpu or gpu chooses the device"
ABSENT = {"num_workers": _IN_MEMORY, "workers": _IN_MEMORY, "gpus": _ACCELERATOR, "device": _ACCELERATOR}


@dataclass(frozen=True)
class Fault:
    """A setting that cannot be used; ``expected`` is None where there is no such setting."""

    key: str
    value: Any
    expected: str | None


def checked(verb: str, cfg: DictConfig) -> DictConfig:
    """``cfg`` with every value as its verb wants it: interpolations resolved, ``~`` in paths expanded.

    Raises:
        UserError: for a setting that is missing, unknown or out of its range; the message names one, outer ones first.
    """
    for key in sorted(_missing(cfg)):
        name = key.rsplit(".", 1)[-1]
        raise UserError(f"{key} is missing: give it as {key}={FOLDERS.get(name, 'VALUE')}.")
    values = OmegaConf.to_container(cfg, resolve=True)
    assert isinstance(values, dict)
    settings: dict[str, Any] = {str(key): value for key, value in values.items()}
    faults = sorted(check_section(VERBS[verb], settings, ""), key=lambda fault: fault.key.count("."))
    for fault in faults:
        raise sentence(verb, fault, settings)
    VERBS[verb].check_together(settings)
    found: DictConfig = OmegaConf.create(literals(settings))  # resolved: a ${ that is left is part of a name
    return found


def check_section(section: type[Section], values: dict[str, Any], prefix: str) -> Iterator[Fault]:
    """The faults of ``values``, whose keys begin with ``prefix``; good values are replaced by what they mean."""
    try:
        meant = section.model_validate(values).model_dump(by_alias=True, exclude_unset=True)
        # Numbers stay as written; Adam wants its pair of them to be of one kind.
        values |= {key: one for key, one in meant.items() if key in section.raw() or isinstance(one, list)}
    except ValidationError as error:
        for one in error.errors():
            name = ".".join(str(part) for part in one["loc"])
            if one["type"] == "missing":  # a section that was taken out: its place holds nothing
                yield Fault(f"{prefix}{name}", None, "a value, as the default has it")
            else:
                expected = None if one["type"] == "extra_forbidden" else one["msg"].removeprefix("Value error, ")
                yield Fault(f"{prefix}{name}", one["input"], expected)
    yield from check_parts(section, values, prefix)


def check_parts(section: type[Section], values: dict[str, Any], prefix: str) -> Iterator[Fault]:
    """The faults of what is known by what it builds, however deep it stands in ``section``."""
    for name, field in section.model_fields.items():
        value = values.get(name)
        if not isinstance(value, dict):
            continue
        for mark in field.metadata:
            if isinstance(mark, Built):
                yield from check_part(mark, value, f"{prefix}{name}.")
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from check_parts(field.annotation, value, f"{prefix}{name}.")


def check_part(mark: Built, values: dict[str, Any], prefix: str) -> Iterator[Fault]:
    """The faults of one such section."""
    target = values.get("_target_")
    if (section := mark.section_of(values)) is not None:
        yield from check_section(section, values, prefix)
    elif mark.by_choice is None and not (isinstance(target, str) and "." in target.strip(".")):
        yield Fault(f"{prefix}_target_", target, "the full name of a class, such as mine.networks.Generator")


def sentence(verb: str, fault: Fault, settings: dict[str, Any]) -> UserError:
    """What to tell a person of a fault."""
    if fault.expected is None:
        return unknown(verb, fault.key, settings)
    shown = json.dumps(fault.value) if fault.value is None or isinstance(fault.value, bool) else fault.value
    if isinstance(shown, list):
        shown = f"[{','.join(map(str, shown))}]"
    return UserError(f"{fault.key}={shown} is not usable: expected {fault.expected}; change it with {fault.key}=VALUE.")


def unknown(verb: str, key: str, settings: dict[str, Any]) -> UserError:
    """The error for a setting that ``verb`` does not have, with the nearest one that it has."""
    if why := ABSENT.get(key.rsplit(".", 1)[-1]):
        return UserError(f"{verb} has no setting {key}: {why}.")
    group, _, name = key.partition(".")
    if group == "data" and (elsewhere := [f"data={one}" for one, kind in GROUPS.items() if name in kind.model_fields]):
        return UserError(f"{key} goes with {' or '.join(elsewhere)}: give one of them as well.")
    keys = [known for known in flat(settings) if known != key and not known.rsplit(".", 1)[-1].startswith("_")]
    by_end = {known.rsplit(".", 1)[-1]: known for known in reversed(keys)}
    near = get_close_matches(key, keys, 1, 0.6) or [
        by_end[end] for end in get_close_matches(key.rsplit(".", 1)[-1], by_end, 1, 0.6)
    ]
    hint = f"did you mean {near[0]}=VALUE?" if near else "see"
    return UserError(f"{verb} has no setting {key}: {hint} emogan {verb} --help lists those there are.")


def flat(settings: dict[str, Any], prefix: str = "") -> list[str]:
    """The dotted names of all settings, sections included."""
    names = []
    for key, value in settings.items():
        names.append(f"{prefix}{key}")
        if isinstance(value, dict):
            names += flat(value, f"{prefix}{key}.")
    return names


def _missing(node: DictConfig, prefix: str = "") -> list[str]:
    # OmegaConf.missing_keys follows interpolations, and fails at those that lead to a missing value.
    missing: list[str] = []
    for key in map(str, node):
        if OmegaConf.is_missing(node, key):
            missing.append(prefix + key)
        elif not OmegaConf.is_interpolation(node, key) and isinstance(node[key], DictConfig):
            missing += _missing(node[key], f"{prefix}{key}.")
    return missing
