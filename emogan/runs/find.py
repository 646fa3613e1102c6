"""Where a generator's weights are: those that come with the project, or a run's."""

import logging
from pathlib import Path

from emogan.config.places import NETWORKS, PACKAGED
from emogan.core.errors import DamagedFileError, UserError
from emogan.runs.checkpoint import LAST, sound_checkpoint
from emogan.runs.folder import RunFolder
from emogan.runs.weights import read_weights

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parents[1] / "networks" / "packaged"
GENERATOR, DISCRIMINATOR = FOLDER / "generator.safetensors", FOLDER / "discriminator.safetensors"


def find_generator(named: str | None) -> Path:
    """The file that ``named`` means: ``packaged``, a run's folder, or a generator's file or checkpoint.

    Raises:
        UserError: when there is no such file, or none that is not damaged.
    """
    if named == PACKAGED:
        return GENERATOR
    path = Path(named or "").expanduser()
    found = None
    if named and path.is_dir():
        found = generator_of(RunFolder(path))
    elif named:
        found = sound_one(path)
    if found is None and path.is_dir() and RunFolder(path).generator.is_file():
        raise UserError(f"{named} holds no generator that is not damaged: train anew, or give another run.")
    if found is None:
        raise UserError(f"{named} holds no generator: expected {NETWORKS}.")
    return found


def generator_of(run: RunFolder) -> Path | None:
    """The generator of a run as it ended; of one that was killed, or whose file is damaged, its newest checkpoint."""
    if run.generator.is_file():
        try:
            read_weights(run.generator)
        except DamagedFileError as error:
            log.warning("%s", error)
        else:
            return run.generator
    found = sound_checkpoint(run.checkpoints)
    if found is not None:
        log.info("%s has no generator.safetensors that can be used: taking %s.", run.path, found)
    return found


def sound_one(file: Path) -> Path | None:
    """``file``, or the checkpoint before it where it is a ``last.ckpt`` that is damaged; None where there is none."""
    if file.name == LAST:
        return sound_checkpoint(file.parent) or (file if file.is_file() else None)
    return file if file.is_file() else None
