"""Hydra's configs: where they lie, and what they become."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from omegaconf import DictConfig, OmegaConf

# In conf/: ${by_start:A,B} is A in a training that starts from nothing, B in one that starts from trained networks.
OmegaConf.register_new_resolver(
    "by_start", lambda nothing, trained, *, _root_: nothing if _root_.init_from is None else trained, replace=True
)


def conf_dir() -> Path:
    """The folder of the YAML configs: inside an installed wheel, or at the top of a source tree."""
    packaged = Path(__file__).parents[1] / "conf"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "conf"


def plain(cfg: DictConfig) -> dict[str, Any]:
    """The resolved config as plain values, for JSON and for checkpoints that load without running code."""
    values = OmegaConf.to_container(cfg, resolve=True)
    loaded: dict[str, Any] = json.loads(json.dumps(values))
    return loaded


def compose_verb(verb: str, overrides: Sequence[str]) -> DictConfig:
    """A verb's settings without a command line, not checked yet.

    A Hydra context that there is already, such as a notebook's, is left as it was.
    """
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        return compose(verb, list(overrides))
