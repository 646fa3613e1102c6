import io
import sys

import pytest

from emogan.cli import menu
from emogan.core.emotions import Emotion


@pytest.mark.parametrize(
    ("answers", "emotion"),
    [(["4"], Emotion.RAIVA), (["Surpresa"], Emotion.SURPRESA), (["7", "", "odio", " medo "], Emotion.MEDO)],
)
def test_the_menu_asks_until_the_answer_names_an_emotion(
    answers: list[str], emotion: Emotion, capsys: pytest.CaptureFixture[str]
) -> None:
    left = iter(answers)
    assert menu.ask(lambda _: next(left)) is emotion
    shown = capsys.readouterr().out
    for line in ("1 - Felicidade", "2 - Medo", "3 - Neutro", "4 - Raiva", "5 - Surpresa", "6 - Tristeza"):
        assert line in shown
    assert shown.count("Unknown emotion") == len(answers) - 1
    assert list(left) == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("arguments", "added"),
    [
        ([], ["emotion=medo"]),
        (["epochs=3"], ["emotion=medo"]),
        (["emotion=raiva"], []),
        (["-m", "experiment=six_emotions"], []),
        (["--help"], []),
        (["no_such_key=1"], []),
    ],
)
def test_only_a_terminal_with_an_open_question_gets_the_menu(
    arguments: list[str], added: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(menu, "ask", lambda: Emotion.MEDO)
    monkeypatch.setattr(sys, "stdin", Terminal())
    assert menu.with_emotion(arguments, "train") == [*arguments, *added]
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert menu.with_emotion(arguments, "train") == arguments
