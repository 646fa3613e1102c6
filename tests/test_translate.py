"""Photographs with another emotion, by the verb and from Python. What the network does is tested in translating/."""

import csv
from collections.abc import Callable
from pathlib import Path
from shutil import which

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

import emogan
from emogan import UserError
from emogan.cli.command import run
from emogan.core.emotions import EMOTIONS
from emogan.core.marking import CHANGED, OTHER_FACE
from emogan.data.faces import PACKAGED

Translate = Callable[..., list[dict[str, str]]]
WALL = Image.new("RGB", (90, 70), (120, 110, 90))
pytestmark = pytest.mark.usefixtures("log_handlers")


@pytest.fixture
def translate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Translate:
    """Runs the verb in ``tmp_path``; gives the rows of its table."""
    monkeypatch.chdir(tmp_path)

    def rows(*arguments: str) -> list[dict[str, str]]:
        assert run("translate", [*arguments, "out=out"]) == 0
        with Path("out/translated.csv").open(encoding="utf-8", newline="") as file:
            return [*csv.DictReader(file)]

    return rows


def resting() -> Image.Image:
    """A person that comes with emogan, at rest; nothing learnt from her."""
    return Image.open(PACKAGED / "KDEF" / "AF05" / "AF05NES.JPG").convert("RGB")


