from pathlib import Path

import pytest

from emogan.balancing.plan import needs_of, table_of
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError

THERE = {Emotion.RAIVA: 12, Emotion.MEDO: 30, Emotion.NEUTRO: 0}


def numbers(target: str | int) -> dict[str, tuple[int, int, int]]:
    return {need.emotion.value: (need.there, need.target, need.missing) for need in needs_of(THERE, target)}


def test_targets() -> None:
    assert numbers("max") == {"medo": (30, 30, 0), "raiva": (12, 30, 18)}
    assert numbers(20) == {"medo": (30, 20, 0), "raiva": (12, 20, 8)}  # nothing is taken away


def test_a_table_of_targets(tmp_path: Path) -> None:
    path = tmp_path / "targets.csv"
    path.write_text("\ufeffEmotion,Count\n\nAnger, 50\n", encoding="utf-8")
    assert numbers(str(path)) == {"medo": (30, 30, 0), "raiva": (12, 50, 38)}
    assert table_of(needs_of(THERE, str(path))).rows[-1] == ("all", 42, 80, 38)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"raiva,x\n", r"line 1, is 'raiva,x': expected an emotion, each once, and a number from 0 to 1,000,000"),
        (b"raiva,5\nanger,6\n", r"line 2, is 'anger,6': expected an emotion, each once"),
        (b"raiva,-1\n", r"line 1, is 'raiva,-1'"),
        (b"rage\n", r"line 1, is 'rage'"),
        (b"emotion,count\n", r"names no emotion: expected lines such as raiva,140"),
        (b"\xff\xfe\x00", r"is no text"),
        (b"neutro,5\n", r"asks for neutro, of which the database has no face"),
    ],
)
def test_wrong_tables(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "targets.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=message):
        needs_of(THERE, str(path))
