import shutil
from pathlib import Path

from emogan.data.folder import read_folder
from tests.data.pictures import write_black, write_face


def test_the_same_content_counts_once(tmp_path: Path) -> None:
    for seed, name in enumerate(("raiva/ana/1.jpg", "raiva/bob/2.jpg", "medo/ana/3.jpg")):
        write_face(tmp_path / name, seed, (20, 24))
    shutil.copy(tmp_path / "raiva/ana/1.jpg", tmp_path / "raiva/bob/copy.jpg")
    shutil.copy(tmp_path / "raiva/ana/1.jpg", tmp_path / "raiva/ana/copy.jpg")
    index = read_folder(tmp_path)
    assert [face.path.name for face in index.faces] == ["3.jpg", "1.jpg", "2.jpg"]
    assert [(item.path.parent.name, str(item), item.irregular) for item in index.left_out] == [
        ("ana", "the same image as another file: raiva/ana/1.jpg", True),
        ("bob", "the same image as another file: raiva/ana/1.jpg", True),
    ]


def test_the_same_content_under_two_emotions_is_neither(tmp_path: Path) -> None:
    write_face(tmp_path / "raiva" / "1.jpg", 1, (20, 24))
    write_face(tmp_path / "medo" / "2.jpg", 2, (20, 24))
    shutil.copy(tmp_path / "raiva" / "1.jpg", tmp_path / "medo" / "3.jpg")
    index = read_folder(tmp_path)
    assert [face.path.name for face in index.faces] == ["2.jpg"]
    assert [str(item) for item in index.left_out] == [
        "the same image stands for two emotions: raiva/1.jpg",
        "the same image stands for two emotions: medo/3.jpg",
    ]


def test_what_is_no_image_is_no_copy(tmp_path: Path) -> None:
    """KDEF's placeholders are all alike: decoding says what they are."""
    for name in ("1.jpg", "2.jpg"):
        write_black(tmp_path / "raiva" / name)
        (tmp_path / "raiva" / f"torn_{name}").write_bytes(b"torn")
    assert len(read_folder(tmp_path).faces) == 4
