"""Hydra's configs: where they lie, and what they become."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.singleton import Singleton
from hydra.core.utils import JobRuntime
from hydra.version import VersionBase
from omegaconf import DictConfig, OmegaConf

_composing = Lock()  # Hydra knows one context in a process

# In conf/: ${by_start:A,B} is A in a training that starts from nothing, B in one that starts from trained networks.
OmegaConf.register_new_resolver(
    "by_start", lambda nothing, trained, *, _root_: nothing if _root_.init_from is None else trained, replace=True
)


def conf_dir() -> Path:
    """The folder of the YAML configs: inside an installed wheel, or at the top of a source tree."""
    packaged = Path(__file__).parents[1] / "conf"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "conf"


def groups() -> list[str]:
    """The groups that there are, such as ``data``."""
    return sorted(path.name for path in conf_dir().iterdir() if path.is_dir())


def choices(group: str) -> list[str]:
    """What can be chosen from a group."""
    return sorted(path.stem for path in (conf_dir() / group).glob("*.yaml") if not path.stem.startswith("_"))


def defaults_in(file: Path) -> list[Any]:
    """What a YAML file is composed of."""
    content = OmegaConf.to_container(OmegaConf.load(file))
    found: list[Any] = content.get("defaults", []) if isinstance(content, dict) else []
    return found


def chosen(verb: str) -> dict[str, str | None]:
    """The groups that a verb's config is made of, each with what is taken from it when nothing is said."""
    listed = (one for one in defaults_in(conf_dir() / f"{verb}.yaml") if isinstance(one, dict))
    return {key: value for one in listed for key, value in one.items() if not key.startswith("override")}


def plain(cfg: DictConfig) -> dict[str, Any]:
    """The resolved config as plain values, for JSON and for checkpoints that load without running code."""
    values = OmegaConf.to_container(cfg, resolve=True)
    loaded: dict[str, Any] = json.loads(json.dumps(values))
    return loaded


def compose_verb(verb: str, overrides: Sequence[str]) -> DictConfig:
    """A verb's settings without a command line, not checked yet.

    A Hydra context that there is already, such as a notebook's, is left as it was.
    """
    with _composing, own_hydra(), initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        return compose(verb, list(overrides))


@contextmanager
def own_hydra() -> Iterator[None]:
    """Within, Hydra is as in a new process: it keeps one context, and refuses to begin another within it."""
    kinds: tuple[type, ...] = (GlobalHydra, HydraConfig, VersionBase, JobRuntime)
    theirs = {kind: Singleton._instances.pop(kind) for kind in kinds if kind in Singleton._instances}
    try:
        yield
    finally:
        for kind in kinds:
            Singleton._instances.pop(kind, None)
        Singleton._instances.update(theirs)
