"""Images kept in memory, served in batches whose order and transforms depend on nothing but (seed, epoch)."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor

from emogan.data.variations import Variations


class BatchPlan(NamedTuple):
    """Which images form a batch, and the seed of its transforms."""

    indices: Tensor
    seed: int


class EpochBatches:
    """Plans the batches of an epoch. Lightning calls ``set_epoch``, so a resumed training sees the same order.

    In an epoch every emotion comes as often as the one with the most images: those of the others come again, each as
    often as any other or once more. A last batch of a single image is left out: batch norm cannot train on it.

    Args:
        emotions: (n,), of the images; anything that tells them apart.
    """

    def __init__(self, emotions: Tensor, batch_size: int, seed: int) -> None:
        self.batch_size, self.seed, self.epoch = batch_size, seed, 0
        self._of_each = [(emotions == emotion).nonzero()[:, 0] for emotion in emotions.unique()]
        self._most = max(map(len, self._of_each))
        self.images = self._most * len(self._of_each)

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch, counted from 0."""
        self.epoch = epoch

    def __len__(self) -> int:
        whole, rest = divmod(self.images, self.batch_size)
        return whole + (rest > 1)

    def __iter__(self) -> Iterator[BatchPlan]:
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        order = torch.randperm(self.images, generator=generator)
        if any(len(own) < self._most for own in self._of_each):
            again = [own[torch.randperm(len(own), generator=generator)] for own in self._of_each]
            order = torch.cat([own.repeat(-(-self._most // len(own)))[: self._most] for own in again])[order]
        seeds = torch.randint(2**62, (len(self),), generator=generator).tolist()
        for batch, seed in zip(torch.split(order, self.batch_size), seeds, strict=False):
            yield BatchPlan(batch, seed)


class Examples(Protocol):
    """Some of what is learnt from: images (n, c, h, w) in the training's range of values, and the place (n,) of each
    one's emotion in the paper's menu, from 0."""

    @property
    def images(self) -> Tensor: ...

    @property
    def emotions(self) -> Tensor: ...


class Batch(NamedTuple):
    """Images (n, c, h, w) float; the place (n,) of each one's emotion in the paper's menu, from 0; and how strong it
    is, float (n,), 1 is full."""

    images: Tensor
    emotions: Tensor
    strengths: Tensor


class ImageBank:
    """Images (n, c, h, w) uint8 in memory; indexing with a :class:`BatchPlan` gives a float batch.

    Args:
        emotions, strengths: (n,), see :class:`Batch`.
        variations: what images pass through, on a random stream of the batch's own.
        centred: True gives values in [-1, 1], the range of the generators' tanh; False gives [0, 1], as in the paper.
    """

    def __init__(
        self, images: Tensor, emotions: Tensor, strengths: Tensor, variations: Variations, centred: bool
    ) -> None:
        self.images, self.emotions, self.strengths = images, emotions, strengths
        self.variations, self.centred = variations, centred

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, plan: BatchPlan) -> Batch:
        batch = self.images[plan.indices].float() / 255
        batch = self.variations(batch, torch.Generator().manual_seed(plan.seed))
        places = plan.indices
        return Batch(batch * 2 - 1 if self.centred else batch, self.emotions[places], self.strengths[places])


class Bank(Protocol):
    """Makes a batch of a plan: of images, or of whatever a training learns from."""

    def __getitem__(self, plan: BatchPlan) -> Any: ...


class Batches:
    """What Lightning iterates over: the batches that ``sampler`` plans, made by ``bank``.

    Not torch's DataLoader: with all images in memory it would only be built anew at every epoch, which may be one step.
    Lightning puts its state into checkpoints: one from the middle of an epoch goes on with the batch that came next.
    """

    def __init__(self, bank: Bank, sampler: EpochBatches) -> None:
        self.bank, self.sampler = bank, sampler
        self._served = self._done_before = 0

    def __len__(self) -> int:
        return len(self.sampler)

    def __iter__(self) -> Iterator[Any]:
        self._served, self._done_before = self._done_before, 0
        for plan in islice(self.sampler, self._served, None):
            self._served += 1
            yield self.bank[plan]

    def state_dict(self) -> dict[str, int]:
        """How many batches of the epoch were served."""
        return {"served": self._served}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Leave those out of the epoch that begins next."""
        self._done_before = state["served"]
