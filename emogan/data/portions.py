"""Decoded images in a file in the cache, from which they are read: for databases larger than memory.

``NAME.images`` holds the pixels of the usable ones, one after another; ``NAME.portions`` a line for each portion that
is there, with what became of its images and the SHA-256 of its pixels. Decoding that was killed goes on after the last
line. A portion whose pixels are no longer those of its line is decoded again, and no other.
"""

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from filelock import FileLock

from emogan.core import machine
from emogan.core.errors import UserError
from emogan.core.files import atomic_write
from emogan.core.names import printable
from emogan.data.cache import decode_cached, entry, touch
from emogan.data.decode import Framing
from emogan.data.decoded import SOUND, Decoded, decode_all
from emogan.data.keeping import GB, INSTEAD, Keeping, check_disk
from emogan.data.mapped import PORTION, mapped
from emogan.data.reading import UNREADABLE, Source, UnusableImageError

log = logging.getLogger(__name__)

MOST_IMAGES = 1000  # of a portion: where faces are looked for, a minute's work
IMAGES, LINES, LOCK = ".images", ".portions", ".lock"


@dataclass(frozen=True)
class Portion:
    """What became of some images, as :class:`Decoded` has it, and the SHA-256 of the pixels of the usable ones."""

    digests: list[str]
    sizes: list[tuple[int, int]]
    faults: list[tuple[str, str]]
    notes: list[tuple[str, ...]]
    pixels: str

    def line(self) -> bytes:
        """As a line of text, after a SHA-256 of its own."""
        files = list(zip(self.digests, self.sizes, self.faults, self.notes, strict=True))
        text = json.dumps([self.pixels, files]).encode()
        return hashlib.sha256(text).hexdigest().encode() + b" " + text + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> "Portion | None":
        """What :meth:`line` wrote; None where a byte of it has changed."""
        digest, _, text = line.removesuffix(b"\n").partition(b" ")
        if digest != hashlib.sha256(text).hexdigest().encode() or not line.endswith(b"\n"):
            return None
        pixels, files = json.loads(text)
        faults = [SOUND if not reason else (reason, detail) for _, _, (reason, detail), _ in files]
        sizes = [(width, height) for _, (width, height), *_ in files]
        return cls([one[0] for one in files], sizes, faults, [tuple(one[3]) for one in files], pixels)


def decode_together(groups: Sequence[Sequence[Source]], framing: Framing, keeping: Keeping) -> list[Decoded]:
    """Several lists of images, each decoded, or taken from what is remembered; where they are too many for memory
    they lie in one file, in this order.

    Raises:
        UserError: as :func:`decode_mapped`.
    """
    if not keeping.maps(sum(map(len, groups)), framing):
        return [decode_cached(group, framing, keeping.folder if group else None) for group in groups]
    whole = decode_mapped([source for group in groups for source in group], framing, keeping)
    return whole.split([len(group) for group in groups])


class ChangedError(Exception):
    """A portion that was decoded again is another one than before."""


def decode_mapped(sources: Sequence[Source], framing: Framing, keeping: Keeping) -> Decoded:
    """Decode images into a file of the cache, or take what is there; ``images`` is read from it.

    Raises:
        UserError: when the file cannot be written, or has no room.
    """
    assert keeping.folder is not None
    kept = Kept(entry(keeping.folder, sources, framing), sources, framing)
    decoded = kept.load()
    if decoded is None:
        try:
            keeping.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(kept.path.with_suffix(LOCK)):  # whoever else decodes them is waited for
                decoded = kept.load() or kept.fill(keeping)
        except OSError as error:
            raise UserError(
                f"{len(sources):,} images cannot be kept in {printable(keeping.folder)} ({error.strerror or error});"
                f" the next start goes on from what is there: free some room, or {INSTEAD} data.in_memory."
            ) from error
    touch(kept.path)
    return decoded


