"""The LightningDataModule of pairs: one person twice, with two expressions, before one camera."""

import hashlib
import logging

import torch
from torch import Tensor

from emogan.core import emotions
from emogan.core.emotions import EMOTIONS, Asked
from emogan.core.errors import UserError
from emogan.core.names import expanded, printable
from emogan.data.batches import Batches, BatchPlan, EpochBatches
from emogan.data.cache import folder_of
from emogan.data.datamodule import FEWEST, ImageDataModule
from emogan.data.variations import AS_THEY_ARE
from emogan.recognition.reading import packaged_reader
from emogan.translating.known import Known, known_pairs
from emogan.translating.lessons import NEUTRAL, Lesson, Lessons

log = logging.getLogger(__name__)

ALL = "todas"


class LessonBank:
    """What Lightning's batches are made of: the lesson of a plan's people, on a random stream of its own."""

    def __init__(self, lessons: Lessons) -> None:
        self.lessons = lessons

    def __getitem__(self, plan: BatchPlan) -> Lesson:
        return self.lessons.of_people(plan.indices, torch.Generator().manual_seed(plan.seed))


class PairDataModule(ImageDataModule):
    """Pairs that ``emogan render pairs=true dense=true`` made; in an epoch each person comes once.

    Args:
        root: the folder that was given as ``out``.
        people: ``train``: the last tenth of them is kept aside and measured; ``all``: nobody is.
        emotion: what a person asked for: a translator knows all six.
        cache: where pairs are remembered, see :func:`emogan.data.cache.folder_of`.
        workers: processes that read the pictures.
        batches: see :class:`emogan.data.datamodule.ImageDataModule`.

    Attributes:
        known: the pairs that are learnt from, once set up.
        unseen: the others; None: there are none.
    """

    known: Known
    unseen: Known | None

    def __init__(
        self, root: str, people: str, emotion: Asked, cache: str | None, workers: int, batch_size: int, seed: int
    ) -> None:
        super().__init__(batch_size, AS_THEY_ARE, False, seed)
        self.root, self.people, self.emotion, self.cache, self.workers = root, people, emotion, cache, workers

    def load(self) -> None:
        if emotions.canonical(self.emotion) != ALL:
            raise UserError(
                f"emotion={emotions.canonical(self.emotion)} is not usable with model=translator: it learns the way"
                " between all six, leave emotion out."
            )
        whole = known_pairs(expanded(self.root), folder_of(self.cache), self.workers)
        apart = self.people == "train"
        self.known, self.unseen = (whole.taught(), whole.unseen()) if apart else (whole, None)
        if len(self.known) < FEWEST:
            raise UserError(
                f"data.root={printable(self.root)} has {len(whole)} people with all six emotions: expected at least"
                f" {FEWEST + 1}, render more with a larger people=."
            )
        pairs = self.known.pairs
        self.images = pairs.images.flatten(0, 1)[:, None]
        self.emotions = torch.arange(len(EMOTIONS)).repeat(len(pairs))
        self.digest = hashlib.sha256(pairs.images.numpy().tobytes() + pairs.actions.numpy().tobytes()).hexdigest()
        aside = f", {len(whole) - len(pairs)} more are kept aside" if apart else ""
        log.info("%d people in %d pictures under %s%s.", len(pairs), len(self.images), printable(self.root), aside)

    def train_dataloader(self) -> Batches:
        """Batches of lessons in an order that depends on (seed, epoch) only."""
        sampler = EpochBatches(torch.zeros(len(self.known)), self.batch_size, self.seed)
        return Batches(LessonBank(self.lessons(self.known)), sampler)

    def real_batch(self, count: int) -> Lesson:
        """People at rest, who are all to show the first emotion, then all the second."""
        known = self.known if self.unseen is None else self.unseen
        people = min(max(count // len(EMOTIONS), 1), len(known))
        who = torch.arange(people).repeat(len(EMOTIONS))
        end = torch.arange(len(EMOTIONS)).repeat_interleave(people)
        rest = torch.full_like(end, NEUTRAL)
        return self.lessons(known).show(who, rest, end, torch.Generator().manual_seed(self.seed), plain=True)

    def lessons(self, known: Known) -> Lessons:
        """What is drawn from pairs."""
        return Lessons.of(known.pairs, known.read, packaged_reader().actions)


def side_by_side(before: Tensor, made: Tensor) -> Tensor:
    """What a discriminator sees (n, 3, h, w) in -1..1: the face that came in, the one that came out, what changed."""
    return torch.cat([2 * before - 1, 2 * made - 1, 2 * (made - before)], 1)
