"""A verb's config composed from Python, without a trace in a Hydra that the caller has of its own."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from enum import Enum
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.singleton import Singleton
from hydra.core.utils import JobRuntime
from hydra.errors import HydraException
from hydra.version import VersionBase
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from emogan.config.compose import conf_dir
from emogan.core.errors import UserError


def composed(verb: str, overrides: Sequence[str | DictConfig], settings: Mapping[str, Any]) -> DictConfig:
    """The config of ``verb``, from its defaults in ``conf/``.

    Args:
        overrides: as on the command line, such as ``"emotion=raiva"``; or one config that was composed already.
        settings: values by the names of their settings. Names of groups choose (``model="paper"``), a mapping sets what
            it holds (``data={"root": "faces"}``, which is ``**{"data.root": "faces"}``).

    Raises:
        UserError: for a setting that is not there, or a value that it cannot have.
    """
    begun = [one for one in overrides if not isinstance(one, str)]
    if begun and len(overrides) > 1:
        raise UserError(f"{len(overrides)} configs given: expected one config, or overrides such as 'emotion=raiva'.")
    choices, values = [], {}
    for key, value in settings.items():
        if isinstance(value, str) and (conf_dir() / key).is_dir() and not begun:
            choices.append(f"{key}={value}")
        else:
            values[key] = value
    try:
        cfg = begun[0].copy() if begun else _compose(verb, [*map(str, overrides), *choices])
        for key, value in values.items():
            _set(cfg, key, _plain(value))
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        raise UserError(" ".join(str(error).split())) from error
    return cfg


def _compose(verb: str, overrides: list[str]) -> DictConfig:
    with _hydra_of_its_own(), initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        return compose(verb, overrides)


@contextmanager
def _hydra_of_its_own() -> Iterator[None]:
    # Hydra keeps one context for a process, and initialize_config_dir refuses to begin another within it.
    kinds: tuple[type, ...] = (GlobalHydra, VersionBase, JobRuntime)
    theirs = {kind: Singleton._instances.pop(kind) for kind in kinds if kind in Singleton._instances}
    try:
        yield
    finally:
        for kind in kinds:
            Singleton._instances.pop(kind, None)
        Singleton._instances.update(theirs)


def _set(cfg: DictConfig, key: str, value: Any) -> None:
    """Set the setting ``key``, dotted; of a group, what ``value`` holds."""
    parent = OmegaConf.select(cfg, key.rpartition(".")[0]) if "." in key else cfg
    name = key.rpartition(".")[2]
    if not isinstance(parent, DictConfig) or name not in parent.keys():  # noqa: SIM118 (a missing value is "not in")
        there = [str(one) for one in parent] if isinstance(parent, DictConfig) else []
        near = get_close_matches(name, there, 1)
        raise UserError(f"There is no setting {key}" + (f": did you mean {near[0]}?" if near else "."))
    group = isinstance(value, Mapping) and OmegaConf.is_dict(parent._get_node(name))
    if group:
        for inner, one in value.items():
            _set(cfg, f"{key}.{inner}", one)
    else:
        parent[name] = value


def _plain(value: Any) -> Any:
    """A Python value as OmegaConf takes it."""
    if isinstance(value, Mapping):
        return {_plain(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Enum):
        return value.value
    return value.replace("${", "\\${") if isinstance(value, str) else value  # no interpolation: a name is what it is
