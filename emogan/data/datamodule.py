"""The LightningDataModule: the frontal faces of one emotion, decoded once and kept in memory."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from emogan.data.batches import BatchPlan, EpochBatches, ImageBank
from emogan.data.choose import spread_over_people
from emogan.data.decode import CorruptImageError, Crop, decode
from emogan.data.index import Face, Index, LeftOut, digest
from emogan.data.transforms import Border
from emogan.emotions import Emotion
from emogan.errors import UserError

log = logging.getLogger(__name__)


class FaceDataModule(pl.LightningDataModule):
    """Batches of one emotion's faces, float (n, channels, image_size, image_size).

    Args:
        read: reads the database; gives an :class:`Index`.
        emotion: the emotion to train on.
        samples_per_emotion: how many images to use, spread over people; None uses all.
        crop, crop_above: how an image becomes square, see :func:`emogan.data.decode.decode`.
        flip, rotation, border, centred: see :class:`ImageBank`.
    """

    def __init__(
        self,
        read: Callable[[], Index],
        emotion: Emotion,
        image_size: int,
        channels: int,
        crop: Crop,
        crop_above: float,
        samples_per_emotion: int | None,
        batch_size: int,
        flip: float,
        rotation: float,
        border: Border,
        centred: bool,
        seed: int,
    ) -> None:
        super().__init__()
        self.read, self.emotion, self.seed = read, emotion, seed
        self.image_size, self.channels, self.crop, self.crop_above = image_size, channels, crop, crop_above
        self.samples_per_emotion, self.batch_size = samples_per_emotion, batch_size
        self.flip, self.rotation, self.border, self.centred = flip, rotation, border, centred
        self.faces: list[Face] = []
        self.left_out: list[LeftOut] = []
        self.images = torch.empty(0)
        self.digest = ""

    def setup(self, stage: str | None = None) -> None:
        """Read, choose and decode the images; the second call does nothing.

        Raises:
            UserError: when the database has fewer usable images than asked for, or fewer than two.
        """
        if self.faces:
            return
        index = self.read()
        candidates = [face for face in index.faces if face.emotion is self.emotion]
        self.left_out = list(index.left_out)
        wanted = len(candidates) if self.samples_per_emotion is None else self.samples_per_emotion
        if wanted < 2:
            self._fail(wanted if self.samples_per_emotion is not None else 2, len(candidates), index)
        # All are decoded, not only the chosen ones, so that a corrupt image does not shrink the choice.
        decoded: dict[Face, Tensor] = {}
        for face in candidates:
            try:
                decoded[face] = decode(face.path, self.image_size, self.channels, self.crop, self.crop_above)
            except CorruptImageError as error:
                log.warning("Left out the corrupt image %s: %s", face.path, error)
                self.left_out.append(LeftOut(face.path, f"corrupt: {error}"))
        if len(decoded) < max(2, wanted if self.samples_per_emotion else 2):
            self._fail(wanted, len(decoded), index)
        count = wanted if self.samples_per_emotion else len(decoded)
        self.faces = spread_over_people(list(decoded), count, self.seed)
        self.images = torch.stack([decoded[face] for face in self.faces])
        self.digest = digest(self.faces, index.root)
        log.info("%s", self.describe(index))

    def describe(self, index: Index) -> str:
        """One sentence: what is used and what was left out."""
        people = len({face.person for face in self.faces})
        corrupt = sum(item.reason.startswith("corrupt") for item in self.left_out)
        return (
            f"{len(self.faces)} images of {self.emotion} from {people} people under {index.root}"
            f" ({len(self.left_out)} left out, {corrupt} of them corrupt)."
        )

    def train_dataloader(self) -> DataLoader[Tensor]:
        """Batches in an order that depends on (seed, epoch) only."""
        bank = ImageBank(self.images, self.flip, self.rotation, self.border, self.centred)
        sampler: Any = EpochBatches(len(self.images), self.batch_size, self.seed)
        # A generator of its own: the loader would otherwise draw from the global stream at every epoch.
        return DataLoader(bank, sampler=sampler, batch_size=None, generator=torch.Generator())

    def real_batch(self, count: int) -> Tensor:
        """The first ``count`` images as they are, without transforms, in the training's range of values."""
        bank = ImageBank(self.images, flip=0, rotation=0, border=self.border, centred=self.centred)
        return bank[BatchPlan(torch.arange(min(count, len(bank))), 0)]

    def _fail(self, wanted: int, found: int, index: Index) -> None:
        raise UserError(
            f"Only {found} usable images of {self.emotion} under {index.root}, expected at least {max(wanted, 2)}:"
            f" add images, lower samples_per_emotion, or choose another emotion (there are {_counts(index.faces)})."
        )


def _counts(faces: Sequence[Face]) -> str:
    numbers = {emotion: sum(face.emotion is emotion for face in faces) for emotion in Emotion}
    return ", ".join(f"{number} of {emotion}" for emotion, number in numbers.items())
