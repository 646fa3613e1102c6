"""Many image files, decoded into one tensor, with what was wrong with the others."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from emogan.data.decode import Framing, UnusableImageError, decode, read_bytes
from emogan.data.index import Face, LeftOut


@dataclass(frozen=True)
class Decoded:
    """What became of a list of n files; the lists are in its order.

    Attributes:
        images: uint8 (usable files, channels, image_size, image_size), in the order of the usable ones.
        digests: SHA-256 of each file's bytes; "" where it could not be read.
        sizes: each file's own (width, height); (0, 0) where it is not usable.
        faults: reason and detail of each file that is not usable; two empty strings for the others.
    """

    images: Tensor
    digests: list[str]
    sizes: list[tuple[int, int]]
    faults: list[tuple[str, str]]

    def usable(self) -> list[int]:
        """Positions, in the list of files, of those that ``images`` holds."""
        return [position for position, fault in enumerate(self.faults) if fault == ("", "")]

    def left_out(self, faces: Sequence[Face]) -> list[LeftOut]:
        """The faces, whose files these are, that are not usable."""
        return [
            LeftOut(face.path, reason, detail, irregular=True)
            for face, (reason, detail) in zip(faces, self.faults, strict=True)
            if reason
        ]


def decode_files(
    paths: Sequence[Path], framing: Framing, watch: Callable[[Sequence[Path]], Iterable[Path]] = iter
) -> Decoded:
    """Decode every file.

    Args:
        watch: passes the paths on one by one; a progress bar looks on in here.
    """
    images, digests, sizes, faults = [], [], [], []
    for path in watch(paths):
        digest, size, fault = "", (0, 0), ("", "")
        try:
            content = read_bytes(path)
            digest = hashlib.sha256(content).hexdigest()
            image, size = decode(content, framing)
            images.append(image)
        except UnusableImageError as error:
            fault = (error.reason, error.detail)
        digests.append(digest)
        sizes.append(size)
        faults.append(fault)
    nothing = torch.empty(0, framing.channels, framing.image_size, framing.image_size, dtype=torch.uint8)
    return Decoded(torch.stack(images) if images else nothing, digests, sizes, faults)
