"""Decoded images, remembered on disk: a training that was started before starts at once.

An entry's name is a digest of all that its content depends on, so a changed file or setting has another entry; a torn
one fails its checksum. Neither is ever used. The folder may be deleted at any time.
"""

import hashlib
import io
import json
import logging
import os
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
import PIL
import torch

from emogan.data.decode import UNREADABLE, Framing
from emogan.data.decoded import Decoded, decode_files

log = logging.getLogger(__name__)

FORMAT = 1  # raise it when decoding or this file's layout changes

# What NumPy and zipfile raise for a damaged file, depending on where the damage lies.
_TORN = (
    *(OSError, ValueError, EOFError, LookupError, SyntaxError, NotImplementedError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, struct.error),
)


def folder_of(setting: str | None) -> Path | None:
    """The folder that ``data.cache`` names: None for null, the user's cache for ``auto``."""
    if setting is None:
        return None
    if setting == "auto":
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "emogan"
    return Path(setting).expanduser()


def decode_cached(paths: Sequence[Path], framing: Framing, folder: Path | None) -> Decoded:
    """Decode ``paths``, or take what an earlier call left in ``folder`` when no file has changed since.

    A folder that cannot be used costs time only: the log says so.
    """
    if folder is None:
        return decode_files(paths, framing)
    path = entry(folder, paths, framing)
    decoded = load(path)
    if decoded is None:
        decoded = decode_files(paths, framing)
        # Why a file cannot be read may lie outside it, where an entry's name does not notice that it was put right.
        if not any(reason == UNREADABLE for reason, _ in decoded.faults):
            save(path, decoded)
    return decoded


def entry(folder: Path, paths: Sequence[Path], framing: Framing) -> Path:
    """Where the decoded ``paths`` belong: a digest of every path, size and time, of the framing and of the decoder."""
    content = [FORMAT, PIL.__version__, asdict(framing), [(str(path.absolute()), *_stamp(path)) for path in paths]]
    return folder / f"{hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]}.npz"


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        stat = path.stat()
    except OSError:
        return ()
    # The time of the last change of the file's record cannot be set back: it gives away a same-sized image put in its
    # place with its time kept, as unzip and cp -p do.
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def load(path: Path) -> Decoded | None:
    """What :func:`save` wrote, or None when there is nothing or it is torn (zip keeps a checksum of every part)."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            images, files = torch.from_numpy(stored["images"]), json.loads(str(stored["files"]))
    except _TORN as error:
        log.warning("The cache %s is torn (%s); the images are decoded anew.", path, error)
        return None
    sizes = [(width, height) for _, (width, height), _ in files]
    faults = [(reason, detail) for _, _, (reason, detail) in files]
    return Decoded(images, [digest for digest, _, _ in files], sizes, faults)


def save(path: Path, decoded: Decoded) -> None:
    """Write ``decoded``, whole or not at all; a folder that cannot be written to is logged, no more."""
    files = list(zip(decoded.digests, decoded.sizes, decoded.faults, strict=True))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own: parallel trainings may write the same entry.
        with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
            try:
                np.savez(part, images=decoded.images.numpy(), files=np.array(json.dumps(files)))
                part.close()
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        log.warning("Decoded images are not remembered: %s cannot be written (%s).", path.parent, error.strerror)
