"""A verb's config composed from Python, without a trace in a Hydra that the caller has of its own."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from emogan.cli.arguments import prepare
from emogan.cli.command import explained, one_line
from emogan.cli.recorded import FROM_RUN, with_record
from emogan.config.check import unknown
from emogan.config.compose import compose_verb, groups, own_hydra
from emogan.config.raw import literal
from emogan.core.errors import UserError

R = TypeVar("R")


def call(verb: str, function: Callable[[DictConfig], R], overrides: Sequence[Any], settings: Mapping[str, Any]) -> R:
    """What a verb's ``function`` gives for the config that is :func:`composed`; the caller's Hydra is not asked."""
    with own_hydra():
        return function(composed(verb, overrides, settings))


def composed(verb: str, overrides: Sequence[str | DictConfig], settings: Mapping[str, Any]) -> DictConfig:
    """The config of ``verb``, from its defaults in ``conf/``.

    Args:
        overrides: as on the command line, such as ``"emotion=raiva"``; or one config that was composed already.
        settings: values by the names of their settings. Names of groups choose (``model="paper"``), a mapping sets what
            it holds (``data={"root": "faces"}``, which is ``**{"data.root": "faces"}``).

    Raises:
        UserError: for a setting that is not there, or a value that it cannot have.
    """
    begun = [_config(one) for one in overrides if not isinstance(one, str)]
    if begun and len(overrides) > 1:
        raise UserError(f"{len(overrides)} configs given: expected one config, or overrides such as 'emotion=raiva'.")
    choices, values, there = [], {}, groups()
    for key, value in settings.items():
        if isinstance(value, str) and key in there and not begun:
            choices.append(f"{key}={value}")
        else:
            values[key] = value
    try:
        cfg = begun[0].copy() if begun else compose_verb(verb, _ready(verb, [*map(str, overrides), *choices], values))
        for key, value in values.items():
            _set(verb, cfg, key, _plain(value))
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        raise UserError(one_line(explained(verb, error, [*map(str, overrides)]))) from error
    return cfg


def _ready(verb: str, words: list[str], values: dict[str, Any]) -> list[str]:
    """The overrides for Hydra; a run to train again is said among them, and what is set beside it by name wins."""
    run = values.pop(FROM_RUN, None)
    if run is not None:
        words = [*words, *_targets(values), f"{FROM_RUN}={os.fspath(run)}"]
    return with_record(verb, words, prepare(verb, words))


def _targets(values: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The classes that are named among ``values``."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _targets(value, f"{prefix}{key}.")
        elif key.endswith("_target_"):
            yield f"{prefix}{key}={value}"


def _config(given: object) -> DictConfig:
    if isinstance(given, DictConfig):
        return given
    if isinstance(given, Mapping):
        return OmegaConf.create(dict(given))
    raise UserError(f"{given!r:.60} is no config: expected overrides such as 'emotion=raiva', or a config.")


def _set(verb: str, cfg: DictConfig, key: str, value: Any) -> None:
    """Set the setting ``key``, dotted; of a group, what ``value`` holds."""
    group, _, name = key.rpartition(".")
    parent = OmegaConf.select(cfg, group) if group else cfg
    if not isinstance(parent, DictConfig) or name not in [*parent]:
        settings = OmegaConf.to_container(cfg)
        raise unknown(verb, key, {str(one): of for one, of in settings.items()} if isinstance(settings, dict) else {})
    if isinstance(value, Mapping) and OmegaConf.is_dict(parent._get_node(name)):
        for inner, one in value.items():
            _set(verb, cfg, f"{key}.{inner}", one)
    else:
        parent[name] = value


def _plain(value: Any) -> Any:
    """A Python value as OmegaConf takes it."""
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, Mapping):
        return {_plain(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return literal(value) if isinstance(value, str) else value
