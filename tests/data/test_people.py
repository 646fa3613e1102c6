from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.data.index import Face, Index
from emogan.data.people import belongs, held_out, keep

KDEF = [f"{sex}{number:02d}" for sex in "FM" for number in range(1, 36)]


def test_of_kdefs_people_twenty_are_kept_aside_half_of_them_women() -> None:
    aside = [person for person in KDEF if held_out(person)]
    assert len(aside) == 20
    assert sum(person.startswith("F") for person in aside) == 10


def test_the_published_list_is_the_one_that_is_used() -> None:
    page = (Path(__file__).parents[2] / "docs" / "measures.md").read_text()
    assert ", ".join(person for person in KDEF if held_out(person)) in page


@given(st.text())
def test_everybody_is_on_exactly_one_side(person: str) -> None:
    assert belongs(person, "train") != belongs(person, "held_out")
    assert belongs(person, "all")


def test_those_kept_aside_are_left_out_with_a_reason(tmp_path: Path) -> None:
    faces = [Face(tmp_path / f"{person}.jpg", Emotion.MEDO, person) for person in KDEF]
    kept = keep(Index(tmp_path, faces), "train")
    assert len(kept.faces) == 50
    assert {item.reason for item in kept.left_out} == {"its person is not among data.people=train"}
    assert {item.face for item in kept.left_out} | set(kept.faces) == set(faces)


def test_another_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"data\.people=test is unknown: expected train, held_out, all"):
        keep(Index(tmp_path, []), "test")  # type: ignore[arg-type]
