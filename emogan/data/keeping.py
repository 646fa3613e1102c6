"""Where decoded images are kept: in memory, or, where they are too many, in a file in the cache."""

import math
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emogan.core import machine
from emogan.core.errors import UserError
from emogan.data.cache import folder_of
from emogan.data.decode import Framing
from emogan.data.decoded import check_memory

GB = 10**9
INSTEAD = "give another folder with data.cache=FOLDER, a lower image_size or, to keep them in memory, a higher"


@dataclass(frozen=True)
class Keeping:
    """Where decoded images are kept.

    Attributes:
        folder: of the cache; None: nowhere, and all of them in memory.
        in_memory: GB of decoded images that are kept there; more stay in a file in ``folder``.
        on_disk: GB that all such files may have together.
    """

    folder: Path | None
    in_memory: float = math.inf
    on_disk: float = math.inf

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Keeping":
        """What the settings of a database of faces say."""
        return cls(folder_of(data["cache"]), data["in_memory"], data["on_disk"])

    def maps(self, count: int, framing: Framing) -> bool:
        """Whether so many framed images are read from a file."""
        return self.folder is not None and framing.bytes_of(count) > self.in_memory * GB

    def check_room(self, count: int, framing: Framing, remedy: str) -> None:
        """Raise a UserError, with ``remedy``, when there is no room for so many framed images."""
        if not self.maps(count, framing):
            how = "data.cache=FOLDER" if self.folder is None else "a lower data.in_memory"
            check_memory(count, framing, f"{remedy}, or keep them on disk with {how}")
        elif (needed := framing.bytes_of(count)) > self.on_disk * GB:
            raise UserError(
                f"{_told(count, framing)}, more than the data.on_disk={self.on_disk:g} GB that may be kept there: raise"
                f" it to {math.ceil(needed / GB)}, or {INSTEAD} data.in_memory."
            )


IN_MEMORY = Keeping(None)  # and nothing is remembered


def check_disk(count: int, framing: Framing, folder: Path, there: int) -> None:
    """Raise a UserError when the disk of ``folder`` has no room for so many framed images.

    Args:
        there: bytes of them that lie there already.

    Raises:
        OSError: where the disk does not tell.
    """
    free = shutil.disk_usage(folder).free
    if framing.bytes_of(count) - there > free:
        raise UserError(
            f"{_told(count, framing)}, and {folder} has room for {machine.size(free)}: free some, or {INSTEAD}"
            " data.in_memory."
        )


def _told(count: int, framing: Framing) -> str:
    size = machine.size(framing.bytes_of(count))
    return f"{count:,} images with image_size={framing.image_size} take {size} of disk"
