import torch
from hypothesis import given
from hypothesis import strategies as st

from emogan.data.batches import BatchPlan, EpochBatches, ImageBank
from emogan.data.variations import AS_THEY_ARE, Variations

PLACES = torch.arange(8) % 6
STRENGTHS = torch.linspace(0.3, 1, len(PLACES))


def plans(images: int, batch_size: int, seed: int, epoch: int) -> list[BatchPlan]:
    sampler = EpochBatches(torch.zeros(images), batch_size, seed)
    sampler.set_epoch(epoch)
    batches = list(sampler)
    assert len(batches) == len(sampler)
    return batches


sizes = {"images": st.integers(2, 60), "batch_size": st.integers(2, 20)}
numbers = {"seed": st.integers(0, 2**32 - 1), "epoch": st.integers(0, 10_000)}


@given(**sizes, **numbers)
def test_every_image_once_but_for_a_last_one_alone(images: int, batch_size: int, seed: int, epoch: int) -> None:
    batches = plans(images, batch_size, seed, epoch)
    seen = torch.cat([plan.indices for plan in batches]).tolist()
    assert len(set(seen)) == len(seen)
    assert set(seen) <= set(range(images))
    assert images - len(seen) == (1 if images % batch_size == 1 else 0)
    assert {len(plan.indices) for plan in batches[:-1]} <= {batch_size}
    assert 2 <= len(batches[-1].indices) <= batch_size


@given(**sizes, **numbers)
def test_an_epoch_repeats_and_does_not_depend_on_those_before(
    images: int, batch_size: int, seed: int, epoch: int
) -> None:
    straight = EpochBatches(torch.zeros(images), batch_size, seed)
    for before in range(min(epoch, 3)):
        straight.set_epoch(before)
        list(straight)
    straight.set_epoch(epoch)
    for one, other in zip(straight, plans(images, batch_size, seed, epoch), strict=True):
        assert torch.equal(one.indices, other.indices)
        assert one.seed == other.seed


@given(counts=st.lists(st.integers(1, 30), min_size=1, max_size=6), **numbers)
def test_emotions_come_equally_often_and_their_images_too(counts: list[int], seed: int, epoch: int) -> None:
    emotions = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))
    sampler = EpochBatches(emotions, 1000, seed)
    sampler.set_epoch(epoch)
    (plan,) = list(sampler) or [BatchPlan(torch.zeros(1, dtype=torch.int64), 0)]
    often = torch.bincount(plan.indices, minlength=len(emotions))
    for place, count in enumerate(counts):
        own = often[emotions == place]
        assert own.sum() == max(counts)
        assert own.max() - own.min() <= 1 and own.min() >= max(counts) // count


def test_with_as_many_of_each_the_order_is_that_of_all_images() -> None:
    even, one = (EpochBatches(emotions, 4, 3) for emotions in (torch.arange(12) % 3, torch.zeros(12)))
    assert [plan.indices.tolist() for plan in even] == [plan.indices.tolist() for plan in one]


def test_other_epochs_and_seeds_have_other_orders_and_transforms() -> None:
    orders = {
        (tuple(plan.indices.tolist()), plan.seed)
        for seed in range(20)
        for epoch in range(20)
        for plan in plans(40, 40, seed, epoch)
    }
    assert len(orders) == 400


def test_who_is_left_out_alone_changes() -> None:
    left = set()
    for epoch in range(50):
        seen = torch.cat([plan.indices for plan in plans(9, 4, 1, epoch)]).tolist()
        left |= set(range(9)) - set(seen)
    assert left == set(range(9))


def test_the_bank_gives_both_ranges_of_values() -> None:
    images = torch.tensor([0, 51, 255], dtype=torch.uint8).view(3, 1, 1, 1).expand(3, 1, 4, 4)
    plan = BatchPlan(torch.tensor([2, 0, 1]), 5)
    plain = ImageBank(images, PLACES[: len(images)], STRENGTHS[: len(images)], AS_THEY_ARE, centred=False)[plan].images
    centred = ImageBank(images, PLACES[: len(images)], STRENGTHS[: len(images)], AS_THEY_ARE, centred=True)[plan].images
    told = ImageBank(images, PLACES[: len(images)], STRENGTHS[: len(images)], AS_THEY_ARE, centred=True)[plan]
    assert told.emotions.tolist() == PLACES[plan.indices].tolist()
    assert told.strengths.tolist() == STRENGTHS[plan.indices].tolist()
    assert plain[:, 0, 0, 0].tolist() == [1.0, 0.0, torch.tensor(51 / 255).item()]
    assert centred[:, 0, 0, 0].tolist() == [1.0, -1.0, torch.tensor(51 / 255 * 2 - 1).item()]
    assert plain.dtype == torch.float32


def test_the_bank_varies_by_the_plans_seed() -> None:
    images = torch.randint(0, 256, (8, 1, 16, 16), dtype=torch.uint8)
    bank = ImageBank(
        images, PLACES[: len(images)], STRENGTHS[: len(images)], Variations(0.5, 5, "border", 0.01), centred=True
    )
    first, again, other = (bank[BatchPlan(torch.arange(8), seed)].images for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    # The black corners of the paper's border are black in both ranges: 0, and -1 when centred.
    black = Variations(0, 180, "zeros", 0)
    bank = ImageBank(torch.full((4, 1, 16, 16), 255, dtype=torch.uint8), PLACES[:4], STRENGTHS[:4], black, centred=True)
    assert bank[BatchPlan(torch.arange(4), 3)].images.min() == -1
