"""One run folder, one training: a lock that dies with the process that holds it."""

from contextlib import suppress
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from emogan.core.errors import UserError

NAME = ".training.lock"  # in the run folder; it stays there, the lock on it does not
ASKED, WAIT = 0.05, 0.2  # seconds that whoever asks waits at most, and that a claim waits for those who only ask
ANOTHER = "run_dir=FOLDER (hydra.sweep.dir=FOLDER in a sweep)"  # how a person gives another folder


class Claim:
    """A run folder that this process alone trains into, until it is released or the process ends.

    Reading the folder needs no claim.
    """

    def __init__(self, folder: Path, lock: FileLock, made: list[Path]) -> None:
        self.folder, self._lock, self._made = folder, lock, made

    def release(self) -> None:
        """Let others train into the folder."""
        self._lock.release(force=True)

    def abandon(self) -> None:
        """Release, and take back what was made for it where nothing was left there."""
        try:
            with suppress(OSError):  # somebody may have taken the folder away: no reason to hide how the training ended
                if {path.name for path in self.folder.iterdir()} <= {NAME}:
                    (self.folder / NAME).unlink(missing_ok=True)  # before the release: nobody else can hold it now
        finally:
            self.release()
        with suppress(OSError):
            for path in self._made:
                path.rmdir()  # an empty one only

    def __enter__(self) -> "Claim":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def claim(folder: Path) -> Claim | None:
    """Claim ``folder``, which is made where it is not there; None when another training has it.

    Raises:
        UserError: when it cannot be made or written.
    """
    try:
        made = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / NAME, thread_local=False)
        lock.acquire(timeout=WAIT, poll_interval=0.01)
    except Timeout:
        return None
    except OSError as error:
        raise UserError(
            f"The run folder {folder} cannot be written ({error.strerror or error}): give another with {ANOTHER}."
        ) from error
    return Claim(folder, lock, made)


def is_claimed(folder: Path) -> bool:
    """Whether a training has ``folder`` now. A training that begins meanwhile is not kept from it.

    False also where nobody can tell: the folder is another person's, and may not be written.
    """
    path = folder / NAME
    if not path.is_file() or path.is_symlink():
        return False
    try:
        with FileLock(path, thread_local=False).acquire(timeout=ASKED, poll_interval=0.01):
            return False
    except Timeout:
        return True
    except OSError:
        return False
