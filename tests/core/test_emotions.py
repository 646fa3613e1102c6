import pytest
from hypothesis import given
from hypothesis import strategies as st

from emogan.core import emotions
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError

MENU = ["Felicidade", "Medo", "Neutro", "Raiva", "Surpresa", "Tristeza"]  # code 9 of the paper


def test_menu_numbers_are_the_papers() -> None:
    assert [emotions.parse(str(number)).value.capitalize() for number in range(1, 7)] == MENU
    assert [emotion.number for emotion in Emotion] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("raiva", Emotion.RAIVA),
        (" Raiva ", Emotion.RAIVA),
        ("AN", Emotion.RAIVA),
        ("anger", Emotion.RAIVA),
        ("Angry", Emotion.RAIVA),
        ("af", Emotion.MEDO),
        ("fear", Emotion.MEDO),
        (6, Emotion.TRISTEZA),
        ("happiness", Emotion.FELICIDADE),
        (Emotion.NEUTRO, Emotion.NEUTRO),
    ],
)
def test_every_name_of_an_emotion_is_understood(text: str | int | Emotion, emotion: Emotion) -> None:
    assert emotions.parse(text) is emotion


@pytest.mark.parametrize("text", ["todas", "Todas", " all "])
def test_all_six_at_once(text: str) -> None:
    assert emotions.chosen(text) == tuple(Emotion)
    assert emotions.canonical(text) == "todas"


def test_one_is_a_choice_as_well() -> None:
    assert emotions.chosen("AN") == (Emotion.RAIVA,)
    assert emotions.canonical("AN") == "raiva"
    assert emotions.canonical("fashion_mnist") is None
    for nothing in ("odio", None):
        with pytest.raises(UserError, match=r"felicidade, medo, neutro"):
            emotions.chosen(nothing)


def test_kdef_codes() -> None:
    assert [emotion.kdef for emotion in Emotion] == ["HA", "AF", "NE", "AN", "SU", "SA"]


def test_an_unknown_emotion_lists_the_six() -> None:
    with pytest.raises(UserError) as error:
        emotions.parse("odio")
    for emotion in Emotion:
        assert emotion.value in str(error.value)
    assert "'odio'" in str(error.value)


@given(st.text())
def test_parse_names_one_of_the_six_or_complains(text: str) -> None:
    try:
        assert emotions.parse(text) in Emotion
    except UserError as error:
        assert "tristeza" in str(error)
