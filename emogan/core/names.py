"""Names of files as a person may read them, whatever bytes they are made of."""

import os
from pathlib import Path


def printable(name: str | Path) -> str:
    r"""``name`` for a screen, a table or a page: bytes that are no UTF-8 (``Jos\xe9.jpg``) and control characters as
    escapes, everything else as it is."""
    return "".join(one if one.isprintable() else _escaped(one) for one in str(name))


def expanded(path: str | os.PathLike[str]) -> Path:
    """``path`` with a ``~`` in front replaced by the home folder; left as it is where there is no such home."""
    return Path(os.path.expanduser(path))  # noqa: PTH111  (Path.expanduser raises where there is no home)


def _escaped(one: str) -> str:
    code = ord(one)
    if 0xDC80 <= code <= 0xDCFF:  # what Python makes of a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return one.encode("unicode_escape").decode("ascii")
