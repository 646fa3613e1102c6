from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate

from emogan.config.compose import conf_dir
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.data.fer2013 import read_fer2013
from emogan.data.people import keep
from tests.data.pictures import drawn_face

USES = ("Training", "Training", "PublicTest", "PrivateTest")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Twenty-eight images of 48x48: four of each of the seven numbers; Training, Training, PublicTest, PrivateTest."""
    lines = ["emotion,pixels,Usage"]
    for seed in range(28):
        pixels = " ".join(map(str, image(seed).flatten()))
        lines.append(f"{seed // 4},{pixels},{USES[seed % 4]}")
    path = tmp_path / "fer2013" / "fer2013.csv"
    path.parent.mkdir()
    path.write_text("\n".join(lines) + "\n")
    return path


def image(seed: int) -> np.ndarray[Any, Any]:
    return np.array(drawn_face(seed, (48, 48)).convert("L"))


def module(root: Path, *overrides: str) -> Any:
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        base = ["data=fer2013", f"data.root={root}", "image_size=48", "run_dir=unused", "batch_size=2"]
        return instantiate(compose("train", [*base, *overrides]).data.module, _convert_="all")


def test_rows_are_faces_of_the_databases_own_numbers(table: Path) -> None:
    for root in (table, table.parent, table.parent.parent):
        index = read_fer2013(root, None)
        assert [str(face.emotion) for face in index.faces[::4]] == [
            "raiva", "medo", "felicidade", "tristeza", "surpresa", "neutro",
        ]  # fmt: skip
        assert [item.reason for item in index.left_out] == ["disgust (1) is none of the six emotions"] * 4
        assert index.faces[0].path == Path(f"{table}:2")
        assert index.root == table.parent


def test_a_training_gets_the_pixels_as_they_are(table: Path, private_cache: Path) -> None:
    first, again = module(table, "emotion=medo"), module(table, "emotion=medo")
    first.setup()
    again.setup()
    assert len(list(private_cache.glob("*.npz"))) == 1
    assert torch.equal(first.images, torch.stack([torch.from_numpy(image(seed))[None] for seed in range(8, 12)]))
    assert torch.equal(first.images, again.images)
    assert first.digest == again.digest
    # A changed row is another image, and another entry of the cache.
    table.write_text(table.read_text().replace(" ".join(map(str, image(8).flatten())), " ".join(["77"] * 2304)))
    changed = module(table, "emotion=medo")
    changed.setup()
    assert (changed.images[0] == 77).all()
    assert changed.digest != first.digest


def test_usage_chooses(table: Path) -> None:
    data = module(table, "emotion=raiva", "data.usage=Training")
    data.setup()
    assert [str(face.path.name) for face in data.faces] == ["fer2013.csv:2", "fer2013.csv:3"]
    assert len(read_fer2013(table, ["publictest", "PrivateTest"]).faces) == 12
    with pytest.raises(UserError, match=r"data.usage=test is unknown: expected Training, PublicTest, PrivateTest"):
        read_fer2013(table, "test")


def test_nobody_is_told_apart(table: Path) -> None:
    index = read_fer2013(table, None)
    assert index.remarks[0].startswith("Nothing says who is shown: FER2013 names nobody")
    with pytest.raises(UserError, match=r"data\.people=train keeps people apart, but nothing under"):
        keep(index, "train")


def test_other_columns_and_copies(table: Path) -> None:
    rows = [line.split(",") for line in table.read_text().splitlines()]
    rows = [*rows, rows[1]]
    other = table.with_name("icml_face_data.csv")
    other.write_text("\n".join(f"{emotion}, {use}, {pixels}" for emotion, pixels, use in rows))
    index = read_fer2013(other, None)
    assert len(index.faces) == 24
    assert [str(item) for item in index.left_out if item.irregular] == [
        "the same image as another file: icml_face_data.csv:2"
    ]
    with pytest.raises(
        UserError, match=r"holds 2 tables of pixels: give one of them, such as data.root=.*fer2013\.csv"
    ):
        read_fer2013(table.parent, None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("0,1 2 3,Training", "corrupt: 3 pixels: expected a square of values from 0 to 255"),
        ("0,1 2 x 4,Training", "corrupt: its pixels are no numbers"),
        ("0,1 2 3 999,Training", "corrupt: 4 pixels: expected a square of values from 0 to 255"),
        ("0,,Training", "corrupt: 0 pixels: expected a square of values from 0 to 255"),
        ("0,0 0 0 1,Training", "black placeholder: its mean is 0.2 of 255"),
    ],
)
def test_a_broken_row_is_left_out(line: str, reason: str, table: Path) -> None:
    table.write_text(table.read_text() + line + "\n")
    data = module(table, "emotion=raiva")
    data.setup()
    assert len(data.faces) == 4
    assert [str(item) for item in data.left_out if item.irregular] == [reason]


def test_a_number_that_is_no_emotion(table: Path) -> None:
    table.write_text(table.read_text() + "9,1 2 3 4,Training\n\n")
    index = read_fer2013(table, None)
    assert str(index.left_out[-1]) == "its emotion is no number from 0 to 6: 9"
    assert [face.emotion for face in index.faces if face.emotion is Emotion.NEUTRO] == [Emotion.NEUTRO] * 4


@pytest.mark.parametrize("content", ["", "file,emotion\n1,2\n", "emotion,pixels,Usage\n", "\0\0\xff"])
def test_what_is_no_such_table(content: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(content)
    for root in (tmp_path, tmp_path / "x.csv"):
        with pytest.raises(UserError, match=r"has no table of pixels: expected fer2013\.csv|has no row to use"):
            read_fer2013(root, None)
