from pathlib import Path

from emogan.core.emotions import Emotion
from emogan.rendering.shots import Shot, batches, plan, shard


def test_paths_follow_kdef() -> None:
    assert Shot("A", "F", 1, "medo", "S").path == Path("AF01/AF01AFS.JPG")
    assert Shot("B", "M", 35, "raiva", "HL").path == Path("BM35/BM35ANHL.JPG")


def test_the_packaged_plan_has_kdefs_people_and_a_few_other_angles() -> None:
    shots = plan(70, "AB", list(Emotion), ["S", "FL", "HL", "HR", "FR"], 4)
    assert len(shots) == len({shot.path for shot in shots}) == 70 * 2 * 6 + 4 * 6 * 4
    assert sum(shot.sex == "F" for shot in shots if shot.angle == "S") == 35 * 2 * 6
    turned = {(shot.session, shot.sex, shot.number) for shot in shots if shot.angle != "S"}
    assert turned == {("A", "F", 1), ("A", "M", 1), ("A", "F", 2), ("A", "M", 2)}


def test_an_odd_number_of_people_has_one_woman_more() -> None:
    shots = plan(3, "A", [Emotion.NEUTRO], ["S"], 0)
    assert [shot.path.name for shot in shots] == ["AF01NES.JPG", "AM01NES.JPG", "AF02NES.JPG"]


def test_batches_keep_a_sitter_together() -> None:
    groups = batches(plan(2, "AB", list(Emotion), ["S"], 0))
    assert [len(group) for group in groups] == [6, 6, 6, 6]
    assert all(len({(s.session, s.sex, s.number) for s in group}) == 1 for group in groups)


def test_shards_are_the_whole_set_and_no_sitter_is_split() -> None:
    shots = plan(5, "AB", list(Emotion), ["S"], 0)
    parts = [shard(shots, f"{number}/3") for number in (1, 2, 3)]
    assert sorted(shot for part in parts for shot in part) == sorted(shots)
    sitters = [{(shot.session, shot.sex, shot.number) for shot in part} for part in parts]
    assert sum(len(one) for one in sitters) == 10
