from pathlib import Path

import pytest

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.data.folder import read_folder
from tests.data.pictures import write_face

SMALL = (30, 40)


def test_names_in_both_languages_codes_and_people_on_either_side(tmp_path: Path) -> None:
    expected = {
        "raiva/p1.jpg": (Emotion.RAIVA, "raiva/p1"),  # a name that does not come back: it may be anybody's
        "Happiness/ana/1.JPG": (Emotion.FELICIDADE, "ana"),
        "SU/ana/morning/2.png": (Emotion.SURPRESA, "ana"),
        "bob/afraid/3.jpeg": (Emotion.MEDO, "bob"),
        "1/neutro/4.jpg": (Emotion.NEUTRO, "1"),
    }
    for seed, name in enumerate(expected):
        write_face(tmp_path / name, seed, SMALL)
    index = read_folder(tmp_path)
    found = {face.path.relative_to(tmp_path).as_posix(): (face.emotion, face.person) for face in index.faces}
    assert found == expected
    assert [face.path for face in index.faces] == sorted(face.path for face in index.faces)
    assert not index.left_out
    assert index.remarks == ["3 people are told apart by folders; nothing says who 1 others show"]


def test_other_folders_are_counted_with_their_names(tmp_path: Path) -> None:
    for name in ("raiva/1.jpg", "nojo/1.jpg", "nojo/2.jpg", "3/1.jpg", "loose.jpg"):
        write_face(tmp_path / name, 0, SMALL)
    (tmp_path / "raiva" / "notes.txt").write_text("not an image")
    (tmp_path / "raiva" / ".hidden.jpg").write_text("not an image")
    index = read_folder(tmp_path)
    assert len(index.faces) == 1
    assert sorted((item.path.name, item.reason) for item in index.left_out) == [
        (".hidden.jpg", "hidden and system files and folders"),
        ("1.jpg", "its folder 3 is none of the six emotions"),
        ("1.jpg", "its folder nojo is none of the six emotions"),
        ("2.jpg", "its folder nojo is none of the six emotions"),
        ("loose.jpg", "it lies in no emotion's folder"),
        ("notes.txt", "no image (.txt)"),
    ]


def test_no_folder_of_an_emotion(tmp_path: Path) -> None:
    write_face(tmp_path / "people" / "1.jpg", 0, SMALL)
    with pytest.raises(UserError) as error:
        read_folder(tmp_path)
    assert str(error.value) == (
        f"data.root={tmp_path} has no folder named after an emotion: expected folders such as felicidade, medo, neutro,"
        " raiva, surpresa, tristeza; rename yours, give the folder that holds them, or tell with data.pattern=PATTERN"
        " where names say it."
    )


def test_a_closed_folder_is_named(as_nobody: Path) -> None:
    write_face(as_nobody / "raiva" / "1.jpg", 0, SMALL)
    closed = as_nobody / "medo"
    closed.mkdir(mode=0)
    index = read_folder(as_nobody)
    assert [(item.path, str(item), item.irregular) for item in index.left_out] == [
        (closed, "folder cannot be read: Permission denied", True)
    ]
    with pytest.raises(
        UserError, match=r"medo cannot be read .Permission denied.: allow it, or give another data.root"
    ):
        read_folder(closed)
    closed.chmod(0o700)