class Kept:
    """The two files of one database."""

    def __init__(self, path: Path, sources: Sequence[Source], framing: Framing) -> None:
        self.path, self.lines = path.with_suffix(IMAGES), path.with_suffix(LINES)
        self.sources, self.framing = sources, framing
        self.each = framing.bytes_of(1)
        self.step = max(1, min(MOST_IMAGES, PORTION // self.each))

    def load(self) -> Decoded | None:
        """What the files hold, every byte checked; None where that is not all, or not what was written."""
        there = self._portions()
        if sum(len(portion.digests) for portion in there) != len(self.sources):
            return None
        try:
            with self.path.open("rb") as file:
                if not all(self._sound(file, there)):
                    log.warning("The cache %s is torn; the images that are damaged are decoded anew.", self.path)
                    return None
                decoded = self._decoded(file, there)
        except OSError:
            return None
        return decoded if self._still_unreadable(decoded) else None

    def fill(self, keeping: Keeping) -> Decoded:
        """Decode what is missing or damaged.

        Raises:
            UserError: when there is no room.
            OSError: when the files cannot be written.
        """
        size = self.path.stat().st_size if self.path.is_file() else 0
        forget_others(self.path, keeping.on_disk * GB - self.framing.bytes_of(len(self.sources)))
        check_disk(len(self.sources), self.framing, self.path.parent, size)
        about = machine.size(self.framing.bytes_of(len(self.sources))), keeping.on_disk
        log.info("Decoded images are kept in %s, %s; all such files have %g GB at most.", self.path, *about)
        try:
            return self._fill()
        except ChangedError:
            log.warning("The images in the cache %s are others now: all are decoded anew.", self.path)
            self.path.unlink()
            self.lines.unlink()
            return self._fill()

    def _fill(self) -> Decoded:
        there = self._portions()
        if there:
            log.info("Of %d portions of images %d are there already.", -(-len(self.sources) // self.step), len(there))
        atomic_write(self.lines, b"".join(portion.line() for portion in there))  # what follows is no line
        self.path.touch()  # r+b makes no file, and ab writes nowhere but at its end
        with self.path.open("r+b") as file, self.lines.open("ab") as lines:
            sound, offset = list(self._sound(file, there)), 0
            for number, start in enumerate(range(0, len(self.sources), self.step)):
                known = number < len(sound)
                if not known or not sound[number]:
                    portion, pixels = self._decode(self.sources[start : start + self.step])
                    if known and portion != there[number]:
                        raise ChangedError
                    file.seek(offset)
                    file.write(pixels.data)
                    file.flush()
                    if not known:  # after its pixels: a line says that they are there
                        lines.write(portion.line())
                        lines.flush()
                        there.append(portion)
                offset += self._size(there[number])
            return self._decoded(file, there)

    def _decode(self, sources: Sequence[Source]) -> "tuple[Portion, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]":
        decoded = decode_all(sources, self.framing)
        pixels = decoded.images.numpy()
        digest = hashlib.sha256(pixels.data).hexdigest()
        return Portion(decoded.digests, decoded.sizes, decoded.faults, decoded.notes, digest), pixels

    def _portions(self) -> list[Portion]:
        """Those of the lines that are whole, up to the first that is not."""
        found: list[Portion] = []
        try:
            with self.lines.open("rb") as lines:
                for line in lines:
                    if (portion := Portion.of_line(line)) is None:
                        break
                    found.append(portion)
        except OSError:
            return []
        return found

    def _sound(self, file: IO[bytes], portions: Sequence[Portion]) -> Iterator[bool]:
        """Whether the pixels of each are what they were."""
        file.seek(0)
        for portion in portions:
            yield hashlib.sha256(file.read(self._size(portion))).hexdigest() == portion.pixels

    def _size(self, portion: Portion) -> int:
        return portion.faults.count(SOUND) * self.each

    def _decoded(self, file: IO[bytes], portions: Sequence[Portion]) -> Decoded:
        usable = sum(portion.faults.count(SOUND) for portion in portions)
        shape = (usable, self.framing.channels, self.framing.image_size, self.framing.image_size)
        digests = [one for portion in portions for one in portion.digests]
        sizes = [one for portion in portions for one in portion.sizes]
        faults = [one for portion in portions for one in portion.faults]
        notes = [one for portion in portions for one in portion.notes]
        return Decoded(mapped(file, shape, self.path.parent), digests, sizes, faults, notes)

    def _still_unreadable(self, decoded: Decoded) -> bool:
        """False, and the files are gone, where an image that could not be read can be now."""
        for source, fault in zip(self.sources, decoded.faults, strict=True):
            if fault[0] != UNREADABLE:
                continue
            try:
                source.read()
            except UnusableImageError as error:
                if (error.reason, error.detail) == fault:
                    continue
            self.path.unlink()
            self.lines.unlink()
            return False
        return True


def forget_others(newest: Path, most: float) -> None:
    """Delete what was not used for longest beside ``newest`` until the others have ``most`` bytes together.

    Raises:
        OSError: where the folder cannot be read, or a file not be deleted.
    """
    others = [path for path in newest.parent.glob(f"{'[0-9a-f]' * 32}{IMAGES}") if path != newest and path.is_file()]
    found = sorted((path.stat().st_mtime_ns, path.stat().st_size, path) for path in others)
    total = sum(size for _, size, _ in found)
    for _, size, path in found:
        if total <= most:
            return
        path.unlink(missing_ok=True)
        for suffix in (LINES, LOCK):
            path.with_suffix(suffix).unlink(missing_ok=True)
        total -= size
