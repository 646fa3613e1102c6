from pathlib import Path

import pytest

from emogan.balancing.tree import SYNTHETIC, generated_name, laid_out
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.data.fer2013 import Row
from emogan.data.index import Face
from emogan.data.people import held_out

DB = Path("db")


def names(*faces: Face) -> list[tuple[str, bool]]:
    return [(real.name, real.told) for real in laid_out(faces)]


def test_people_have_folders_where_they_are_known() -> None:
    assert names(
        Face(DB / "anger" / "ana_1.jpg", Emotion.RAIVA, "ana"),
        Face(DB / "angry" / "ana_1.jpg", Emotion.RAIVA, "ana"),
        Face(DB / "anger" / "l001.jpg", Emotion.RAIVA, "anger/l001", anonymous=True),
        Face(DB / "AF01" / "AF01ANS.JPG", Emotion.RAIVA, "F01"),
        Face(DB / "happy_1.jpg", Emotion.RAIVA, "p1"),  # data.pattern said so
        Face(DB / "AF01ANS.JPG", Emotion.MEDO, "zoe"),
    ) == [
        ("raiva/ana/ana_1.jpg", True),
        ("raiva/ana/ana_1_2.jpg", True),
        ("raiva/l001.jpg", True),
        ("raiva/F01/AF01ANS.JPG", True),
        ("raiva/p1/face.jpg", True),
        ("medo/zoe/face.JPG", True),
    ]


@pytest.mark.parametrize("person", ["../up", "a/b", ".hidden", "happy", "train", "", "..", "/root"])
def test_people_whose_names_are_no_folders_stay_inside(person: str) -> None:
    assert names(Face(DB / "raiva" / "1.jpg", Emotion.RAIVA, person)) == [("raiva/1.jpg", False)]


def test_rows_of_a_table_become_files() -> None:
    row = Row(DB / "fer2013.csv:7", DB / "fer2013.csv", 0, 1, "")
    face = Face(row.path, Emotion.RAIVA, "fer2013.csv:7", anonymous=True, row=row)
    assert names(face) == [("raiva/fer2013.csv_7.png", True)]


def test_generated_faces_are_not_kept_aside_and_not_balanced_with() -> None:
    assert not held_out(SYNTHETIC)
    name = generated_name(Emotion.RAIVA, 1, 7)
    assert name == "raiva/synthetic/synthetic_raiva_s1_000007.png"
    with pytest.raises(UserError, match=r"synthetic_raiva_s1_000007.png is a generated face"):
        laid_out([Face(DB / name, Emotion.RAIVA, SYNTHETIC)])
