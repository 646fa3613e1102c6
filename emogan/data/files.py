"""Every file under a folder: an image, or left out with a reason."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from emogan.core.errors import UserError
from emogan.core.names import expanded, printable
from emogan.data.formats import ARCHIVES, HEAD, RAW, SUFFIXES, kind_of, why_not
from emogan.data.index import LeftOut
from emogan.data.reading import UNREADABLE, UnusableImageError, first_bytes

# What systems leave in people's folders, beside all names that begin with a dot.
LITTER = frozenset(
    (
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        "icon\r",
        "__macosx",
        "$recycle.bin",
        "@eadir",
        "system volume information",
    )
)
LITTER_REASON = "hidden and system files and folders"
ARCHIVE = "an archive"
NO_IMAGE = "no image"
PIXELS = "a table of pixels"


def image_files(root: Path) -> tuple[list[Path], list[LeftOut]]:
    """All image files under ``root`` and the folders linked from it, sorted; and everything else, with reasons.

    What is no image by its name is one by its content. Hidden files (macOS leaves a ``._NAME.JPG`` for each image in
    its archives) and folders are one entry together.

    Raises:
        UserError: when ``root`` is not a folder, cannot be read or holds no image.
    """
    check_root(root)
    paths: list[Path] = []
    left_out: list[LeftOut] = []
    litter: list[Path] = []
    for path in _walk(root, left_out, litter):
        found = _judge(path)
        if found is None:
            paths.append(path)
        else:
            left_out.append(found)
    if not paths:
        raise _no_image(root, left_out)
    if litter:
        words = f"{printable(min(litter).name)}{' and others' if len(litter) > 1 else ''}"
        left_out.append(LeftOut(min(litter), LITTER_REASON, words, count=len(litter), image=False))
    return sorted(paths), sorted(left_out, key=lambda item: item.path)


def link_out(root: Path, allowed: Sequence[Path]) -> Path | None:
    """The first file that is found under ``root`` through a link and lies in none of the folders ``allowed``.

    Args:
        allowed: resolved.
    """
    return next((path for path in _walk(root, [], []) if not _lies_in(path, allowed)), None)


def _lies_in(path: Path, folders: Sequence[Path]) -> bool:
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(folder) for folder in folders)


def given_root(root: str | Path) -> Path:
    """The folder that ``data.root`` names; a UserError where it names none."""
    if not str(root).strip():
        raise UserError("data.root is empty: expected a folder of face images; give its path as data.root=FOLDER.")
    return expanded(root)


def check_root(root: Path) -> None:
    """Raise a UserError when ``root`` is not a folder."""
    if root.is_dir():
        return
    what = "is a file" if root.exists() else "does not exist"
    how = "give its path as data.root=FOLDER"
    if root.is_file() and is_archive(root):
        what, how = "is an archive", "unpack it first, and give the folder as data.root=FOLDER"
    raise UserError(f"data.root={printable(root)} {what}: expected a folder of face images; {how}.")


def is_archive(path: Path) -> bool:
    """Whether a file's name says that others are packed in it."""
    return path.name.lower().endswith(ARCHIVES)


def _walk(root: Path, left_out: list[LeftOut], litter: list[Path]) -> Iterator[Path]:
    """Every file but hidden ones, which go to ``litter``; folders that cannot be read go to ``left_out``."""
    seen: set[str] = set()

    def note_closed(error: OSError) -> None:
        left_out.append(LeftOut(Path(error.filename), "folder cannot be read", error.strerror or "", irregular=True))

    for folder, subfolders, names in os.walk(root, onerror=note_closed, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:  # a link back to a folder above, or to one that was already read
            subfolders.clear()
            continue
        seen.add(real)
        litter += (Path(folder, name) for name in [*subfolders, *names] if _is_litter(name))
        subfolders[:] = sorted(name for name in subfolders if not _is_litter(name))
        for name in subfolders:
            if Path(name).suffix.lower() in SUFFIXES:
                left_out.append(LeftOut(Path(folder, name), "a folder, though named like an image", irregular=True))
        yield from (Path(folder, name) for name in names if not _is_litter(name))


def _is_litter(name: str) -> bool:
    return name.startswith(".") or name.lower() in LITTER


def _judge(path: Path) -> LeftOut | None:
    """Why a file is no image; None for one that may be, which decoding will find out."""
    suffix = path.suffix.lower()
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if suffix in SUFFIXES:
            return None
        return LeftOut(path, UNREADABLE, error.strerror or "", irregular=True)
    if suffix in SUFFIXES and stat.S_ISREG(mode):
        return None
    try:
        kind = kind_of(first_bytes(path, HEAD))
    except UnusableImageError as error:
        return LeftOut(path, error.reason, error.detail, irregular=True)
    if is_archive(path):
        return LeftOut(path, ARCHIVE, "unpack it first", irregular=True)
    if suffix in RAW:
        return LeftOut(path, "a camera's raw file", "export it as JPEG", irregular=True)
    if kind is not None:
        why = why_not(kind)
        return why and LeftOut(path, *why, irregular=True)
    if suffix in (".heic", ".heif"):
        return LeftOut(path, "HEIC is not read", "convert it to JPEG or PNG", irregular=True)
    if suffix == ".csv" and holds_pixels(path):
        return LeftOut(path, PIXELS, "give it to data=fer2013", irregular=True)
    return LeftOut(path, f"{NO_IMAGE} ({printable(suffix) or 'no suffix'})", image=False)


def holds_pixels(path: Path) -> bool:
    """Whether a table's first line names a column of pixels, as fer2013.csv's does."""
    try:
        head = first_bytes(path, 200).decode("ascii", "replace").split("\n")[0]
    except UnusableImageError:
        return False
    return "pixels" in {name.strip().strip('"').lower() for name in head.split(",")}


def _no_image(root: Path, left_out: list[LeftOut]) -> UserError:
    shown = printable(root)
    for item in left_out:
        there = printable(item.path)
        if item.reason == ARCHIVE:
            return UserError(
                f"data.root={shown} holds no image but the archive {printable(item.path.name)}: unpack it first."
            )
        if item.reason == PIXELS:
            return UserError(
                f"data.root={shown} holds no image but {printable(item.path.name)}: read it with data=fer2013."
            )
        if item.reason == "folder cannot be read":
            return UserError(f"{there} cannot be read ({item.detail}): allow it, or give another data.root.")
    odd = next((item for item in left_out if item.irregular), None)
    why = f" ({printable(odd.path.name)}: {odd})" if odd else ""
    return UserError(
        f"data.root={shown} holds no image{why}: expected files ending in {', '.join(sorted(SUFFIXES))}; "
        "give the folder that your images lie in."
    )
