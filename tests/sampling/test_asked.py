import pytest

from emogan.core import emotions
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.sampling.asked import People, asked, title_of


def test_one_several_and_all() -> None:
    assert asked("anger") == {"raiva": {Emotion.RAIVA: 1.0}}
    assert list(asked(["raiva", "AF"])) == ["medo", "raiva"]
    assert [next(iter(mix)) for mix in asked("todas").values()] == list(EMOTIONS)
    assert (title_of(asked("todas")), title_of(asked(["raiva", "medo"]))) == ("todas", "medo+raiva")


def test_shares_of_one_emotion_in_two_words_are_added() -> None:
    assert asked(None, {"raiva": 1, "anger": 2, Emotion.MEDO: 1}) == {
        "raiva3_medo1": {Emotion.RAIVA: 3.0, Emotion.MEDO: 1.0}
    }


@pytest.mark.parametrize(
    ("emotion", "mix", "says"),
    [
        (None, None, "No emotion given"),
        ([], None, "No emotion given"),
        (["raiva", "odio"], None, "Unknown emotion 'odio'"),
        (None, {"medo": float("nan")}, "shares of emotions such as"),
        (None, {"medo": True}, "shares of emotions such as"),
        (None, {}, "shares of emotions such as"),
    ],
)
def test_anything_else_is_a_sentence(emotion: emotions.Asked, mix: object, says: str) -> None:
    with pytest.raises(UserError, match=says):
        asked(emotion, mix)


def test_a_label_is_the_seed_and_the_number() -> None:
    assert People(3, seed=7, first=20).label(2) == "s7_0022"
