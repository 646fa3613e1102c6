"""Decoded images, remembered on disk: a training that was started before starts at once.

An entry's name is a digest of all that its content depends on, so a changed file or setting has another entry; a torn
one fails its checksum. Neither is ever used. The folder may be deleted at any time; it keeps ``LIMIT`` bytes of what
emogan remembers, and what was not used for longest goes first. A person may have given the folder: other files in it
are never touched.
"""

import hashlib
import io
import json
import logging
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import PIL
import torch

from emogan.core.caching import folder_of as folder_of
from emogan.core.files import atomic
from emogan.core.names import printable
from emogan.data.decode import Framing
from emogan.data.decoded import Decoded, decode_all
from emogan.data.reading import UNREADABLE, Source

log = logging.getLogger(__name__)

FORMAT = 2  # raise it when decoding or this file's layout changes
LIMIT = 2 * 2**30  # bytes of all entries together, recognisers included
# Decoded images, the recognisers of emogan.recognition.cache, the pairs of emogan.translating.known.
_OURS = re.compile(r"[0-9a-f]{32}\.npz|(recogniser|pairs)_[0-9a-f]{32}\.safetensors")

# What NumPy and zipfile raise for a damaged file, depending on where the damage lies.
_TORN = (
    *(OSError, ValueError, EOFError, LookupError, SyntaxError, NotImplementedError, RuntimeError, TypeError),
    *(zipfile.BadZipFile, zlib.error, struct.error),
)


def decode_cached(sources: Sequence[Source], framing: Framing, folder: Path | None) -> Decoded:
    """Decode images, or take what an earlier call left in ``folder`` when none has changed since.

    A folder that cannot be used costs time only: the log says so.
    """
    if folder is None:
        return decode_all(sources, framing)
    path = entry(folder, sources, framing)
    decoded = load(path)
    if decoded is None:
        decoded = decode_all(sources, framing)
        # Why a file cannot be read may lie outside it, where an entry's name does not notice that it was put right.
        if not any(reason == UNREADABLE for reason, _ in decoded.faults):
            save(path, decoded)
    return decoded


def entry(folder: Path, sources: Sequence[Source], framing: Framing) -> Path:
    """Where the decoded images belong: a digest of every path, size and time, of the framing, of the decoder
    and of what finds faces."""
    stamps = [(str(source.path.absolute()), *source.stamp()) for source in sources]
    content = [FORMAT, PIL.__version__, framing.key, stamps]
    return folder / f"{hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]}.npz"


def load(path: Path) -> Decoded | None:
    """What :func:`save` wrote, or None when there is nothing or it is torn (zip keeps a checksum of every part)."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            images, files = torch.from_numpy(stored["images"]), json.loads(str(stored["files"]))
        digests = [str(digest) for digest, *_ in files]
        sizes = [(int(width), int(height)) for _, (width, height), *_ in files]
        faults = [(str(reason), str(detail)) for _, _, (reason, detail), _ in files]
        notes = [tuple(str(one) for one in note) for *_, note in files]
    except _TORN as error:
        log.warning("The cache %s is torn (%s); the images are decoded anew.", path, error)
        return None
    touch(path)
    return Decoded(images, digests, sizes, faults, notes)


def save(path: Path, decoded: Decoded) -> None:
    """Write ``decoded``, whole or not at all; a folder that cannot be written to is logged, no more."""
    folder = printable(path.parent)
    if decoded.images.numel() > LIMIT:
        log.info("Decoded images are not remembered: they have more than the %d MB that are kept.", LIMIT // 2**20)
        return
    files = list(zip(decoded.digests, decoded.sizes, decoded.faults, decoded.notes, strict=True))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic(path) as part, part.open("wb") as file:
            np.savez(file, images=decoded.images.numpy(), files=np.array(json.dumps(files)))
        forget_oldest(path)
    except OSError as error:
        log.warning("Decoded images are not remembered: %s cannot be written (%s).", folder, error.strerror)
        return
    say_where(folder)


@cache
def say_where(folder: Path) -> None:
    """Tell once where images are remembered."""
    log.info("Decoded images are remembered in %s, %d MB at most; data.cache=null: nowhere.", folder, LIMIT // 2**20)


def forget_oldest(newest: Path) -> None:
    """Delete what was not used for longest beside ``newest`` until all have ``LIMIT`` bytes together; it stays.

    Only what emogan remembers counts and goes, known by its name: decoded images and recognisers.

    Raises:
        OSError: where the folder cannot be read, or an entry not be deleted.
    """
    entries = []
    for path in newest.parent.iterdir():
        if not _OURS.fullmatch(path.name):
            continue
        try:
            found = path.lstat()
        except OSError:  # another process was faster
            continue
        if stat.S_ISREG(found.st_mode):
            entries.append((path == newest, found.st_mtime_ns, found.st_size, path))
    total = sum(size for *_, size, _ in entries)
    for is_newest, _, size, path in sorted(entries):
        if total <= LIMIT or is_newest:
            return
        path.unlink(missing_ok=True)
        total -= size


def touch(path: Path) -> None:
    """Note that ``path`` is used now."""
    try:
        os.utime(path)
    except OSError:  # a cache that can only be read serves as well
        return
