"""Databases that the page may read: the packaged faces, and folders under those it was started with."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from emogan.config.places import PACKAGED
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.data.files import link_out

MOST_LISTED = 200


def database(name: str, roots: Sequence[Path]) -> Path | None:
    """The folder that ``name`` means: the number of one of ``roots``, or a path below one; None: the packaged faces.

    Raises:
        UserError: when it is no folder, or one elsewhere, whatever links and dots lead there.
    """
    if name == PACKAGED:
        return None
    try:
        path = (roots[int(name)] if name.isdecimal() and int(name) < len(roots) else Path(name)).resolve()
        if name and is_below(path, roots) and path.is_dir():
            return path
    except (OSError, ValueError):
        pass
    how = "a folder under one of the page's" if roots else "start emogan app with roots=[FOLDER] for folders of images"
    raise UserError(f"database={printable(name)[:200]} is not here: expected {PACKAGED}, or {how}.")


def check_links(folder: Path, roots: Sequence[Path]) -> None:
    """Raise a UserError when a link in ``folder`` leads to a file elsewhere: readers of images follow links."""
    if (out := link_out(folder, roots)) is not None:
        raise UserError(
            f"{printable(out)} leads to a file outside of the folders that this page may read: take the link away, or"
            " start emogan app with that folder in roots=[…] as well."
        )


def is_below(path: Path, roots: Sequence[Path]) -> bool:
    """Whether a resolved ``path`` lies under one of ``roots``."""
    return any(path.is_relative_to(root) for root in roots)


def listed(roots: Sequence[Path]) -> list[Path]:
    """The folders to choose from: each of ``roots`` and those in it."""
    return [one for root in roots for one in _with_folders(root)][:MOST_LISTED]


def _with_folders(root: Path) -> Iterator[Path]:
    yield root
    try:
        yield from sorted(one for one in root.iterdir() if one.is_dir() and not one.name.startswith("."))
    except OSError:
        return
