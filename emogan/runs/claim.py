"""One folder, one process that writes into it: a lock that dies with the process that holds it."""

from contextlib import suppress
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from emogan.core.errors import UserError

NAME = ".training.lock"  # in the run folder; it stays there, the lock on it does not
ASKED, WAIT = 0.05, 0.2  # seconds that whoever asks waits at most, and that a claim waits for those who only ask
ANOTHER = "run_dir=FOLDER (hydra.sweep.dir=FOLDER in a sweep)"  # how a person gives another folder


class Claim:
    """A folder that this process alone writes into, until it is released or the process ends.

    Reading the folder needs no claim.
    """

    def __init__(self, folder: Path, lock: FileLock, name: str, made: list[Path]) -> None:
        self.folder, self._lock, self._name, self._made = folder, lock, name, made

    def release(self) -> None:
        """Let others write into the folder."""
        self._lock.release(force=True)

    def abandon(self) -> None:
        """Release, and take back what was made for it where nothing was left there."""
        try:
            with suppress(OSError):  # somebody may have taken the folder away: no reason to hide how the training ended
                if {path.name for path in self.folder.iterdir()} <= {self._name}:
                    (self.folder / self._name).unlink(
                        missing_ok=True
                    )  # before the release: nobody else can hold it now
        finally:
            self.release()
        with suppress(OSError):
            for path in self._made:
                path.rmdir()  # an empty one only

    def __enter__(self) -> "Claim":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def claim(folder: Path, name: str = NAME, told: str = "The run folder {}", another: str = ANOTHER) -> Claim | None:
    """Claim ``folder``, which is made where it is not there; None when another process has it.

    Args:
        name: of the lock: one for each kind of work.
        told, another: what an error calls the folder, and how another is given.

    Raises:
        UserError: when it cannot be made or written.
    """
    try:
        made = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / name, thread_local=False)
        lock.acquire(timeout=WAIT, poll_interval=0.01)
    except Timeout:
        return None
    except OSError as error:
        raise UserError(
            f"{told.format(folder)} cannot be written ({error.strerror or error}): give another with {another}."
        ) from error
    return Claim(folder, lock, name, made)


def is_claimed(folder: Path, name: str = NAME) -> bool:
    """Whether somebody has ``folder`` now, a training by default. Whoever begins meanwhile is not kept from it.

    False also where nobody can tell: the folder is another person's, and may not be written.
    """
    path = folder / name
    if not path.is_file() or path.is_symlink():
        return False
    try:
        with FileLock(path, thread_local=False).acquire(timeout=ASKED, poll_interval=0.01):
            return False
    except Timeout:
        return True
    except OSError:
        return False
