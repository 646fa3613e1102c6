"""What a long job would need, before it starts."""

import io
import logging
import math
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from emogan.core.errors import UserError
from emogan.core.machine import memory, size
from emogan.sampling.asked import Look, People
from emogan.sampling.sampler import BATCH, Sampler

log = logging.getLogger(__name__)

MOST = 1_000_000  # images of one command: more files in a folder are a burden for every program
SHORT = 1_000  # images that are drawn without asking
LONG = 60.0  # seconds after which it is worth a word
BLOCK = 4096  # bytes that a small file takes of a disk, at least


@dataclass(frozen=True)
class Needs:
    """What drawing and writing images takes."""

    images: int
    seconds: float
    disk: int

    def __str__(self) -> str:
        return f"{self.images:,} images take about {duration(self.seconds)} and {size(self.disk)} of disk"


def check_possible(sampler: Sampler, images: int, look: Look, out: Path) -> None:
    """Raise a UserError when so many images are too many, or do not fit on the disk of ``out``; say what is long."""
    if images <= SHORT:
        return
    needs = measured(sampler, images, look)
    if images > MOST:
        raise UserError(
            f"So many are too much at once: {needs}; expected at most {MOST:,}. Draw fewer, and more of the"
            " same later with first=NUMBER."
        )
    free = shutil.disk_usage(out).free
    if needs.disk > free:
        raise UserError(f"{needs}, and out={out} has {size(free)} free: lower n, or give another folder with out=.")
    if needs.seconds > LONG:
        log.info("%s.", needs)


def check_memory(images: int, each: int, setting: str) -> None:
    """Raise a UserError when so many images of ``each`` bytes do not fit into half of the machine's memory."""
    if images * each > memory() / 2:
        raise UserError(
            f"{setting} is too much at once: {images:,} images take {size(images * each)} of memory, and this machine"
            f" has {size(memory())}; give fewer."
        )


def measured(sampler: Sampler, images: int, look: Look) -> Needs:
    """What ``images`` images take, from a few that are drawn and packed."""
    shown = {"": sampler.weights_of({"": {sampler.emotions[0]: 1.0}}, 1.0)[""]}
    began = time.monotonic()
    (portion,) = sampler.faces(shown, People(BATCH, 0, 0), look)
    packed = 0
    for image in portion.images:
        file = io.BytesIO()
        Image.fromarray(image.squeeze()).save(file, "PNG")
        packed += math.ceil(len(file.getvalue()) / BLOCK) * BLOCK
    return Needs(images, (time.monotonic() - began) / BATCH * images, packed // BATCH * images)


def duration(seconds: float) -> str:
    """A length of time in words, in the largest unit that fits."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 1.5 * length:
            return f"{seconds / length:,.0f} {unit}s"
    return f"{seconds:.0f} seconds"
