from pathlib import Path

import pytest
import torch

from emogan.balancing.filling import Filled
from emogan.balancing.plan import Need
from emogan.balancing.shards import are_left, clear, keep, kept, lock_of, own_needs
from emogan.core.emotions import EMOTIONS, Emotion


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_each_emotion_is_in_exactly_one_part(parts: int) -> None:
    needs = [Need(emotion, 10, 10 + missing) for emotion, missing in zip(EMOTIONS, (5, 80, 1, 40, 30, 9), strict=True)]
    shared = [own_needs(needs, f"{part}/{parts}") for part in range(1, parts + 1)]
    assert sorted(str(need.emotion) for own in shared for need in own) == sorted(map(str, EMOTIONS))
    if parts == 2:
        assert [sum(need.missing for need in own) for own in shared] == [81, 84]
    assert all(own == [need for need in needs if need in own] for own in shared)  # in the order of the whole


def test_what_a_part_found_is_for_the_same_settings_only(tmp_path: Path) -> None:
    need = Need(Emotion.RAIVA, 1, 4)
    filled = Filled(need, drawn=7, shown=[torch.arange(16, dtype=torch.uint8).view(1, 4, 4)])
    filled.refused["too far"] = 3
    assert keep(filled, {"seed": 1}, tmp_path) == 1
    found = kept(need, {"seed": 1}, tmp_path)
    assert found is not None
    assert (found.need, found.lines, found.drawn, found.refused) == (need, [], 7, {"too far": 3})
    assert torch.equal(found.shown[0], filled.shown[0])
    assert kept(need, {"seed": 2}, tmp_path) is None
    assert kept(Need(Emotion.MEDO, 1, 4), {"seed": 1}, tmp_path) is None
    (tmp_path / lock_of("1/2")).touch()
    assert are_left(tmp_path)
    clear(tmp_path)
    assert not list(tmp_path.iterdir())
