"""The run folder."""

from pathlib import Path

from emogan.core.errors import UserError

LAST, PREVIOUS = "last.ckpt", "previous.ckpt"  # a run's checkpoints


def newest_checkpoint(run: Path) -> Path | None:
    """The checkpoint to go on from in a run folder, if there is one."""
    found = (run / "checkpoints" / name for name in (LAST, PREVIOUS))
    return next((path for path in found if path.is_file()), None)


def run_of(checkpoint: Path) -> Path:
    """The run folder of ``<run>/checkpoints/last.ckpt``.

    Raises:
        UserError: when there is no such file, with the checkpoints that do lie there; or when it is in no run folder.
    """
    if not checkpoint.is_file():
        there = ", ".join(str(path) for path in sorted(checkpoint.parent.glob("*.ckpt"))) or "none"
        raise UserError(f"ckpt_path={checkpoint} does not exist: expected RUN/checkpoints/last.ckpt (there: {there}).")
    folder = checkpoint.parent.parent
    if not (folder / "run.json").is_file():
        raise UserError(f"ckpt_path={checkpoint} is in no run folder: expected RUN/run.json beside RUN/checkpoints.")
    return folder
