"""Whether a person named the folder that a command writes to."""

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

HYDRAS = ("hydra.run.dir=", "hydra.sweep.dir=", "hydra.sweep.subdir=")


def is_named(cfg: DictConfig) -> bool:
    """Whether ``cfg.run_dir`` is what a person gave; else it comes from the moment that the command was started at."""
    if not OmegaConf.is_interpolation(cfg, "run_dir"):
        return True
    given = HydraConfig.get().overrides.hydra if HydraConfig.initialized() else []
    return any(override.lstrip("+").startswith(HYDRAS) for override in given)
