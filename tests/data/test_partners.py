from pathlib import Path

import torch
from hypothesis import given
from hypothesis import strategies as st

from emogan.core.emotions import Emotion
from emogan.data.batches import BatchPlan, ImageBank
from emogan.data.index import Face
from emogan.data.partners import PartnerBank, groups_of
from emogan.data.variations import AS_THEY_ARE, Variations


def bank(groups: torch.Tensor, variations: Variations = AS_THEY_ARE) -> PartnerBank:
    """Images whose brightness is their number."""
    count = len(groups)
    images = torch.arange(count, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 1, 8, 8)
    alone = ImageBank(images, torch.arange(count) % 6, torch.linspace(0, 1, count), variations, centred=False)
    return PartnerBank(alone, groups)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.integers(0, 2**32))
def test_partners_are_others_of_the_same_group(numbers: list[int], seed: int) -> None:
    known = sorted(set(numbers))
    groups = torch.tensor([known.index(number) for number in numbers])
    images = torch.arange(len(groups))
    partners = bank(groups).partners(images, seed)
    assert torch.equal(groups[partners], groups)
    alone = torch.bincount(groups)[groups] == 1
    assert torch.equal(partners == images, alone)


def test_every_other_one_comes_as_often() -> None:
    groups = torch.tensor([0, 1, 0, 0, 1, 0])
    times = torch.zeros(6)
    for seed in range(3000):
        times[bank(groups).partners(torch.tensor([2]), seed)] += 1
    assert times[[1, 2, 4]].tolist() == [0, 0, 0]
    assert (times[[0, 3, 5]] - 1000).abs().max() < 120


def test_a_batch_holds_both_varied_alike() -> None:
    torch.manual_seed(2)
    images = torch.randint(0, 256, (4, 1, 16, 16), dtype=torch.uint8)
    pair = torch.cat([images, images])  # each image's partner has its pixels
    variations = Variations(0.5, 20, "border", 0.05)
    alone = ImageBank(pair, torch.arange(8) % 6, torch.rand(8), variations, centred=True)
    plan = BatchPlan(torch.tensor([3, 1, 0]), 7)
    batch = PartnerBank(alone, torch.arange(4).repeat(2))[plan]
    assert torch.equal(batch.images, batch.other_images)
    assert torch.equal(batch.images, alone[plan].images)
    assert batch.other_emotions.tolist() == [(k + 4) % 6 for k in (3, 1, 0)]
    assert torch.equal(batch.other_strengths, alone.strengths[[7, 5, 4]])


def test_who_is_shown_in_which_session_belongs_together() -> None:
    shown = [("F01", "A"), ("F02", "A"), ("F01", "B"), ("F01", "A"), ("F02", "A")]
    faces = [Face(Path(f"{k}.jpg"), Emotion.MEDO, who, session=when) for k, (who, when) in enumerate(shown)]
    assert groups_of(faces).tolist() == [0, 1, 2, 0, 1]
