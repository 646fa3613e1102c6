from dataclasses import replace
from pathlib import Path

import pytest

from emogan.core.errors import UserError
from emogan.core.truth import LANDMARKS, Truth, read_truth, write_truth

ROW = Truth(
    *("AF01/AF01ANS.JPG", "F01", "A", "S", "raiva", 0.625, "bared", "studio", 170.5, 1.7, 1.5, -2.0, 0.25, 1.0, -3.0),
    *(-39.0, 0.52, 20.5, 2.3, 0.24, 0.0, "wall", "", 0.0, 0.0, 72, 281, 381),
    landmarks=tuple((number + 0.5, 2.0 * number) for number in range(LANDMARKS)),
    actions={"jawOpen": 0.125, "browV": 0.5},
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    other = replace(ROW, file="AF01/AF01AFS.JPG", emotion="medo", actions={"jawOpen": 1.0})
    write_truth(tmp_path / "truth.csv", [ROW, other], ["jawOpen", "browV"])
    known = read_truth(tmp_path)
    assert known[ROW.file] == ROW
    assert known[other.file].actions == {"jawOpen": 1.0, "browV": 0.0}
    lines = (tmp_path / "truth.csv").read_text().splitlines()
    assert lines[0].startswith("file,person,session,angle,emotion,strength,") and lines[0].endswith(",jawOpen,browV")
    assert [line.split(",")[0] for line in lines[1:]] == ["AF01/AF01AFS.JPG", "AF01/AF01ANS.JPG"]


def test_tables_of_shards_are_read_together_and_none_is_no_error(tmp_path: Path) -> None:
    assert read_truth(tmp_path) == {}
    for number in (1, 2):
        one = replace(ROW, file=f"AF0{number}/AF0{number}ANS.JPG")
        write_truth(tmp_path / f"truth_{number}of2.csv", [one], ["jawOpen"])
    assert sorted(read_truth(tmp_path)) == ["AF01/AF01ANS.JPG", "AF02/AF02ANS.JPG"]


def test_a_line_that_a_killed_process_tore_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "truth.csv"
    write_truth(path, [ROW, replace(ROW, file="AF01/AF01SUS.JPG")], ["jawOpen"])
    path.write_text(path.read_text()[:-3])
    assert list(read_truth(tmp_path)) == [ROW.file]
    path.write_text("")
    assert read_truth(tmp_path) == {}


def test_foreign_and_damaged_tables_are_told(tmp_path: Path) -> None:
    path = tmp_path / "truth.csv"
    path.write_text("name,age\nx,1\n")
    with pytest.raises(UserError, match=r"truth.csv is no table of truth of this version"):
        read_truth(tmp_path)
    write_truth(path, [ROW], ["jawOpen"])
    path.write_text(path.read_text().replace("0.625", "much"))
    with pytest.raises(UserError, match=r"truth.csv is damaged in line 2: delete that line"):
        read_truth(tmp_path)
