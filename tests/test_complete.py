"""Covered faces completed, by the verb and from Python."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

import emogan
from emogan import UserError
from emogan.cli.command import run
from emogan.core.emotions import EMOTIONS
from emogan.core.marking import CHANGED, COMPLETED
from emogan.data.faces import PACKAGED

Complete = Callable[..., list[dict[str, str]]]
pytestmark = pytest.mark.usefixtures("log_handlers")
WALL = Image.new("RGB", (90, 70), (120, 110, 90))


def person() -> Image.Image:
    """Somebody that nothing learnt from, at rest."""
    return Image.open(PACKAGED / "KDEF" / "AF05" / "AF05NES.JPG").convert("RGB")


def mouth_of(photo: Image.Image) -> tuple[int, int, int, int]:
    """A box around the mouth of a face that is framed as KDEF's are."""
    width, height = photo.size
    return int(0.36 * width), int(0.58 * height), int(0.64 * width), int(0.72 * height)


def masked() -> tuple[Image.Image, Image.Image]:
    """A person with a black bar before the mouth, and the mask of it."""
    photo = person()
    mask = Image.new("L", photo.size)
    ImageDraw.Draw(mask).rectangle(mouth_of(photo), fill=255)
    ImageDraw.Draw(photo).rectangle(mouth_of(photo), fill=0)
    return photo, mask


@pytest.fixture
def complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Complete:
    """Runs the verb in ``tmp_path``; gives the rows of its table."""
    monkeypatch.chdir(tmp_path)
    photo, mask = masked()
    photo.save("photo.png")
    mask.save("mask.png")

    def rows(*arguments: str) -> list[dict[str, str]]:
        assert run("complete", [*arguments, "out=out"]) == 0
        with Path("out/completed.csv").open(encoding="utf-8", newline="") as file:
            return [*csv.DictReader(file)]

    return rows


def test_what_the_mask_says_is_drawn_and_nothing_else(complete: Complete, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = complete("photo.png", "mask=mask.png")
    assert (row["file"], row["faces"], row["picture"]) == ("photo.png", "1", "photo_completed.png")
    assert row["shows"] in [str(emotion) for emotion in EMOTIONS] and 0.05 < float(row["hidden"]) < 0.5
    photo, mask = masked()
    made = Image.open("out/photo_completed.png")
    assert (
        made.size == photo.size and made.info["Description"] == COMPLETED and CHANGED in made.info["XML:com.adobe.xmp"]
    )
    before, after, hidden = (np.asarray(one, int) for one in (photo, made, mask))
    far = np.asarray(mask.resize((30, 40)).resize(mask.size, Image.Resampling.BOX)) == 0
    assert (before[far] == after[far]).all()
    inner = hidden > 0
    assert after[inner].mean() > 40  # skin where there was a black bar
    truth = np.asarray(person(), int)
    assert np.abs(after - truth)[inner].mean() < 0.5 * np.abs(before - truth)[inner].mean()
    told = capsys.readouterr().out
    assert "% of a face hidden, what is visible shows" in told and "nobody knows what was there" in told


def test_a_cover_is_found_by_itself(complete: Complete) -> None:
    (row,) = complete("photo.png", "cover=auto")
    assert row["faces"] == "1" and 0.05 < float(row["hidden"]) < 0.6
    made, before = (np.asarray(Image.open(one).convert("L"), int) for one in ("out/photo_completed.png", "photo.png"))
    left, top, right, bottom = mouth_of(person())
    inner = slice(top + 4, bottom - 4), slice(left + 8, right - 8)
    assert made[inner].mean() > before[inner].mean() + 30


def test_an_emotion_is_set(complete: Complete) -> None:
    rows = complete("photo.png", "mask=mask.png", "emotion=[felicidade,raiva]")
    assert [row["picture"] for row in rows] == ["photo_felicidade.png", "photo_raiva.png"]
    for name in ("felicidade", "raiva"):
        (read,) = emogan.recognise(f"out/photo_{name}.png", faces="largest")
        assert read.emotion == name


def test_in_memory_it_is_the_same(complete: Complete) -> None:
    complete("photo.png", "mask=mask.png")
    photo, mask = masked()
    made = emogan.complete(photo, mask)["completed"]
    assert np.array_equal(np.asarray(made), np.asarray(Image.open("out/photo_completed.png")))
    assert list(emogan.complete(photo, mask, emotion="medo")) == ["medo"]
    grey = emogan.complete(photo.convert("L"), mask)["completed"]
    assert grey.mode == "L"


def test_a_folder_says_which_could_not_be_completed(complete: Complete) -> None:
    Path("many").mkdir()
    masked()[0].save("many/a.png")
    person().save("many/b.png")
    WALL.save("many/c.png")
    a, b, c = complete("many", "cover=auto")
    assert a["picture"] == "a_completed.png"
    assert b["reason"].startswith("no cover: nothing was found that covers a face")
    assert c["reason"].startswith("no face: none was found in it")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["wall.png"], "(no face: none was found in it): expected a photograph that shows a covered face, give"),
        (["plain.png"], "nothing was found that covers a face, paint what is hidden white in a picture as large"),
        (["photo.png", "mask=small.png"], "mask= is 90 x 70 pixels, expected"),
        (["photo.png", "mask=black.png"], "no face lies under the white of mask="),
        (["photo.png", "mask=nothing.png"], "mask=nothing.png does not exist: expected a picture that is white where"),
        (["photo.png", "mask=text.png"], "mask=text.png cannot be used (corrupt"),
        (["photo=[photo.png,plain.png]", "mask=mask.png"], "mask=mask.png goes with one photograph"),
        (["photo.png", "cover=yes"], "cover=yes is not usable: expected auto, or null"),
    ],
)
def test_bad_input_is_one_sentence(
    arguments: list[str], says: str, complete: Complete, capsys: pytest.CaptureFixture[str]
) -> None:
    WALL.save("wall.png")
    WALL.convert("L").save("small.png")
    person().save("plain.png")
    Image.new("L", person().size).save("black.png")
    Path("text.png").write_text("no picture", encoding="utf-8")
    assert run("complete", [*arguments, "out=out"]) == 2
    told = capsys.readouterr().err
    assert says in told and told.count("\n") == 1
    assert not Path("out").exists() or not any(Path("out").iterdir())


def test_bad_input_in_memory_is_told() -> None:
    with pytest.raises(UserError, match=r"cannot be used .* expected a picture with a covered face"):
        emogan.complete(WALL)
