"""Files that are there whole or not at all."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

SUFFIX = ".part"  # of files that are being written; what a killed process left of them may be deleted


@contextmanager
def atomic(path: Path, *, sync: bool = False) -> Iterator[Path]:
    """A new file beside ``path`` to write to, moved there at the end; after a failure, what was there before stays.

    Its name is its own: several processes may write the same ``path``, and the last one wins. Its permissions are those
    of any new file.

    Args:
        sync: have it on the disk itself before it takes the place of what was there: for what took hours to make.
    """
    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=SUFFIX)
    part = Path(name)
    os.close(handle)
    try:
        with suppress(OSError):  # some mounted drives know no permissions
            part.chmod(0o666 & ~_umask())  # mkstemp's are private
        yield part
        if sync:
            with part.open("rb+") as file:
                os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def atomic_write(path: Path, content: str | bytes) -> None:
    """Write ``content`` (text as UTF-8); killed in between, what was there before stays."""
    with atomic(path) as part:
        part.write_bytes(content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)


def as_json(value: object) -> str:
    """Plain values as JSON for people to read; letters are escaped only where a name in it is no UTF-8."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2)
    return text + "\n"


@contextmanager
def utf8_name(path: Path) -> Iterator[str]:
    """A name of ``path`` for libraries that open UTF-8 names only, while the context lasts."""
    try:
        name = str(path)
        name.encode()
    except UnicodeEncodeError:
        with path.open("rb") as file:
            yield f"/dev/fd/{file.fileno()}"
    else:
        yield name


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
