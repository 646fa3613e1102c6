import pytest

from emogan.cli.arguments import canonical, prepare
from emogan.core.errors import UserError


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("emotion=anger", "emotion=raiva"),
        ("emotion=AF,6,neutral", "emotion=medo,tristeza,neutro"),
        ("emotion=odio", "emotion=odio"),
        ("emotion=ódio", "emotion='ódio'"),
        ("to=sad", "to=tristeza"),
        ("emotion=[anger,AF]", "emotion=medo+raiva"),
        ("emotion=[medo,odio]", "emotion=[medo,odio]"),
        ("emotion=all", "emotion=todas"),
        ("seed=1", "seed=1"),
        ("emotion", "emotion"),
    ],
)
def test_emotions_get_their_canonical_names(typed: str, meant: str) -> None:
    assert canonical(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["a.jpg"], ["photo='a.jpg'"]),
        (["photo=a.jpg"], ["photo='a.jpg'"]),
        (["faces=largest", "a, (1).jpg", "$b.jpg"], ["faces=largest", "photo=['a, (1).jpg','$b.jpg']"]),
        (["-c", "job", "a.jpg"], ["-c", "job", "photo='a.jpg'"]),
    ],
)
def test_plain_words_are_photographs(typed: list[str], meant: list[str]) -> None:
    assert prepare("recognise", typed) == meant


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("raiva", "raiva is no setting: expected setting=value, such as emotion=raiva."),
        ("--emotion", "--emotion is no flag of train: settings are given as emotion=VALUE, without dashes."),
        ("data=kdfe", "did you mean data=kdef?"),
        ("data=[1,2]", "data=[1,2] is no choice: expected one of faces, "),
        ("objective=null", "objective=null is not there: expected one of bce, hinge"),
    ],
)
def test_what_hydra_would_explain_badly_is_told(argument: str, told: str) -> None:
    with pytest.raises(UserError) as caught:
        prepare("train", [argument])
    assert told in str(caught.value)
