"""New files for other programs: nothing is written over, and what cannot be written is known before the work."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from emogan.core.errors import UserError
from emogan.core.names import printable


@dataclass(frozen=True)
class Exported:
    """What was written, and what there is to know about it, a sentence each."""

    files: tuple[Path, ...]
    said: tuple[str, ...]


@contextmanager
def new_files(key: str, files: Sequence[Path]) -> Iterator[None]:
    """A place for files of one folder, which is made, and taken back where nothing came of it.

    Args:
        key: the setting that names them, for errors.

    Raises:
        UserError: when one of them is there already, or the folder cannot be written; also when its disk gets full.
    """
    folder = files[0].parent
    there = next((file for file in files if file.exists()), None)
    if there is not None:
        raise UserError(
            f"{key}={printable(files[0])} is not written: {printable(there)} is there already; give another name or"
            " folder, so that nothing is lost."
        )
    made = not folder.exists()
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=folder):
                pass
            yield
        except OSError as error:
            raise UserError(
                f"{key}={printable(files[0])} cannot be written ({error.strerror or error}): give another place."
            ) from error
    finally:
        if made:
            with suppress(OSError):
                folder.rmdir()  # an empty one only
