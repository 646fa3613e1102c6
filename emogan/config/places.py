"""Whether what a command is to read is there at all, before anything slow is loaded."""

import re
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from emogan.core.errors import UserError
from emogan.core.names import printable

PACKAGED = "packaged"  # weights that come with emogan
NETWORKS = f"{PACKAGED}, the folder of a run, or its checkpoints/generator.safetensors or last.ckpt"
RANGE = re.compile(r"\{\d+\.\.\d+\}")  # faces-{000000..000123}.tar
READ = {
    "data.root": "a folder of images",
    "project": "a photograph of a face",
    "photo": "a photograph or a folder of them",
    "mask": "a picture that is white where a face is hidden",
    "weights": NETWORKS,
    "init_from": NETWORKS,
    "from_run": "the folder of a run, or its run.json",
    "run": "the folder of a run that emogan train left",
    "runs": "folders of runs that emogan train left",
    "roots": "folders of databases",
}


def check_places(verb: str, cfg: DictConfig) -> None:
    """Raise a UserError for the first setting of ``verb`` that names a file or folder which is not there."""
    for key, expected in READ.items():
        if verb == "evaluate" and key == "weights":  # last or best, of the run
            continue
        value = OmegaConf.select(cfg, key)
        for one in value if OmegaConf.is_list(value) else [value]:
            if isinstance(one, str) and one != PACKAGED and not _there(one):
                raise UserError(
                    f"{key}={printable(one)} does not exist: expected {expected}; give its path as {key}=PATH."
                )


def _there(path: str) -> bool:
    try:
        # Of a range of shards the reader says which is missing.
        return Path(path).exists() or (RANGE.search(Path(path).name) is not None and Path(path).parent.is_dir())
    except OSError:  # too long for a name, or not for us: whoever reads it says more
        return True
