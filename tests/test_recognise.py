"""Every face of photographs, read by the verb and from Python. What the network says of them is tested beside it."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

import emogan
from emogan import UserError, api
from emogan.cli.command import run
from emogan.cli.start import INTERRUPTED
from emogan.core.emotions import EMOTIONS
from emogan.data.decode import square
from emogan.data.faces import PACKAGED
from emogan.finding.finder import find_faces
from emogan.finding.frames import ALIGNED, CLOSE, laid_over
from emogan.recognition import photographs

WALL = Image.new("RGB", (90, 70), (120, 110, 90))
Read = Callable[..., list[dict[str, str]]]
pytestmark = pytest.mark.usefixtures("log_handlers")


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Runs the verb in ``tmp_path``; gives the rows of its table."""
    monkeypatch.chdir(tmp_path)

    def rows(*arguments: str) -> list[dict[str, str]]:
        assert run("recognise", [*arguments, "out=out"]) == 0
        with Path("out/recognised.csv").open(encoding="utf-8", newline="") as file:
            return [*csv.DictReader(file)]

    return rows


def rendered() -> Image.Image:
    """A person that comes with emogan."""
    return Image.open(PACKAGED / "KDEF" / "AF01" / "AF01HAS.JPG").convert("RGB")


def middle(width: int, height: int) -> tuple[float, float]:
    """Where the square around the face of a rendered picture has its middle, as its framing says."""
    left, top, right, _ = square(width, height, 0.57, 1.0)
    x, y = laid_over(ALIGNED, CLOSE).to_picture(np.array([0.5, 0.5]))
    return left + (right - left) * x, top + (right - left) * y


def placed(*at: tuple[int, int, float], size: tuple[int, int] = (760, 560)) -> Image.Image:
    """The rendered person at some places (left, top, how many times larger) of a wall."""
    picture = Image.new("RGB", size, (120, 110, 90))
    for left, top, scale in at:
        person = rendered()
        picture.paste(person.resize((round(scale * person.width), round(scale * person.height))), (left, top))
    return picture


def near(row: dict[str, str], left: int, top: int, scale: float) -> bool:
    x, y = middle(*rendered().size)
    side = float(row["side"])
    return bool(np.hypot(left + scale * x - float(row["x"]), top + scale * y - float(row["y"])) < 0.15 * side)


def test_a_photograph_gives_a_row_and_a_copy(read: Read, capsys: pytest.CaptureFixture[str]) -> None:
    photo = Image.fromarray(astronaut())
    photo.save("ana (1).png")
    (row,) = read("ana (1).png")
    assert (row["file"], row["face"], row["picture"], row["reason"]) == ("ana (1).png", "1", "ana_1_.png", "")
    shares = {emotion: float(row[str(emotion)]) for emotion in EMOTIONS}
    assert sum(shares.values()) == pytest.approx(1, abs=0.001)
    assert shares[max(shares, key=lambda one: shares[one])] == pytest.approx(float(row[row["emotion"]]), abs=0.001)
    assert 0.8 < float(row["sure"]) <= 1 and float(row["strength"]) >= 0
    assert {"jawOpen", "mouthSmileLeft", "mouthSmileRight"} < set(row)
    copy = Image.open("out/ana_1_.png")
    assert copy.size == photo.size
    changed = (np.asarray(copy) != np.asarray(photo)).any(2)
    assert 0 < changed.mean() < 0.2  # something is drawn, and the rest is as it was
    told = capsys.readouterr().out
    assert "strength" in told and f"ana (1).png, face 1 at {row['x']}, {row['y']}, {row['side']} pixels wide:" in told
    assert "In out: recognised.csv (1 face), 1 annotated copy" in told


def test_faces_are_told_where_they_are_the_largest_first(read: Read, tmp_path: Path) -> None:
    places = [(20, 120, 1.0), (380, 10, 1.3)]
    placed(*places).save("two.png")
    rows = read("photo=two.png", "pictures=false")
    assert [row["face"] for row in rows] == ["1", "2"]
    assert near(rows[0], *places[1]) and near(rows[1], *places[0])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["recognised.csv"]
    (tmp_path / "out" / "recognised.csv").unlink()
    (largest,) = read("two.png", "faces=largest", "pictures=false")
    assert largest == rows[0]


