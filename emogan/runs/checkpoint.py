"""Checkpoints on disk: whole or not at all, sealed with a checksum, read without running anything that is in them."""

import logging
import os
import pickletools
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

import torch
from torch import Tensor

import emogan
from emogan.core.errors import DamagedFileError as DamagedFileError
from emogan.core.errors import UserError
from emogan.core.files import atomic, utf8_name
from emogan.runs.plain import check_plain, values_in
from emogan.runs.seal import SealedFile, seal_holds
from emogan.runs.version import check_version

log = logging.getLogger(__name__)

LAST, PREVIOUS = "last.ckpt", "previous.ckpt"
VERSION = "emogan"  # the key of a checkpoint that says who wrote it: such a checkpoint is sealed
LONGEST_INDEX = 1 << 20  # bytes of a checkpoint beside its tensors; the paper's has 25 kB
# All that a checkpoint's index may name: more would let a few bytes ask for gigabytes, as bytearray does.
_NAMED = {"collections OrderedDict", "torch._utils _rebuild_tensor_v2"}
_EXPECTED = "expected RUN/checkpoints/last.ckpt that emogan train left"


def write_checkpoint(content: Mapping[str, Any], path: Path) -> None:
    """Write ``content`` to ``path``, on the disk itself, whole or not at all; what was there becomes ``previous.ckpt``.

    Killed at any moment, there is a whole checkpoint at ``path`` or beside it: :func:`sound_checkpoint` finds it.

    Raises:
        OSError: when the disk is full or cannot be written to; then everything stays as it was.
    """
    with atomic(path) as part:
        with part.open("wb") as file:
            sealed = SealedFile(file)
            try:
                torch.save({**content, VERSION: emogan.__version__}, cast(IO[bytes], sealed))
            except RuntimeError as error:
                if sealed.error:  # which PyTorch turns into an error without a reason
                    raise sealed.error from error
                raise
            sealed.seal()
            file.flush()
            os.fsync(file.fileno())  # before the one that was there gives way
        # No second name by a hard link: many mounted drives have none.
        if path.exists():
            path.replace(path.with_name(PREVIOUS))
    _sync_folder(path.parent)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """The content of a checkpoint, its tensors mapped from the disk; nothing in it runs or fills the memory.

    Its ``epoch`` is a whole number, ``state_dict`` holds tensors by name, ``hyper_parameters["settings"]`` plain values
    by name. All that is in it, counted as often as it is, is of a bounded number and depth, and its tensors together
    are no larger than the file; else it is as it was written.

    Raises:
        DamagedFileError: when it is not what was written.
        UserError: when it is not there, is no checkpoint of emogan, or one of a newer version.
    """
    try:
        sealed = seal_holds(path)
        if sealed is False:
            raise DamagedFileError(f"{path} is damaged (its checksum does not fit): use another checkpoint of its run.")
        _check_archive(path, crc=sealed is None)
        with utf8_name(path) as name:
            content: Any = torch.load(name, map_location="cpu", weights_only=True, mmap=True)
    except UserError:
        raise
    except FileNotFoundError as error:
        raise UserError(f"{path} does not exist: {_EXPECTED}.") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror or error}): {_EXPECTED}.") from error
    except Exception as error:  # PyTorch promises none in particular
        raise UserError(f"{path} cannot be read as a checkpoint of emogan: {_EXPECTED}.") from error
    if not isinstance(content, dict):
        raise UserError(f"{path} cannot be read as a checkpoint of emogan: {_EXPECTED}.")
    check_version(content.get(VERSION), path)
    if VERSION in content and sealed is None:
        raise DamagedFileError(f"{path} is damaged (its checksum is gone): use another checkpoint of its run.")
    _check_content(content, path)
    return content


def sound_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint in a folder of checkpoints (``RUN/checkpoints``) that can be read, or None.

    The log warns of one that cannot.
    """
    for path in (folder / LAST, folder / PREVIOUS):
        if path.is_file():
            try:
                read_checkpoint(path)
            except UserError as error:
                log.warning("%s", error)
            else:
                return path
    return None


def _check_archive(path: Path, crc: bool) -> None:
    """Look at a checkpoint's table of contents before anything is unpacked: everything in it is stored as it is.

    Args:
        crc: verify the zip's own checksums as well, for a file without a seal.
    """
    damaged = f"{path} is damaged (%s): use another checkpoint of its run."
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            raise UserError(f"{path} cannot be read as a checkpoint of emogan: {_EXPECTED}.")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = [part.filename.lower() for part in parts]
            stored = all(part.compress_type == zipfile.ZIP_STORED for part in parts)
            if not stored or len(set(names)) < len(names) or sum(p.file_size for p in parts) > path.stat().st_size:
                raise UserError(f"{path} is packed as no checkpoint of emogan is, and is not opened: {_EXPECTED}.")
            if crc and (bad := archive.testzip()):
                raise DamagedFileError(damaged % f"in its part {bad}")
            index = [part for part in parts if part.filename.endswith("/data.pkl")]
            if len(index) != 1 or index[0].file_size > LONGEST_INDEX:
                raise UserError(f"{path} cannot be read as a checkpoint of emogan: {_EXPECTED}.")
            named = {str(word) for step, word, _ in pickletools.genops(archive.read(index[0])) if step.name == "GLOBAL"}
    except zipfile.BadZipFile as error:
        raise DamagedFileError(damaged % "torn") from error
    for name in named - _NAMED:
        if not (name.startswith("torch ") and name.endswith("Storage")):
            raise UserError(f"{path} names {name.replace(' ', '.')}, and is not opened: {_EXPECTED}.")


def _check_content(content: Mapping[str, Any], path: Path) -> None:
    try:
        # A tensor may claim to be larger than what is stored of it.
        size = sum(value.nbytes for value in values_in(content) if isinstance(value, Tensor))
    except ValueError as error:
        raise UserError(f"{path} is no checkpoint of emogan ({error}): {_EXPECTED}.") from error
    if size > path.stat().st_size:
        raise UserError(f"{path} is no checkpoint of emogan (its tensors are larger than it): {_EXPECTED}.")
    epoch, state, kept = (content.get(key) for key in ("epoch", "state_dict", "hyper_parameters"))
    settings = kept.get("settings") if isinstance(kept, dict) else None
    for fine, what in (
        (type(epoch) is int and epoch >= 0, "epoch"),
        (isinstance(state, dict) and all(map(_is_named_tensor, state.items())), "state_dict"),
        (isinstance(settings, dict) and all(isinstance(key, str) for key in settings), "settings"),
    ):
        if not fine:
            raise UserError(f"{path} is no checkpoint of emogan (its {what} is none): {_EXPECTED}.")
    try:
        check_plain(settings)
    except ValueError as error:
        raise UserError(f"{path} is no checkpoint of emogan (its settings hold {error}): {_EXPECTED}.") from error


def _is_named_tensor(item: tuple[object, object]) -> bool:
    return isinstance(item[0], str) and isinstance(item[1], Tensor)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not every system opens folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
