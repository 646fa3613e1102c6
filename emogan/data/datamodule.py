"""The LightningDataModules: images decoded once, kept in memory or in a file, served in reproducible batches."""

import logging
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor

from emogan.core import emotions
from emogan.core.emotions import Asked, Emotion
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.data.batches import Bank, Batches, BatchPlan, EpochBatches, Examples, ImageBank
from emogan.data.choose import in_turns
from emogan.data.decode import Framing
from emogan.data.decoded import AS_IT_IS, Decoded
from emogan.data.index import Face, Index, LeftOut, counted, digest_of
from emogan.data.keeping import Keeping
from emogan.data.mapped import joined, picked
from emogan.data.partners import PartnerBank, groups_of
from emogan.data.people import People, keep
from emogan.data.portions import decode_together
from emogan.data.variations import AS_THEY_ARE, Variations
from emogan.finding.choosing import NO_FACE

log = logging.getLogger(__name__)

FEWEST = 2  # batch norm cannot train on one image


class ImageDataModule(pl.LightningDataModule, ABC):
    """Batches of decoded images, float (n, channels, image_size, image_size).

    Args:
        variations, centred: see :class:`ImageBank`.

    Attributes:
        images: uint8 (n, channels, image_size, image_size), once set up.
        emotions: int64 (n,), the place of each image's emotion in the paper's menu, from 0.
        strengths: float (n,), how strong each expression is; 1 is full.
        groups: int64 (n,), which images come together, see :class:`PartnerBank`; None: each comes alone.
        digest: SHA-256 of the images used.
        left_out: what the database holds beside them, with reasons.
    """

    def __init__(self, batch_size: int, variations: Variations, centred: bool, seed: int) -> None:
        super().__init__()
        self.batch_size, self.seed = batch_size, seed
        self.variations, self.centred = variations, centred
        self.images = torch.empty(0)
        self.emotions = torch.empty(0, dtype=torch.int64)
        self.strengths = torch.empty(0)
        self.groups: Tensor | None = None
        self.digest = ""
        self.left_out: list[LeftOut] = []

    @abstractmethod
    def load(self) -> None:
        """Set ``images``, ``emotions``, ``digest`` and ``left_out``; ``strengths`` too, where not all are full."""

    def setup(self, stage: str | None = None) -> None:
        """Read, choose and decode the images; the second call does nothing.

        Raises:
            UserError: when there are no such images, or fewer than needed.
        """
        if not len(self.images):
            self.load()
            if not len(self.strengths):
                self.strengths = torch.ones(len(self.emotions))

    def train_dataloader(self) -> Batches:
        """Batches in an order that depends on (seed, epoch) only."""
        alone = ImageBank(self.images, self.emotions, self.strengths, self.variations, self.centred)
        bank: Bank = alone if self.groups is None else PartnerBank(alone, self.groups)
        return Batches(bank, EpochBatches(self.emotions, self.batch_size, self.seed))

    def on_before_batch_transfer(self, batch: Any, dataloader_idx: int) -> Any:
        """On its way to a GPU a batch lies in pinned memory: then it is copied while the GPU works."""
        if self.trainer is None or self.trainer.strategy.root_device.type != "cuda":
            return batch
        return type(batch)(*(part.pin_memory() for part in batch))

    def real_batch(self, count: int) -> Examples:
        """``count`` images, the first of each emotion, without variations, in the training's range of values."""
        kinds = self.emotions.unique()
        each = max(count // len(kinds), 1)
        places = torch.cat([(self.emotions == kind).nonzero()[:each, 0] for kind in kinds])
        bank = ImageBank(self.images, self.emotions, self.strengths, AS_THEY_ARE, self.centred)
        return bank[BatchPlan(places, 0)]


class FaceDataModule(ImageDataModule):
    """The faces of one emotion, of several, or of all six.

    Args:
        read: reads the database; gives an :class:`Index`.
        people: whose faces: of those that may be learnt from, of those kept aside, or of all.
        emotion: the emotion to train on, by any of its names, or a list of them; ``todas`` means all six.
        framing: how an image becomes a tensor.
        cache, in_memory, on_disk: where decoded images are kept, see :class:`emogan.data.keeping.Keeping`.
        samples_per_emotion: how many images of each to use, spread over people; None uses all.
        partners: give each image with another one of its person and session.
        graded: learn how strong each expression is, where the database says so; else all count as full.
        batches: see :class:`ImageDataModule`.

    Attributes:
        faces: the images used, once set up.
    """

    def __init__(
        self,
        read: Callable[[], Index],
        people: People,
        emotion: Asked,
        framing: Framing,
        cache: str | None,
        in_memory: float,
        on_disk: float,
        samples_per_emotion: int | None,
        graded: bool,
        partners: bool,
        **batches: Any,
    ) -> None:
        super().__init__(**batches)
        self.read, self.people, self.emotion, self.framing = read, people, emotion, framing
        self.kept: dict[str, Any] = {"cache": cache, "in_memory": in_memory, "on_disk": on_disk}
        self.samples_per_emotion, self.graded = samples_per_emotion, graded
        self.partners = partners
        self.faces: list[Face] = []

    def load(self) -> None:
        chosen = emotions.chosen(self.emotion)
        index = keep(self.read(), self.people)
        for note in index.notes:
            log.info("%s: %s.", printable(note.path), note.text)
        for remark in index.remarks:
            log.info("%s.", remark)
        check_there(chosen, index, self.people)
        number = Counter(face.emotion for face in index.faces)
        count = sum(min(number[emotion], self.samples_per_emotion or number[emotion]) for emotion in chosen)
        keeping = Keeping.of(self.kept)
        keeping.check_room(
            count, self.framing, "give a lower image_size, or fewer images with samples_per_emotion=NUMBER"
        )
        wanted = (None, *chosen)
        self.left_out = [item for item in index.left_out if item.face is None or item.face.emotion in wanted]
        turns = {e: in_turns([face for face in index.faces if face.emotion is e], self.seed) for e in chosen}
        tried = [by_path(turns[emotion][: self.samples_per_emotion]) for emotion in chosen]
        decoded = decode_together([[face.source for face in some] for some in tried], self.framing, keeping)
        parts, files = [], []
        for emotion, some, first in zip(chosen, tried, decoded, strict=True):
            images, digests = self._usable(emotion, turns[emotion], some, first, keeping, index)
            parts.append(images)
            files += digests
        self.images, self.digest = joined(parts), digest_of(files)
        self.emotions = torch.tensor([face.emotion.number - 1 for face in self.faces if face.emotion])
        if self.graded:
            self.strengths = torch.tensor([face.strength for face in self.faces])
        if self.partners:
            self.groups = groups_of(self.faces)
        people, name = len({face.person for face in self.faces if not face.anonymous}), emotions.canonical(self.emotion)
        whose = f" from {people} people" if people else ""
        log.info("%d images of %s%s under %s.", len(self.faces), name, whose, printable(index.root))
        for reason, count in counted(item for item in self.left_out if item.image):
            log.info("Left out %d: %s.", count, reason)

    def _usable(
        self,
        emotion: Emotion,
        turns: list[Face],
        tried: list[Face],
        decoded: Decoded,
        keeping: Keeping,
        index: Index,
    ) -> tuple[Tensor, list[tuple[str, str]]]:
        """The images of one emotion, by path, each with name and digest; their faces go to ``faces``.

        Args:
            turns: all its faces, in the order in which they are chosen.
            tried: the first of them, by path; ``decoded`` is what became of their images.
        """
        wanted, needed = self.samples_per_emotion or len(turns), max(self.samples_per_emotion or FEWEST, FEWEST)
        faces: list[Face] = []
        digests: list[str] = []
        parts: list[Tensor] = []
        notes: Counter[str] = Counter()
        turns = turns[len(tried) :]
        # No more are decoded than are wanted: for each that is of no use, the next one.
        while True:
            unusable = decoded.left_out(tried)
            for item in unusable:
                log.warning("Left out %s: %s.", printable(item.path), item)
            self.left_out += unusable
            notes += decoded.counted_notes()
            faces += [tried[place] for place in decoded.usable()]
            digests += [decoded.digests[place] for place in decoded.usable()]
            parts.append(decoded.images)
            missing = wanted - len(faces)
            if not turns or not missing:
                break
            tried, turns = by_path(turns[:missing]), turns[missing:]
            (decoded,) = decode_together([[face.source for face in tried]], self.framing, keeping)
        for note, count in notes.most_common():
            log.info("%d of %s: %s.", count, emotion, note)
        if len(faces) < needed:
            faceless = sum(item.reason == NO_FACE for item in self.left_out)
            raise too_few(emotion, len(faces), needed, index, self.people, faceless)
        order = sorted(range(len(faces)), key=lambda place: faces[place].path)
        self.faces += [faces[place] for place in order]
        named = [(faces[place].path.relative_to(index.root).as_posix(), digests[place]) for place in order]
        images = joined(parts)
        if order != list(range(len(order))):  # else they are as they should be: a copy takes as much memory again
            images = picked(images, torch.tensor(order))
        return images, named


def by_path(faces: Sequence[Face]) -> list[Face]:
    """``faces`` in the order in which they are used."""
    return sorted(faces, key=lambda face: face.path)


def check_there(chosen: Sequence[Emotion], index: Index, people: People) -> None:
    """Raise a UserError when a database has no image of one of several emotions that one network is to learn."""
    there = {face.emotion for face in index.faces}
    missing = ", ".join(str(emotion) for emotion in chosen if emotion not in there)
    if len(chosen) < 2 or not missing:
        return
    left = [emotion.value for emotion in chosen if emotion in there]
    how = f"emotion=[{','.join(left)}]" if len(left) > 1 else f"emotion={left[0]}" if left else "other emotions"
    raise UserError(
        f"There are no images of {missing}{_aside(people)} under {printable(index.root)}, which"
        f" emotion={emotions.canonical(chosen)} needs: go on with those there are, {how}, or add images."
    )


def too_few(emotion: Emotion, found: int, needed: int, index: Index, people: People, faceless: int = 0) -> UserError:
    """The error for a database without enough usable images of ``emotion``.

    Args:
        faceless: in how many no face was found.
    """
    number = Counter(face.emotion for face in index.faces)
    there = ", ".join(f"{number[emotion]} of {emotion}" for emotion in Emotion)
    lower = ", lower samples_per_emotion" if needed > FEWEST else ""
    how = f"; in {faceless} no face was found, {AS_IT_IS}" if faceless else ""
    return UserError(
        f"Only {found} usable images of {emotion}{_aside(people)} under {printable(index.root)}, expected at least"
        f" {needed}: add images{lower}, or leave it out (files there are, usable or not: {there}){how}."
    )


def _aside(people: People) -> str:
    return "" if people == "all" else f" among data.people={people}"
