"""The folder that a training writes to."""

from datetime import datetime
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from emogan.config.raw import HYDRA_FOLDERS

NAMING = tuple(f"{key}=" for key in (*HYDRA_FOLDERS, "hydra.sweep.subdir"))  # overrides that name it


def run_folder(cfg: DictConfig) -> tuple[Path, bool]:
    """The folder, and whether a person named it; else it is named after the moment, and another one will do as well."""
    if cfg.run_dir is not None:
        return Path(cfg.run_dir), True
    if HydraConfig.initialized():
        hydra = HydraConfig.get()
        given = any(override.lstrip("+").startswith(NAMING) for override in hydra.overrides.hydra)
        return Path(hydra.runtime.output_dir), given
    now = datetime.now().astimezone().strftime("%Y-%m-%d_%H-%M-%S")
    return Path("outputs") / "train" / str(cfg.emotion) / now, False
