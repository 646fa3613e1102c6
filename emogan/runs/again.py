"""A run's record as settings that a person could have typed: ``emogan train from_run=RUN``.

Nothing in a record is followed: its ``_target_`` choose among the files of ``conf/``, and the rest are plain values
that pass the checks of all settings. A class of a person's own is theirs to name again.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from emogan.config.compare import OF_A_COMMAND
from emogan.config.compose import choices, chosen, compose_verb, conf_dir, defaults_in
from emogan.config.raw import quoted
from emogan.config.verbs import VERBS
from emogan.core.errors import UserError
from emogan.core.names import expanded
from emogan.runs.folder import RunFolder
from emogan.runs.record import Record, read_record

VERB, TARGET = "train", "_target_"
ROUNDS = 3  # values that stand for themselves, those that follow from others, and a look whether that is all
_KEY = re.compile(r"\w+(\.\w+)*", re.ASCII)
_NOTHING = object()


def record_of(from_run: str) -> Record:
    """The record that ``from_run`` names: a run's folder, or its ``run.json``.

    Raises:
        UserError: when it is none.
    """
    try:
        path = expanded(from_run)
        return read_record(RunFolder(path).record if path.is_dir() else path)
    except (UserError, OSError, ValueError) as error:  # a name that no file can have
        raise UserError(f"from_run={from_run!s:.100} cannot be trained again: {error}") from error


def as_typed(from_run: str, given: Sequence[str]) -> list[str]:
    """The overrides ``given``, with those that train again what ``from_run`` names in its place; those given win.

    A group that is given, such as ``data=kdef``, comes with its own defaults.

    Raises:
        UserError: when the record is none, or cannot be said in settings of this version.
    """
    asked = {one.lstrip("+~").partition("=")[0]: one.partition("=")[2] for one in given if one[:1] != "-"}
    if asked.get("experiment", "null") != "null":
        raise UserError(f"experiment={asked['experiment']} beside from_run={from_run}: give one of them.")
    config = record_of(from_run).config
    theirs, groups = dict(_flat(config)), [group for group in chosen(VERB) if group != "experiment"]
    for key in theirs:
        if not _KEY.fullmatch(key) or key.partition(".")[0] not in VERBS[VERB].model_fields or key in groups:
            raise UserError(f"from_run={from_run} cannot be trained again: its record has a setting {key!s:.80}.")
    own = {key: value for key, value in asked.items() if key.endswith(f".{TARGET}")}
    picked = {group: _choice(group, config, own, from_run) for group in groups if group not in asked}
    also = {group: asked[group].partition(",")[0] for group in groups if group in asked}  # of a sweep, the first
    settings: dict[str, str] = {}
    named = [one for one in given if one.lstrip("+").partition("=")[0] in own]
    for _ in range(ROUNDS):
        begun = [f"{group}={name}" for group, name in (picked | also).items()]
        there = _leaves(compose_verb(VERB, [*begun, *settings.values(), *named]))
        missing = _missing(theirs, there, own, from_run, settings, asked)
        if not missing:
            break
        settings |= missing
    kept = [one for key, one in settings.items() if not _below(key, asked)]
    # In its place: Hydra takes flags before or after all overrides, not between them.
    place = next(number for number, one in enumerate(given) if one.lstrip("+").startswith("from_run="))
    return [*given[:place], *(f"{group}={name}" for group, name in picked.items()), *kept, *given[place:]]


def _choice(group: str, config: Mapping[str, Any], own: Mapping[str, str], from_run: str) -> str:
    """The file of a group that the record is nearest to, of those that build what it builds."""
    section = config.get(group)
    had = dict(_flat({group: section})) if isinstance(section, Mapping) else {}
    built = {key: value for key, value in had.items() if key.endswith(f".{TARGET}") and key not in own}
    found: dict[str, int] = {}
    offered: list[Any] = []
    for name in choices(group):
        whole = _leaves(_file(group, name)).items()
        has = {key: one for key, (one, follows) in whole if not follows and key.startswith(f"{group}.")}
        builds = {key: value for key, value in has.items() if key.endswith(f".{TARGET}") and key not in own}
        offered += builds.values()
        if all(built.get(key) == value for key, value in builds.items()):
            found[name] = sum(had.get(key, _NOTHING) != value for key, value in has.items())
    if not found:
        if strange := {key: built[key] for key in sorted(built, key=len) if built[key] not in offered}:
            raise UserError(_unknown(from_run, strange))
        raise UserError(
            f"from_run={from_run} cannot be trained again: its {group} is none of {', '.join(choices(group))}."
        )
    return min(found, key=lambda name: (found[name], name))


@cache
def _file(group: str, name: str) -> DictConfig:
    """What a group's file says, with those that it builds on, under the group's name; not put together with others."""
    path = conf_dir() / group / f"{name}.yaml"
    said = OmegaConf.load(path)
    assert isinstance(said, DictConfig)
    whole = said if group in said else OmegaConf.create({group: said})
    below = [_file(group, one) for one in defaults_in(path) if isinstance(one, str) and one != "_self_"]
    merged = OmegaConf.merge(*below, whole)
    assert isinstance(merged, DictConfig)
    return merged


def _missing(
    theirs: Mapping[str, Any],
    there: Mapping[str, tuple[Any, bool]],
    own: Mapping[str, str],
    from_run: str,
    settings: Mapping[str, str],
    asked: Mapping[str, str],
) -> dict[str, str]:
    """Overrides for what differs: what stands for itself, or where nothing such is left, what follows from it."""
    found: dict[str, tuple[str, bool]] = {}
    for key, value in theirs.items():
        has, follows = there.get(key, (_NOTHING, False))
        if (has == value and type(has) is type(value)) or key in settings or key in own:
            continue
        if _below(key, OF_A_COMMAND):
            continue
        last = key.rpartition(".")[2]
        if last == TARGET and not _below(key, asked):
            raise UserError(_unknown(from_run, {key: value}))
        if not last.startswith("_"):
            found[key] = f"++{key}={_spelt(key, value, from_run)}", follows
    for target in own:  # a class of one's own was built without what emogan's own takes
        section = target.removesuffix(TARGET)
        gone = [key for key in there if key.startswith(section) and key not in theirs and key not in settings]
        found |= {key: (f"~{key}", False) for key in gone if not key.endswith("_")}
    direct = {key: one for key, (one, follows) in found.items() if not follows}
    return direct or {key: one for key, (one, _) in found.items()}


def _unknown(from_run: str, built: Mapping[str, Any]) -> str:
    key, value = next(iter(built.items()))
    return (
        f"from_run={from_run} names {key}={value!s:.100}, which no record may name: where you know what it is, give"
        f" {key}=NAME as well."
    )


def _below(key: str, names: Sequence[str] | Mapping[str, str]) -> bool:
    return any(key == name or key.startswith(f"{name}.") for name in names)


def _spelt(key: str, value: Any, from_run: str) -> str:
    """A plain value in Hydra's grammar."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list) and not any(isinstance(one, list | dict) for one in value):
        return f"[{','.join(_spelt(key, one, from_run) for one in value)}]"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int | float):
        return repr(value)
    raise UserError(f"from_run={from_run} cannot be trained again: its record says {key}={value!s:.80}.")


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _leaves(node: DictConfig, prefix: str = "") -> dict[str, tuple[Any, bool]]:
    """Every dotted key with its value, and whether that follows from another setting."""
    found: dict[str, tuple[Any, bool]] = {}
    for key in map(str, node):
        follows = OmegaConf.is_interpolation(node, key)
        try:
            value = _NOTHING if OmegaConf.is_missing(node, key) else node[key]
        except OmegaConfBaseException:  # it follows from one that has to be given
            value = _NOTHING
        if isinstance(value, DictConfig):
            inner = _leaves(value, f"{prefix}{key}.")
            found |= {name: (one, follows or also) for name, (one, also) in inner.items()}
        else:
            found[f"{prefix}{key}"] = (OmegaConf.to_container(value) if OmegaConf.is_list(value) else value, follows)
    return found
