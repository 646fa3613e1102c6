from pathlib import Path

import pytest

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.data.folder import read_folder
from emogan.data.index import Index
from tests.data.pictures import write_face


def read(root: Path, *names: str) -> Index:
    for seed, name in enumerate(names):
        write_face(root / name, seed, (20, 24))
    return read_folder(root)


@pytest.mark.parametrize(
    ("name", "emotion"),
    [
        ("AF/happy/1.jpg", Emotion.FELICIDADE),  # a word before a code
        ("happy/AF/1.jpg", Emotion.FELICIDADE),
        ("AF/HA/1.jpg", Emotion.FELICIDADE),  # the nearer code
        ("feliz/1.jpg", Emotion.FELICIDADE),
        ("01 - Felicidade/1.jpg", Emotion.FELICIDADE),
        ("3_sad/1.jpg", Emotion.TRISTEZA),
        ("com raiva/1.jpg", Emotion.RAIVA),
        ("Neutral background/happy/1.jpg", Emotion.FELICIDADE),  # what says nothing else before what says more
        ("happy_sad_collection/sad/1.jpg", Emotion.TRISTEZA),
        ("happy_kids/1.jpg", Emotion.FELICIDADE),
        ("sad/happy/not.jpg", None),
        ("train/Rafd090_01_Caucasian_female_happy_frontal.jpg", Emotion.FELICIDADE),
        ("KA.HA1.1.tiff", Emotion.FELICIDADE),
        ("KA.FE3.47.tiff", Emotion.MEDO),
        ("AF01HAS.JPG", Emotion.FELICIDADE),
        ("faces/ana_angry_2.png", Emotion.RAIVA),
        ("AF/disgust/1.jpg", None),  # not medo
        ("happy/Rafd090_01_Caucasian_female_sad_frontal.jpg", None),
        ("KA.DI1.42.tiff", None),
        ("AF01/1.jpg", None),
        ("3/1.jpg", None),
    ],
)
def test_the_emotion_of_a_path(name: str, emotion: Emotion | None, tmp_path: Path) -> None:
    index = read(tmp_path, name, "medo/other.jpg")
    found = {face.path.relative_to(tmp_path).as_posix(): face.emotion for face in index.faces}
    assert found.get(name) is emotion
    assert len(index.faces) + len(index.left_out) == 2


def test_two_emotions_on_one_path_are_told(tmp_path: Path) -> None:
    index = read(tmp_path, "happy/anger/1.jpg", "raiva/nojo/2.jpg", "medo/3.jpg", "medo/AF/4.jpg")
    assert [face.path.name for face in index.faces] == ["3.jpg", "4.jpg"]
    assert [(item.path.name, str(item), item.irregular) for item in index.left_out] == [
        ("1.jpg", "its path names two emotions: anger (raiva) and happy (felicidade)", True),
        ("2.jpg", "its path names two emotions: nojo (none of the six) and raiva (raiva)", True),
    ]
    with pytest.raises(UserError, match=r"has no image whose emotion is clear, such as 1\.jpg: its path names two"):
        read(tmp_path / "alone", "happy/anger/1.jpg")


def test_a_name_of_kdef_in_another_emotions_folder_is_told(tmp_path: Path) -> None:
    index = read(tmp_path, "medo/AF01HAS.JPG")
    assert [face.emotion for face in index.faces] == [Emotion.MEDO]
    assert [note.text for note in index.notes] == ["used as medo, by its folder; by its name it is felicidade"]


def test_the_database_s_own_folder_says_nothing(tmp_path: Path) -> None:
    index = read(tmp_path / "raiva", "feliz/1.jpg")
    assert [face.emotion for face in index.faces] == [Emotion.FELICIDADE]
