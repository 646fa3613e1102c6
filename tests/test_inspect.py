import csv
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from omegaconf import DictConfig
from PIL import Image

from emogan.cli.calling import composed
from emogan.config.compose import conf_dir
from emogan.core.errors import UserError
from emogan.inspect import inspect, main
from emogan.reports.sheet import GAP, LABEL
from tests.data.conftest import kdef, private_cache  # noqa: F401  (fixtures)
from tests.data.pictures import write_black, write_face
from tests.typed import typed

IRREGULAR = [
    "KDEF/AF01/DSC_0001.JPG: its name does not follow KDEF's grammar: expected names such as AF01ANS (left out)",
    "KDEF/AF31/AF31V.JPG: misnamed: read as AF31SAHL (kept)",
    "KDEF/AM31/AM31H.JPG: misnamed: read as AM31SUHR (kept)",
    "KDEF/BF02/BF02ANS.JPG: black placeholder: its mean is 3.0 of 255 (left out)",
    "KDEF/BM01/BM01AFS.JPG: corrupt: cannot identify image file (left out)",
]


def config(verb: str, *overrides: str) -> DictConfig:
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        return compose(verb, list(overrides))


def table(path: Path) -> list[list[str]]:
    with path.open() as file:
        return list(csv.reader(file))


def test_a_kdef_tree_from_the_command_line(kdef: Path, tmp_path: Path) -> None:  # noqa: F811
    done = typed("inspect", "data=kdef", f"data.root={kdef}", "image_size=32", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (out,) = (tmp_path / "outputs" / "inspect").iterdir()
    assert [path.name for path in tmp_path.iterdir() if path.name != "cache"] == ["outputs"]
    names = {"report.md", "images.csv", "files.csv", "left_out.csv", "contact_sheet.png"}
    assert {path.name for path in out.iterdir()} == names

    lines = [line.strip() for line in done.stdout.splitlines()]
    assert "Irregular files: 8" in lines
    assert set(IRREGULAR) < set(lines)
    for start in (
        "KDEF/AF02/AF02ANS.JPG: corrupt: image file is truncated",
        "KDEF/BF02/BF02AFS.JPG: too large: 1600000000 pixels, 178956970 are the most",
        "KDEF/copies/af01ans.jpg: second file of the same name: the first is",
    ):
        assert any(line.startswith(start) and line.endswith("(left out)") for line in lines)
    rows = [line for line in done.stdout.splitlines() if line.startswith(("emotion", "felicidade", "(none)"))]
    assert len(rows) == 3
    assert max(map(len, rows)) <= 80
    assert "…" not in done.stdout

    report = (out / "report.md").read_text()
    assert "| emotion | HL F | S F | S M | HR M | all | used | people |" in report
    assert "| medo | 0 | 2 | 1 | 0 | 3 | 3 | 3 |" in report
    assert "| raiva | 1 | 2 | 2 | 0 | 5 | 4 | 2 |" in report
    assert "| (none) | 0 | 1 | 0 | 0 | 1 | 0 | 0 |" in report
    assert "| all | 2 | 5 | 3 | 1 | 11 | 7 | 3 |" in report
    assert "| 562 x 762 | 11 |" in report
    assert "| averaged face of AKDEF (data.akdef=true uses these) | 3 |" in report
    assert "| disgust (DI) is none of the six emotions | 1 |" in report

    assert table(out / "images.csv")[0] == ["emotion", "angle", "sex", "images", "used"]
    assert table(out / "files.csv")[0] == ["file", "emotion", "person", "angle", "sex", "used"]
    assert {row[5] for row in table(out / "files.csv")[1:]} == {"yes", "no"}
    assert ["raiva", "S", "F", "2", "2"] in table(out / "images.csv")
    assert ["tristeza", "HL", "F", "1", "0"] in table(out / "images.csv")
    left_out = table(out / "left_out.csv")
    assert len(left_out) == 1 + 20 - 7 + 3  # KDEFmap, ReadThis and the hidden file
    assert ["KDEF/AF01/AF01ANHL.JPG", "its angle is not data.angle=S", ""] in left_out
    size = (LABEL + 4 * (32 + GAP), 2 * (32 + GAP))  # medo and raiva; four images at most
    assert Image.open(out / "contact_sheet.png").size == size


@pytest.mark.parametrize("framed", ["data.crop=square", "data.crop=paper", "data.zoom=1.4"])
def test_the_sheet_shows_what_a_training_takes(framed: str, kdef: Path, tmp_path: Path) -> None:  # noqa: F811
    settings = ["data=kdef", f"data.root={kdef}", "image_size=48", "channels=3", framed]
    settings += ["samples_per_emotion=3", "seed=5"]
    out = inspect(config("inspect", *settings, f"out={tmp_path / 'out'}")).folder
    sheet = np.asarray(Image.open(out / "contact_sheet.png"))
    for row, emotion in enumerate(("medo", "raiva")):
        data = instantiate(config("train", *settings, f"emotion={emotion}", "data.cache=null").data.module)
        data.setup()
        for column, image in enumerate(data.images):
            top, left = row * (48 + GAP), LABEL + column * (48 + GAP)
            shown = torch.from_numpy(sheet[top : top + 48, left : left + 48].copy()).permute(2, 0, 1)
            assert torch.equal(shown, image)


def test_a_folder_per_emotion_without_angles(tmp_path: Path) -> None:
    for seed, (emotion, count) in enumerate((("happy", 3), ("anger", 2), ("nojo", 1))):
        for number in range(count):
            write_face(tmp_path / "faces" / emotion / f"{number}.png", 10 * seed + number, (40 + number % 2, 50))
    out = inspect(
        config(
            "inspect", "data=folder", "data.crop=square", f"data.root={tmp_path / 'faces'}", f"out={tmp_path / 'out'}"
        )
    ).folder
    report = (out / "report.md").read_text()
    assert "| emotion | images | all | used | people |" in report
    assert "| felicidade | 3 | 3 | 3 | 3 |" in report
    assert "| medo | 0 | 0 | 0 | 0 |" in report
    assert "| all | 5 | 5 | 5 | 5 |" in report
    assert report.index("| 40 x 50 | 3 |") < report.index("| 41 x 50 | 2 |")
    assert "| its folder nojo is none of the six emotions | 1 |" in report


def test_nothing_usable(tmp_path: Path) -> None:
    write_black(tmp_path / "faces" / "raiva" / "1.jpg")
    with pytest.raises(UserError, match=r"No usable image under .*faces: expected at least one; .*report\.md says why"):
        inspect(
            config(
                "inspect",
                "data=folder",
                "data.crop=square",
                f"data.root={tmp_path / 'faces'}",
                f"out={tmp_path / 'out'}",
            )
        )
    assert "| raiva/1.jpg | black placeholder: its mean is" in (tmp_path / "out" / "report.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["data=kdef"], "data.root is missing: give it as data.root=FOLDER"),
        (["data=folder", "data.root=/nowhere"], "data.root=/nowhere does not exist: expected a folder of images"),
        (["data.zoom=near"], "data.zoom=near is not usable: expected a number from 1 to 100; change it with"),
        (
            ["data=fashion_mnist"],
            "This database is no folder of image files: expected one of data=faces, data=kdef, data=",
        ),
    ],
)
def test_mistakes_on_the_command_line(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = typed("inspect", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"emogan: {message}")
    assert len(done.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == []


def test_names_are_printed_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "a[" / "b]"
    write_face(root / "raiva" / "1.png", 1, (40, 50))
    write_face(root / "odd [red]x" / "1.png", 1, (40, 50))
    odd = root / "raiva" / os.fsdecode(b"Jos\xe9.png")
    odd.write_text("no image")
    main(
        composed(
            "inspect",
            ["data=folder", "data.crop=square", f"data.root={root}", "image_size=16"],
            {"out": tmp_path / "out"},
        )
    )
    printed = capsys.readouterr().out
    assert str(root) in printed and "odd [red]x" in printed and r"Jos\xe9.png" in printed
    assert r"raiva/Jos\xe9.png" in (tmp_path / "out" / "left_out.csv").read_text(encoding="utf-8")


def test_where_results_go_is_known_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_face(tmp_path / "faces" / "raiva" / "1.png", 1, (40, 50))
    (tmp_path / "out").touch()

    def work(*_: object) -> None:
        raise AssertionError("the work began")

    monkeypatch.setattr("emogan.data.survey.survey", work)
    with pytest.raises(UserError, match=r"out=.*out is a file: give a folder that is new or empty"):
        inspect(
            config(
                "inspect",
                "data=folder",
                "data.crop=square",
                f"data.root={tmp_path / 'faces'}",
                f"out={tmp_path / 'out'}",
            )
        )
