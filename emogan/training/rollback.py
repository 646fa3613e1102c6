"""Where a training that went wrong can go back to."""

import logging

from emogan.core.errors import UserError
from emogan.runs.folder import RunFolder
from emogan.training.callbacks.divergence import TrainingFailedError
from emogan.training.saved import Saved, read_saved

log = logging.getLogger(__name__)


def step_back(run: RunFolder, failure: TrainingFailedError, began: Saved | None) -> tuple[Saved, str]:
    """The checkpoint to go on from, which becomes the last one; and a note for the run's record.

    The newest one from before the failure was possible; where there is none, the oldest. Never the one that the try
    that failed ``began`` at: whatever is wrong with it, other random numbers do not mend it.

    Raises:
        UserError: when there is no usable one.
    """
    usable = []
    for path in (run.last, run.previous):
        if not path.is_file():
            continue
        try:
            saved = read_saved(path)
        except UserError as error:
            log.warning("%s", error)
            continue
        if began is None or saved.position != began.position:
            usable.append(saved)
    if not usable:
        raise gone_wrong(failure, "before there was a checkpoint to go back to" + (" but its own" if began else ""))
    saved = next((one for one in usable if one.images_seen <= failure.good_until), usable[-1])
    log.warning("Training went wrong: %s. Going back to %s, with other random numbers.", failure.reason, saved.position)
    return saved.becomes_last(), f"{failure.reason}; went back to {saved.position}"


def gone_wrong(failure: TrainingFailedError, when: str) -> UserError:
    """What to tell a person of a training that cannot be saved."""
    return UserError(
        f"Training went wrong {when}: {failure.reason}; lower lr, raise penalties.real, or try another seed."
    )
