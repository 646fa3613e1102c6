"""The LightningDataModules: images decoded once, kept in memory, served in reproducible batches."""

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
from emogan.data.batches import Batches, BatchPlan, EpochBatches, Examples, ImageBank
from emogan.data.cache import decode_cached, folder_of
from emogan.data.choose import in_turns
from emogan.data.decode import Framing
from emogan.data.decoded import AS_IT_IS, check_memory
from emogan.data.index import Face, Index, LeftOut, counted, digest_of
from emogan.data.people import People, keep
from emogan.data.variations import AS_THEY_ARE, Variations
from emogan.finding.choosing import NO_FACE

log = logging.getLogger(__name__)

FEWEST = 2  # batch norm cannot train on one image


class ImageDataModule(pl.LightningDataModule, ABC):
    """Batches of images in memory, float (n, channels, image_size, image_size).

    Args:
        variations, centred: see :class:`ImageBank`.

    Attributes:
        images: uint8 (n, channels, image_size, image_size), once set up.
        emotions: int64 (n,), the place of each image's emotion in the paper's menu, from 0.
        digest: SHA-256 of the images used.
        left_out: what the database holds beside them, with reasons.
    """

    def __init__(self, batch_size: int, variations: Variations, centred: bool, seed: int) -> None:
        super().__init__()
        self.batch_size, self.seed = batch_size, seed
        self.variations, self.centred = variations, centred
        self.images = torch.empty(0)
        self.emotions = torch.empty(0, dtype=torch.int64)
        self.digest = ""
        self.left_out: list[LeftOut] = []

    @abstractmethod
    def load(self) -> None:
        """Set ``images``, ``emotions``, ``digest`` and ``left_out``."""

    def setup(self, stage: str | None = None) -> None:
        """Read, choose and decode the images; the second call does nothing.

        Raises:
            UserError: when there are no such images, or fewer than needed.
        """
        if not len(self.images):
            self.load()

    def train_dataloader(self) -> Batches:
        """Batches in an order that depends on (seed, epoch) only."""
        bank = ImageBank(self.images, self.emotions, self.variations, self.centred)
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
        bank = ImageBank(self.images, self.emotions, AS_THEY_ARE, self.centred)
        return bank[BatchPlan(places, 0)]


class FaceDataModule(ImageDataModule):
    """The faces of one emotion, of several, or of all six.

    Args:
        read: reads the database; gives an :class:`Index`.
        people: whose faces: of those that may be learnt from, of those kept aside, or of all.
        emotion: the emotion to train on, by any of its names, or a list of them; ``todas`` means all six.
        framing: how an image becomes a tensor.
        cache: where decoded images are remembered, see :func:`emogan.data.cache.folder_of`.
        samples_per_emotion: how many images of each to use, spread over people; None uses all.
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
        samples_per_emotion: int | None,
        **batches: Any,
    ) -> None:
        super().__init__(**batches)
        self.read, self.people, self.emotion, self.framing, self.cache = read, people, emotion, framing, cache
        self.samples_per_emotion = samples_per_emotion
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
        check_memory(count, self.framing, "give a lower image_size, or fewer images with samples_per_emotion=NUMBER")
        wanted = (None, *chosen)
        self.left_out = [item for item in index.left_out if item.face is None or item.face.emotion in wanted]
        images, files = [], []
        for emotion in chosen:
            for face, picture, digest in self._load_emotion(emotion, index):
                self.faces.append(face)
                images.append(picture)
                files.append((face.path.relative_to(index.root).as_posix(), digest))
        self.images, self.digest = torch.stack(images), digest_of(files)
        self.emotions = torch.tensor([face.emotion.number - 1 for face in self.faces if face.emotion])
        people, name = len({face.person for face in self.faces if not face.anonymous}), emotions.canonical(self.emotion)
        whose = f" from {people} people" if people else ""
        log.info("%d images of %s%s under %s.", len(self.faces), name, whose, printable(index.root))
        for reason, count in counted(item for item in self.left_out if item.image):
            log.info("Left out %d: %s.", count, reason)

    def _load_emotion(self, emotion: Emotion, index: Index) -> list[tuple[Face, Tensor, str]]:
        """Faces of one emotion, by path, with image (channels, image_size, image_size) and digest."""
        turns = in_turns([face for face in index.faces if face.emotion is emotion], self.seed)
        wanted, needed = self.samples_per_emotion or len(turns), max(self.samples_per_emotion or FEWEST, FEWEST)
        usable: list[tuple[Face, Tensor, str]] = []
        notes: Counter[str] = Counter()
        # No more are decoded than are wanted: for each that is of no use, the next one.
        while turns and len(usable) < wanted:
            missing = wanted - len(usable)
            tried, turns = sorted(turns[:missing], key=lambda face: face.path), turns[missing:]
            decoded = decode_cached([face.source for face in tried], self.framing, folder_of(self.cache))
            unusable = decoded.left_out(tried)
            for item in unusable:
                log.warning("Left out %s: %s.", printable(item.path), item)
            self.left_out += unusable
            notes += decoded.counted_notes()
            for place, image in zip(decoded.usable(), decoded.images, strict=True):
                usable.append((tried[place], image, decoded.digests[place]))
        for note, count in notes.most_common():
            log.info("%d of %s: %s.", count, emotion, note)
        if len(usable) < needed:
            faceless = sum(item.reason == NO_FACE for item in self.left_out)
            raise too_few(emotion, len(usable), needed, index, self.people, faceless)
        return sorted(usable, key=lambda one: one[0].path)


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
