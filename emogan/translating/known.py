"""The pairs of a folder and what the recogniser reads in their pictures: read once, and remembered."""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from emogan.core.errors import UserError
from emogan.core.truth import PARTS
from emogan.data.cache import forget_oldest, touch
from emogan.recognition.reading import PACKAGED as READER
from emogan.recognition.reading import close_crops, packaged_reader
from emogan.runs.weights import read_weights, write_weights
from emogan.translating.pairs import CANVAS, SIZE, Pairs, read_pairs

log = logging.getLogger(__name__)

FORMAT = 1  # raise it when what is kept of a picture changes
ASIDE = 10  # of so many people, the last is kept aside
TENSORS = ("images", "shared", "placed", "actions", "strengths")


@dataclass(frozen=True, eq=False)
class Known:
    """Pairs, and the actions (S, 6, a) that the recogniser reads in them: what will be known of a photograph."""

    pairs: Pairs
    read: Tensor

    def __len__(self) -> int:
        return len(self.pairs)

    def part(self, these: Sequence[int]) -> "Known":
        """Some of the sessions."""
        chosen = list(these)
        tensors = {name: getattr(self.pairs, name)[chosen] for name in TENSORS}
        people = [self.pairs.people[place] for place in chosen]
        return Known(replace(self.pairs, **tensors, people=people), self.read[chosen])

    def taught(self) -> "Known":
        """Those that may be learnt from."""
        return self.part(range(len(self) - self._aside))

    def unseen(self) -> "Known":
        """Those that are kept aside: the last tenth of the people, one at least."""
        return self.part(range(len(self) - self._aside, len(self)))

    @property
    def _aside(self) -> int:
        return max(1, len(self) // ASIDE)


def known_pairs(root: Path, folder: Path | None, workers: int) -> Known:
    """What ``emogan render pairs=true dense=true`` wrote into ``root``.

    Args:
        folder: where it is remembered; None: nowhere.
        workers: processes that read the pictures.

    Raises:
        UserError: when there are no pairs, or their dense truth is missing.
    """
    path = folder / f"pairs_{_key(root)}.safetensors" if folder else None
    if path and path.is_file():
        try:
            touch(path)
            return _remembered(path)
        except (UserError, LookupError, ValueError) as error:
            log.warning("The pairs are read anew (%s).", error)
    log.info("Reading the pairs of %s: a picture takes about a tenth of a second.", root)
    pairs = read_pairs(root, packaged_reader().actions, workers)
    found = Known(pairs, read_actions(pairs))
    if path:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            tensors = {name: getattr(pairs, name) for name in TENSORS}
            write_weights({**tensors, "read": found.read}, {"people": json.dumps(list(pairs.people))}, path)
            forget_oldest(path)
        except OSError as error:
            log.warning("Pairs are not remembered: %s cannot be written (%s).", path.parent, error.strerror)
    return found


def read_actions(pairs: Pairs) -> Tensor:
    """The actions (S, 6, a) that the recogniser reads in all pictures."""
    edge = (CANVAS - SIZE) // 2
    faces = pairs.images[:, :, edge:-edge, edge:-edge].flatten(0, 1)[:, None]
    network = packaged_reader().network
    read = torch.cat([network.read(close_crops(some)).actions for some in faces.split(96)])
    actions: Tensor = read.unflatten(0, pairs.images.shape[:2])
    return actions


def _remembered(path: Path) -> Known:
    read = read_weights(path)
    tensors = {name: read.tensors[name] for name in TENSORS}
    return Known(Pairs(**tensors, people=json.loads(read.facts["people"])), read.tensors["read"])


def _key(root: Path) -> str:
    """Of all that the result depends on: where it lies, what is known of the pictures, who reads them."""
    digest = hashlib.sha256(json.dumps([FORMAT, str(root.resolve())]).encode())
    for part in (*sorted(root.glob(PARTS)), READER):
        digest.update(part.read_bytes())
    return digest.hexdigest()[:32]