def test_every_file_of_a_folder_has_its_row(read: Read, capsys: pytest.CaptureFixture[str]) -> None:
    Path("f/deep").mkdir(parents=True)
    turned = Image.Exif()
    turned[0x0112] = 6
    photo = placed((200, 60, 1.0), size=(700, 500))
    photo.save("f/upright.png")
    photo.save("f/upright.jpg", quality=92)
    photo.rotate(90, expand=True).save("f/deep/turned.jpg", exif=turned, quality=92)
    content = Path("f/upright.jpg").read_bytes()
    Path("f/damaged.jpg").write_bytes(content[: len(content) // 2])
    WALL.save("f/wall.png")
    Path("f/notes.txt").write_text("faces")
    Path("f/.hidden").touch()
    rows = {row["file"]: row for row in read("f")}
    assert list(rows) == [
        *("damaged.jpg", "deep/turned.jpg", "upright.jpg", "upright.png", "wall.png", ".hidden", "notes.txt"),
    ]
    for name in ("deep/turned.jpg", "upright.jpg", "upright.png"):
        assert near(rows[name], 200, 60, 1.0), name
        assert Image.open(Path("out", rows[name]["picture"])).size == (700, 500)
    copies = [rows[name]["picture"] for name in ("deep/turned.jpg", "upright.jpg", "upright.png")]
    assert copies == ["deep_turned.png", "upright.png", "upright_2.png"]
    assert rows["damaged.jpg"]["reason"].startswith("corrupt: ")
    assert rows["wall.png"]["reason"] == "no face was found in it"
    assert rows["notes.txt"]["reason"] == "no image (.txt)"
    assert rows[".hidden"]["reason"] == "hidden and system files and folders: .hidden"
    for name in ("damaged.jpg", "wall.png", "notes.txt"):
        assert (rows[name]["face"], rows[name]["emotion"], rows[name]["picture"]) == ("0", "", "")
    told = capsys.readouterr().out
    assert "  wall.png (no face was found in it)\n" in told and "  notes.txt (no image (.txt))\n" in told


def test_a_large_photograph_is_told_in_its_own_pixels(read: Read) -> None:
    placed((900, 500, 9.0), size=(5200, 5000)).save("large.jpg", quality=60)
    (row,) = read("large.jpg")
    assert near(row, 900, 500, 9.0)
    assert max(Image.open("out/large.png").size) == 1600


def test_words_are_paths_as_they_are_typed(read: Read) -> None:
    for name in ("a=b.png", "-x.png", "it's, [1].png"):
        WALL.save(name)
    assert [row["file"] for row in read("a=b.png", "-x.png", "it's, [1].png", "a=b.png")] == [
        *("a=b.png", "-x.png", "it's, [1].png"),
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["wall.png"], "photo=wall.png cannot be used (no face was found in it): expected a photograph that shows"),
        (["photo=damaged.jpg"], "photo=damaged.jpg cannot be used (corrupt: "),
        (["nowhere.jpg"], "photo=nowhere.jpg does not exist: expected a photograph or a folder of them"),
        (["texts"], "photo=texts holds no image: expected files ending in "),
        ([], "photo is missing: give it as photo=PHOTO.jpg."),
        (["wall.png", "photo=damaged.jpg"], "wall.png and photo=… both name files: give them all as words, or all as"),
        (["wall.png", "faces=first"], "faces=first is not usable: expected one of all, largest"),
        (["wall.png", "face=all"], "recognise has no setting face: did you mean faces=VALUE?"),
        (["--faces", "all"], "--faces is no flag of recognise: settings are given as faces=VALUE, without dashes."),
    ],
)
def test_mistakes_are_one_line_and_leave_nothing(
    arguments: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    WALL.save("wall.png")
    Path("damaged.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    Path("texts").mkdir()
    Path("texts/a.txt").write_text("a")
    before = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert run("recognise", arguments) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith(f"emogan: {told}"), shown.err
    assert shown.err.count("\n") == 1 and shown.out == ""
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == before


def test_what_was_read_before_ctrl_c_is_in_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in "abc":
        WALL.save(f"{name}.png")
    real = find_faces

    def interrupted(picture: Image.Image) -> object:
        if interrupted.calls == 2:  # type: ignore[attr-defined]
            raise KeyboardInterrupt
        interrupted.calls += 1  # type: ignore[attr-defined]
        return real(picture)

    interrupted.calls = 0  # type: ignore[attr-defined]
    monkeypatch.setattr(photographs, "find_faces", interrupted)
    assert run("recognise", ["a.png", "b.png", "c.png", "out=out"]) == INTERRUPTED
    assert "interrupted; 2 of 3 photographs are in out/recognised.csv." in capsys.readouterr().err
    assert len(Path("out/recognised.csv").read_text(encoding="utf-8").splitlines()) == 3


def test_from_python_a_file_its_bytes_an_image_and_an_array_are_read_alike(tmp_path: Path) -> None:
    picture = placed((200, 60, 1.0), size=(700, 500)).convert("L")
    picture.save(tmp_path / "a.png")
    content = io.BytesIO()
    picture.save(content, "PNG")
    given: tuple[photographs.Given, ...] = (
        tmp_path / "a.png",
        str(tmp_path / "a.png"),
        content.getvalue(),
        picture,
        np.asarray(picture),
    )
    ways: list[photographs.Given] = [
        *given,
        np.asarray(picture)[..., None],
        np.asarray(picture.convert("RGB")),
        picture.convert("LA"),
    ]
    expected: list[float] = []
    for one in ways:
        (face,) = emogan.recognise(one, faces="largest")
        assert sum(face.emotions.values()) == pytest.approx(1, abs=1e-5)
        assert face.emotion in [str(emotion) for emotion in EMOTIONS]
        found = face.face.landmarks.mean(0).tolist()
        expected = expected or found
        assert found == pytest.approx(expected, abs=0.5)
    assert emogan.recognise(WALL) == []
    assert api.recognise(WALL) == []


@pytest.mark.parametrize(
    ("photo", "told"),
    [
        (b"no picture", "The photograph cannot be used (corrupt: "),
        ("nowhere.jpg", "The photograph cannot be used (cannot be read: No such file or directory)"),
        (np.zeros((4, 4), np.float32), "no picture: an array of float32 (4, 4), expected uint8 (h, w), (h, w, 1) or"),
        (np.zeros((0, 4), np.uint8), "no picture: an array of uint8 (0, 4)"),
        (np.zeros((4, 4, 2), np.uint8), "no picture: an array of uint8 (4, 4, 2)"),
        (Image.new("HSV", (9, 9)), "no picture: an image of mode HSV, convert it to RGB"),
    ],
)
def test_what_is_no_picture_is_a_sentence(photo: photographs.Given, told: str) -> None:
    with pytest.raises(UserError) as caught:
        emogan.recognise(photo)
    assert told in str(caught.value)
    with pytest.raises(UserError, match="faces=first is not usable: expected one of all, largest"):
        emogan.recognise(photo, faces="first")


def test_pictures_of_any_shape_are_looked_at() -> None:
    for size in ((1, 1), (1, 3000), (3000, 1), (5, 3)):
        assert emogan.recognise(Image.new("L", size, 90)) == []
