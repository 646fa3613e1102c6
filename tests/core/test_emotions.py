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


WORDS = {
    Emotion.FELICIDADE: "felicidade feliz Alegre alegria happy happiness joy HA 1",
    Emotion.MEDO: "medo medroso assustado assustada fear fearful scared afraid AF 2 com_medo",
    Emotion.NEUTRO: "neutro neutra neutral NE 3",
    Emotion.RAIVA: "raiva zangado zangada irritado bravo brava anger angry AN 4 com_raiva",
    Emotion.SURPRESA: "surpresa surpreso surpreendido surprise surprised SU 5",
    Emotion.TRISTEZA: "tristeza triste sad sadness SA 6",
}


@pytest.mark.parametrize(("emotion", "words"), WORDS.items(), ids=str)
def test_words_that_people_use(emotion: Emotion, words: str) -> None:
    for word in words.split():
        assert emotions.find(word.replace("_", " ")) is emotion, word
        assert emotions.parse(word.upper().replace("_", " ")) is emotion, word


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("01 - Felicidade", Emotion.FELICIDADE),
        ("3_sad", Emotion.TRISTEZA),
        ("happy_faces", Emotion.FELICIDADE),
        ("HappyFaces", Emotion.FELICIDADE),
        ("Rostos com raiva", Emotion.RAIVA),
        ("1_HA", Emotion.FELICIDADE),
        ("AF01", None),  # KDEF's folder of a person
        ("not happy", None),
        ("sem medo", None),
        ("happy and sad", None),
        ("Happily surprised", None),  # a compound expression
        ("disgust", None),
        ("nojo", None),
        ("7", None),
    ],
)
def test_names_with_something_beside_the_word(text: str, emotion: Emotion | None) -> None:
    assert emotions.find(text) is emotion


def test_a_list_is_a_choice_with_a_name_of_its_own() -> None:
    both = "medo+raiva", "[raiva, medo]", "['raiva', 'medo']"
    ways: tuple[emotions.Asked, ...] = (["anger", "AF"], ("medo", 4), [Emotion.RAIVA, "2"], *both)
    for asked in ways:
        assert emotions.chosen(asked) == (Emotion.MEDO, Emotion.RAIVA)
        assert emotions.canonical(asked) == "medo+raiva"
        assert emotions.are_several(asked)
    assert emotions.canonical(["sad", "triste"]) == "tristeza"
    assert emotions.canonical(list(Emotion)) == emotions.canonical(["todas"]) == "todas"
    assert emotions.are_several("todas") and not emotions.are_several("raiva")
    wrongs: tuple[emotions.Asked, ...] = (
        [],
        ["raiva", "odio"],
        "raiva+",
        "medo,odio",
        ["todas", "raiva"],
        "mnist",
        None,
    )
    for wrong in wrongs:
        assert emotions.canonical(wrong) is None
        assert not emotions.are_several(wrong)
    with pytest.raises(UserError, match="Unknown emotion 'odio'"):
        emotions.chosen(["raiva", "odio"])


@given(st.sets(st.sampled_from(list(Emotion)), min_size=1))
def test_the_name_of_a_choice_leads_back_to_it(some: set[Emotion]) -> None:
    name = emotions.canonical(sorted(some, key=str))
    assert set(emotions.chosen(name)) == some
    assert emotions.chosen(str([str(one) for one in some])) == emotions.chosen(name)
