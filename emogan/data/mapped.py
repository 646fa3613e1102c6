"""Images that lie in a file: a tensor whose rows are read when they are looked at, and memory stays free.

What is chosen of very many is again very many. Where it is a range, it is a view; else it is written to a file that
goes with the tensor.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor

from emogan.core.errors import UserError

PORTION = 2**26  # bytes that are held in memory at once

# The folder of the file behind each storage. Every view of a tensor has the same storage.
_FOLDERS: WeakKeyDictionary[torch.UntypedStorage, Path] = WeakKeyDictionary()


def mapped(file: IO[bytes], shape: tuple[int, ...], folder: Path) -> Tensor:
    """The uint8 values at the beginning of ``file`` as a tensor of ``shape``; what is written to it, no file gets.

    Args:
        folder: where files may be made of what is chosen of it.
    """
    if not shape[0]:
        return torch.empty(shape, dtype=torch.uint8)
    images = torch.from_numpy(np.memmap(file, np.uint8, "c", shape=shape))
    _FOLDERS[images.untyped_storage()] = folder
    return images


def is_mapped(images: Tensor) -> bool:
    """Whether ``images`` lie in a file."""
    return images.untyped_storage() in _FOLDERS


def picked(images: Tensor, places: Tensor) -> Tensor:
    """``images[places]``, in a file where these are many and lie in one already.

    Raises:
        UserError: when it cannot be written.
    """
    if not is_mapped(images) or not len(places):
        return images[places]
    first = int(places[0])
    if torch.equal(places, torch.arange(first, first + len(places))):
        return images[first : first + len(places)]
    if len(places) * images[0].nbytes <= PORTION:
        return images[places]
    step = max(1, PORTION // images[0].nbytes)
    shape = (len(places), *images.shape[1:])
    return _written((images[some] for some in places.split(step)), shape, _FOLDERS[images.untyped_storage()])


def joined(parts: Sequence[Tensor]) -> Tensor:
    """``torch.cat(parts)``, without a copy where they lie one after another in a file.

    Raises:
        UserError: when it cannot be written.
    """
    some = [part for part in parts if len(part)] or list(parts[:1])
    if len(some) == 1 or not any(map(is_mapped, some)):
        return some[0] if len(some) == 1 else torch.cat(some)
    shape = (sum(map(len, some)), *some[0].shape[1:])
    if all(_follows(one, other) for one, other in pairwise(some)):
        return some[0].as_strided(shape, some[0].stride())
    if sum(part.nbytes for part in some) <= PORTION:
        return torch.cat(some)
    step = max(1, PORTION // some[0][0].nbytes)
    folder = next(_FOLDERS[part.untyped_storage()] for part in some if is_mapped(part))
    return _written((one for part in some for one in part.split(step)), shape, folder)


def _follows(one: Tensor, other: Tensor) -> bool:
    same: bool = one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()
    return same and int(one.storage_offset()) + one.numel() == int(other.storage_offset())


def _written(portions: Iterable[Tensor], shape: tuple[int, ...], folder: Path) -> Tensor:
    """A file without a name. It is written as one, not through its map: a full disk is an error then, no signal."""
    try:
        with TemporaryFile(dir=folder) as file:
            for portion in portions:
                file.write(portion.numpy().data)
            file.flush()
            return mapped(file, shape, folder)
    except OSError as error:
        raise UserError(
            f"The {shape[0]:,} images that are used cannot be written to {folder} ({error.strerror or error}): free"
            " some room there, or give another folder with data.cache=FOLDER."
        ) from error