def test_a_photograph_keeps_its_size_format_and_colours(
    translate: Translate, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = Image.fromarray(astronaut())
    photo.save("ana (1).png")
    (row,) = translate("ana (1).png", "emotion=raiva")
    assert row == {"file": "ana (1).png", "faces": "1", "picture": "ana_1__raiva.png", "reason": ""}
    made = Image.open("out/ana_1__raiva.png")
    assert (made.size, made.mode) == (photo.size, "RGB")
    changed = (np.asarray(made) != np.asarray(photo)).any(2)
    assert 0.005 < changed.mean() < 0.1  # the face, and nothing else
    assert made.info["Description"] == OTHER_FACE and CHANGED in made.info["XML:com.adobe.xmp"]
    told = capsys.readouterr().out
    assert "1 face changed, 1 files and a table in out" in told and "Ask whom they show" in told
    assert sorted(path.name for path in Path("out").iterdir()) == [
        *("ana_1__raiva.png", "translate.json", "translated.csv"),
    ]


def test_six_emotions_are_read_as_what_they_are(translate: Translate) -> None:
    resting().resize((562, 762)).save("p.jpg", quality=95)
    rows = translate("p.jpg", "emotion=todas")
    assert [row["picture"] for row in rows] == [*(f"p_{emotion}.jpg" for emotion in EMOTIONS), "p_sheet.png"]
    read = [emogan.recognise(f"out/p_{emotion}.jpg")[0].emotion for emotion in EMOTIONS]
    assert sum(one == emotion.value for one, emotion in zip(read, EMOTIONS, strict=True)) >= 5, read
    with Image.open("out/p_raiva.jpg") as made:
        assert made.info["comment"].startswith(OTHER_FACE.encode()) and CHANGED.encode() in made.info["xmp"]
    assert Image.open("out/p_sheet.png").height == 320


def test_actions_alone_move_what_they_say(translate: Translate) -> None:
    resting().resize((562, 762)).save("p.png")
    translate("p.png", "actions={jawOpen:0.8}")
    before, after = emogan.recognise("p.png")[0], emogan.recognise("out/p_actions.png")[0]
    assert after.actions["jawOpen"] > before.actions["jawOpen"] + 0.3
    lips = [one.face.landmarks[66, 1] - one.face.landmarks[62, 1] for one in (before, after)]
    assert lips[1] > lips[0] + 5  # pixels between the lips


def test_a_film_begins_with_the_photograph(translate: Translate) -> None:
    resting().save("p.png")
    rows = translate("p.png", "emotion=surpresa", "frames=3", "fps=5")
    names = [row["picture"] for row in rows]
    assert names[:2] == ["p_surpresa.gif", "p_surpresa.webp"]
    with Image.open("out/p_surpresa.webp") as film:
        assert (film.n_frames, film.size) == (3, resting().size)  # type: ignore[attr-defined]
        first = np.asarray(film.convert("RGB")).astype(int)
        film.seek(2)
        last = np.asarray(film.convert("RGB")).astype(int)
    away = [np.abs(frame - np.asarray(resting()).astype(int)).mean() for frame in (first, last)]
    assert away[0] < 0.5 * away[1]


def test_a_face_follows_a_signal(translate: Translate, capsys: pytest.CaptureFixture[str]) -> None:
    resting().save("p.png")
    Path("labels.csv").write_text("time,sureness,neutral,surprise\n0,1,1,0\n1,1,0,1\n")
    rows = translate("p.png", "signal=labels.csv", "fps=2", "smooth=0")
    frames = [row["picture"] for row in rows if row["picture"].endswith(".png")]
    assert frames == ["p_signal/000001.png", "p_signal/000002.png", "p_signal/000003.png"]
    assert (Path("out/p_signal.mp4").exists()) == (which("ffmpeg") is not None)
    assert "Left out of the signal: column sureness" in capsys.readouterr().out
    read = [emogan.recognise(f"out/{frame}")[0].emotions["surpresa"] for frame in frames]
    assert read[0] < 0.5 < read[2] and read[0] < read[2]
    assert Image.open(f"out/{frames[1]}").info["Description"] == OTHER_FACE


def test_every_file_of_a_folder_has_its_row(translate: Translate) -> None:
    Path("f").mkdir()
    resting().save("f/a.png")
    resting().save("f/a.jpg")
    WALL.save("f/wall.png")
    Path("f/notes.txt").write_text("faces")
    rows = {row["file"]: row for row in translate("f", "emotion=medo", "faces=largest")}
    assert {name: (row["picture"], row["reason"]) for name, row in rows.items()} == {
        "a.jpg": ("a_medo.jpg", ""),
        "a.png": ("a_2_medo.png", ""),
        "wall.png": ("", "no face: none was found in it"),
        "notes.txt": ("", "no image (.txt)"),
    }


def test_from_python_and_the_same_seed_is_the_same() -> None:
    photo = resting()
    one, again = (emogan.translate(photo, emotion="anger", intensity=0.5)["raiva"] for _ in range(2))
    assert one.tobytes() == again.tobytes() and one.size == photo.size
    other = emogan.translate(photo, mix={"raiva": 0.6, "medo": 0.4}, seed=2)
    assert list(other) == ["raiva0.6_medo0.4"] and other["raiva0.6_medo0.4"].tobytes() != one.tobytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["photo=wall.png", "emotion=raiva"], "photo=wall.png cannot be used (no face: none was found in it)"),
        (["photo=small.png", "emotion=raiva"], "photo=small.png cannot be used (face too small: its eyes are"),
        (["photo=p.png"], "emotion"),
        (["photo=p.png", "signal=p.csv"], "signal=p.csv cannot be read"),
        (["photo=p.png", "signal=p.csv", "emotion=raiva"], "signal=p.csv is not usable with emotion=raiva"),
        (["photo=p.png", "emotion=odio"], "emotion=odio is not usable"),
        (["photo=p.png", "emotion=raiva", "mix={medo:1}"], "mix={'medo': 1} is not usable"),
        (
            ["photo=p.png", "actions={jawopen:0.4}"],
            "is not usable: expected facial actions that emogan recognise lists",
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    WALL.save("wall.png")
    resting().resize((20, 27)).save("small.png")
    resting().save("p.png")
    assert run("translate", [*arguments, "out=out"]) == 2
    said = capsys.readouterr().err
    assert told in said and len(said.strip().splitlines()) == 1
    assert not Path("out").exists()


def test_from_python_a_wall_is_an_error() -> None:
    with pytest.raises(UserError, match=r"The photograph cannot be used \(no face: none was found in it\)"):
        emogan.translate(WALL, emotion="raiva")
    with pytest.raises(UserError, match=r"expected no frames= and no signal=, films are the command's"):
        emogan.translate(WALL, emotion="raiva", frames=3)
