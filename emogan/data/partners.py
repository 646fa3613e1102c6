"""Images in twos: each with another of the same person and session, who shows something else."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from emogan.data.batches import Batch, BatchPlan, ImageBank
from emogan.data.index import Face


class PairedBatch(NamedTuple):
    """As :class:`emogan.data.batches.Batch`, and the same of each image's partner, mirrored and bent alike."""

    images: Tensor
    emotions: Tensor
    strengths: Tensor
    other_images: Tensor
    other_emotions: Tensor
    other_strengths: Tensor


FaceBatch = Batch | PairedBatch


class PartnerBank:
    """Gives each image of ``bank`` with another one of its group; one that is alone in it comes twice.

    Args:
        groups: int64 (n,), which images belong together.
    """

    def __init__(self, bank: ImageBank, groups: Tensor) -> None:
        self.bank = bank
        self.members = groups.argsort(stable=True)  # group after group
        counts = torch.bincount(groups)
        self.first = (counts.cumsum(0) - counts)[groups]  # where each image's group begins among the members
        self.count = counts[groups]
        self.place = torch.empty_like(self.members)
        self.place[self.members] = torch.arange(len(groups))
        self.place -= self.first  # of each image in its group

    def partners(self, images: Tensor, seed: int) -> Tensor:
        """Another image (n,) of the group of each of ``images`` (n,)."""
        chance = torch.rand(len(images), generator=torch.Generator().manual_seed(seed))
        count = self.count[images]
        further = 1 + (chance * (count - 1)).long()  # 1 to count - 1: never itself, unless it is alone
        return self.members[self.first[images] + (self.place[images] + further) % count]

    def __getitem__(self, plan: BatchPlan) -> PairedBatch:
        others = BatchPlan(self.partners(plan.indices, plan.seed), plan.seed)  # the seed of its variations is the same
        return PairedBatch(*self.bank[plan], *self.bank[others])


def groups_of(faces: Sequence[Face]) -> Tensor:
    """Which faces show one person in one session, int64 (n,): numbers from 0."""
    numbers: dict[tuple[str, str], int] = {}
    return torch.tensor([numbers.setdefault((face.person, face.session), len(numbers)) for face in faces])
