import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.sampling.asked import asked
from emogan.sampling.conditioning import mixture
from emogan.sampling.interpolation import along, between, frames_of, spread, stops_of, way_of
from emogan.sampling.sampler import Sampler

NEUTRO, RAIVA, MEDO = (mixture({one: 1.0}, 1.0) for one in (Emotion.NEUTRO, Emotion.RAIVA, Emotion.MEDO))


def as_ever(start: Tensor, end: Tensor, frames: int) -> Tensor:
    way = (1 - torch.cos(torch.linspace(0, math.pi, frames))) / 2
    return torch.lerp(start, end, way[:, None])


@pytest.mark.parametrize("frames", [2, 3, 24, 96])
def test_a_way_of_two_stops_is_to_the_bit_what_it_always_was(frames: int) -> None:
    assert torch.equal(between(NEUTRO, RAIVA, frames), as_ever(NEUTRO, RAIVA, frames))
    assert torch.equal(along(torch.stack([NEUTRO, RAIVA]), frames, loop=False), as_ever(NEUTRO, RAIVA, frames))


@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize("frames", [2, 5, 24])
def test_no_frame_is_there_twice_where_legs_meet(frames: int, loop: bool) -> None:
    stops = [NEUTRO, RAIVA, MEDO]
    found = along(torch.stack(stops), frames, loop)
    assert len(found) == frames_of(3, frames, loop) == (3 * (frames - 1) if loop else 2 * (frames - 1) + 1)
    after = torch.roll(found, -1, 0) if loop else found[1:]
    assert not any(torch.equal(one, other) for one, other in zip(found, after, strict=False))
    for place, stop in enumerate(stops):
        assert torch.equal(found[place * (frames - 1)], stop)
    assert torch.equal(found[frames - 1 : 2 * frames - 1], as_ever(RAIVA, MEDO, frames)[: len(found) - frames + 1])


def test_a_loop_of_two_goes_and_comes_back() -> None:
    found = along(torch.stack([NEUTRO, RAIVA]), 4, loop=True)
    assert len(found) == 6
    assert torch.allclose(found[4], found[2]) and torch.allclose(found[5], found[1])


@pytest.mark.parametrize("legs", range(1, 9))
def test_a_strip_has_every_stop_where_there_are_as_many_between_each(legs: int) -> None:
    stops = torch.stack([mixture({list(Emotion)[place % 6]: 1.0}, 1.0) for place in range(legs + 1)])
    for each in (1, 2, 3, 5, 11):
        assert torch.equal(spread(stops, each * legs + 1)[::each], stops)
    assert torch.equal(spread(stops, 1), stops[:1])
    for count in (2, 7, 30):
        found = spread(stops, count)
        assert torch.allclose(found.sum(1), torch.ones(count)) and found.min() >= 0


def test_stops_are_those_of_generate() -> None:
    sampler = Sampler.of("packaged")
    way = way_of(sampler, asked("neutro"), "raiva", 1.4)
    found = stops_of(sampler, [Emotion.NEUTRO, Emotion.RAIVA, Emotion.NEUTRO], 1.4)
    assert torch.equal(found, torch.stack([way.start, way.end, way.start]))


def test_a_stop_that_the_network_does_not_know_is_told() -> None:
    packaged = Sampler.of("packaged")
    of_one = replace(packaged, trained=replace(packaged.trained, emotion="raiva"))
    with pytest.raises(UserError, match="draws raiva only, not medo"):
        stops_of(of_one, [Emotion.RAIVA, Emotion.MEDO], 1.0)
