"""The table of truth while a database grows: in parts, with a torn line, of another version, and larger than memory."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from emogan.core.errors import UserError
from emogan.core.truth import Truth, each_truth, read_truth, write_truth
from emogan.rendering.table import ACTIONS, Table

PACKAGED = Path(__file__).parents[2] / "emogan/data/packaged"


@pytest.fixture(scope="module")
def truths() -> list[Truth]:
    return list(read_truth(PACKAGED).values())[:40]


def test_parts_become_one_table_in_order_and_what_was_rendered_now_holds(tmp_path: Path, truths: list[Truth]) -> None:
    write_truth(tmp_path / "wanted.csv", truths, ACTIONS)
    for number in (1, 2):
        part = Table(tmp_path, f"{number}/2")
        part.add(truths[number - 1 : 30 : 2][::-1])
        part.close()
        assert len(read_truth(tmp_path)) == 15 * number
    again = replace(truths[0], yaw=77.0)
    write_truth(tmp_path / "truth_1of2.csv", [again, *truths[2:30:2]], ACTIONS)
    whole = Table(tmp_path, None)
    assert whole.known == {truth.file for truth in truths[:30]}
    whole.add([*truths[:1], *truths[30:]])
    whole.close()
    assert [path.name for path in tmp_path.glob("truth*")] == ["truth.csv"]
    assert (tmp_path / "truth.csv").read_bytes() == (tmp_path / "wanted.csv").read_bytes()


def test_a_torn_line_is_left_out_and_nothing_goes_on_in_it(tmp_path: Path, truths: list[Truth]) -> None:
    path = tmp_path / "truth.csv"
    write_truth(path, truths[:3], ACTIONS)
    wanted = path.read_bytes()
    path.write_bytes(wanted[:-9])
    table = Table(tmp_path, None)
    assert table.known == {truth.file for truth in truths[:2]}
    table.add(truths[2:3])
    assert path.read_bytes() == wanted  # also if it is killed now
    table.close()
    assert path.read_bytes() == wanted


def test_a_table_with_other_actions_gets_those_of_today(tmp_path: Path, truths: list[Truth]) -> None:
    write_truth(tmp_path / "truth.csv", truths[:2], ["jawOpen"])
    table = Table(tmp_path, None)
    table.add(truths[2:3])
    table.close()
    first, _, last = each_truth(tmp_path)
    assert {*first.actions} == {*ACTIONS} and first.actions["jawOpen"] == truths[0].actions["jawOpen"]
    assert last == truths[2]


def test_a_damaged_line_is_told_before_anything_is_rendered(tmp_path: Path, truths: list[Truth]) -> None:
    path = tmp_path / "truth_1of2.csv"
    write_truth(path, truths[:3], ACTIONS)
    path.write_text(path.read_text().replace(f"{truths[1].yaw:.4f}".rstrip("0"), "much"))
    with pytest.raises(UserError, match=r"truth_1of2\.csv is damaged in line 3: delete that line"):
        Table(tmp_path, "2/2")


def test_nothing_known_leaves_no_table(tmp_path: Path) -> None:
    Table(tmp_path, None).close()
    assert not list(tmp_path.iterdir())


def test_of_a_large_table_only_names_are_held(tmp_path: Path, truths: list[Truth]) -> None:
    many = (replace(truths[number % 40], file=f"AF01/{number:05d}.JPG") for number in range(1500))
    write_truth(tmp_path / "truth.csv", many, ACTIONS)
    tracemalloc.start()
    try:
        Table(tmp_path, None).close()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1500 * 1000  # bytes; a row takes 15,000 when it is held
