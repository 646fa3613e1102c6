"""Where a training that went wrong can go back to."""

import logging
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from emogan.core.errors import UserError
from emogan.runs.folder import LAST, PREVIOUS
from emogan.runs.record import RunRecord
from emogan.training.callbacks.divergence import TrainingFailedError

log = logging.getLogger(__name__)


def step_back(folder: Path, record: RunRecord, failure: TrainingFailedError) -> tuple[Path, int]:
    """The checkpoint to go on from, which becomes the last one, and the epochs that it stands after.

    The newest one from before the failure was possible; where there is none, the oldest. Notes it in ``record``.

    Raises:
        UserError: when there is no usable one, or the run has gone back already.
    """
    if "gone_wrong" in record.facts:
        raise gone_wrong(failure, "again, after a second try") from failure
    sound = [(path, done) for path in (folder / LAST, folder / PREVIOUS) if (done := epochs_of_sound(path))]
    before = [(path, done) for path, done in sound if done <= failure.good_until]
    if not sound:
        raise gone_wrong(failure, "before there was a checkpoint to go back to") from failure
    path, done = before[0] if before else sound[-1]
    log.warning("Training went wrong: %s. Going back to epoch %d, with other random numbers.", failure.reason, done)
    record.update(gone_wrong=f"{failure.reason}; went back to epoch {done}")
    return path.replace(folder / LAST), done


def epochs_of_sound(path: Path) -> int:
    """The epochs that a checkpoint stands after; 0 when it is not there, or holds values that are no numbers."""
    if not path.is_file():
        return 0
    content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    tensors: list[Tensor] = list(content["state_dict"].values())
    return int(content["epoch"]) + 1 if all(bool(tensor.isfinite().all()) for tensor in tensors) else 0


def gone_wrong(failure: TrainingFailedError, when: str) -> UserError:
    """What to tell a person of a training that cannot be saved."""
    return UserError(
        f"Training went wrong {when}: {failure.reason}; lower lr, raise penalties.real, or try another seed."
    )
