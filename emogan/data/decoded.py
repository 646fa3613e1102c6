"""Many images, decoded into one tensor, with what was wrong with the others."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from emogan.core import machine
from emogan.core.errors import UserError
from emogan.data.decode import Framing, decode
from emogan.data.index import Face, LeftOut
from emogan.data.reading import Source, UnusableImageError
from emogan.finding.choosing import NO_FACE
from emogan.finding.finder import FoundFace

AS_IT_IS = "data.crop=square takes images as they are"
SOUND = ("", "")  # the fault of an image that is usable


@dataclass(frozen=True)
class Decoded:
    """What became of a list of n images; the lists are in its order.

    Attributes:
        images: uint8 (usable images, channels, image_size, image_size), in the order of the usable ones.
        digests: SHA-256 of each image file's bytes; "" where it could not be read.
        sizes: each one's own (width, height), as it is looked at; (0, 0) where it is not usable.
        faults: reason and detail of each that is not usable; two empty strings for the others.
        notes: what was done to each that a person may want to know.
        found: where each one's face is, where one was looked for; empty where the images were remembered.
    """

    images: Tensor
    digests: list[str]
    sizes: list[tuple[int, int]]
    faults: list[tuple[str, str]]
    notes: list[tuple[str, ...]]
    found: list[FoundFace | None] = field(default_factory=list)

    def usable(self) -> list[int]:
        """Positions, in the list, of those that ``images`` holds."""
        return [position for position, fault in enumerate(self.faults) if fault == SOUND]

    def split(self, lengths: Sequence[int]) -> list["Decoded"]:
        """The parts of the list that have these lengths, one after another; their images are views."""
        parts, start, row = [], 0, 0
        for length in lengths:
            end = start + length
            faults = self.faults[start:end]
            rows = row + faults.count(SOUND)
            lists = (self.digests[start:end], self.sizes[start:end], faults, self.notes[start:end])
            parts.append(Decoded(self.images[row:rows], *lists, self.found[start:end]))
            start, row = end, rows
        return parts

    def left_out(self, faces: Sequence[Face]) -> list[LeftOut]:
        """The faces, whose images these are, that are not usable."""
        return [
            LeftOut(face.path, reason, detail, irregular=True)
            for face, (reason, detail) in zip(faces, self.faults, strict=True)
            if reason
        ]

    def counted_notes(self) -> Counter[str]:
        """How many of the usable images each note is about."""
        return Counter(note for position in self.usable() for note in self.notes[position])


def check_memory(count: int, framing: Framing, remedy: str) -> None:
    """Raise a UserError, with ``remedy``, when so many framed images take more than half of the machine's memory.

    Half, because they are copied once when they are put together.
    """
    needed, there = framing.bytes_of(count), machine.memory()
    if needed > there / 2:
        raise UserError(
            f"{count:,} images with image_size={framing.image_size} take {machine.size(needed)}, and this machine has"
            f" {machine.size(there)} of memory, of which they may take half: {remedy}."
        )


def decode_all(
    sources: Sequence[Source], framing: Framing, watch: Callable[[Sequence[Path]], Iterable[Path]] = iter
) -> Decoded:
    """Decode every image.

    Args:
        watch: passes their paths on one by one; a progress bar looks on in here.
    """
    images: list[Tensor] = []
    digests: list[str] = []
    sizes: list[tuple[int, int]] = []
    faults: list[tuple[str, str]] = []
    notes: list[tuple[str, ...]] = []
    found: list[FoundFace | None] = []
    for source, _ in zip(sources, watch([source.path for source in sources]), strict=True):
        digest, size, fault = "", (0, 0), SOUND
        note: tuple[str, ...] = ()
        face: FoundFace | None = None
        try:
            content = source.read()
            digest = hashlib.sha256(content).hexdigest()
            image, size, note, face = decode(content, framing)
            images.append(image)
        except UnusableImageError as error:
            fault = (error.reason, f"{error.detail}; {AS_IT_IS}" if error.reason == NO_FACE else error.detail)
        digests.append(digest)
        sizes.append(size)
        faults.append(fault)
        notes.append(note)
        found.append(face)
    nothing = torch.empty(0, framing.channels, framing.image_size, framing.image_size, dtype=torch.uint8)
    return Decoded(torch.stack(images) if images else nothing, digests, sizes, faults, notes, found)
