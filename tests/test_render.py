import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from omegaconf import DictConfig, OmegaConf
from PIL import Image

from emogan.config.compose import compose_verb
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.render import render

PACKAGED = Path(__file__).parents[1] / "emogan/data/packaged"


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "emogan.render", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=cwd,
        check=False,
    )


def config(out: Path, **changes: object) -> DictConfig:
    cfg = compose_verb("render", [])
    merged = OmegaConf.merge(cfg, {"out": str(out)}, dict(changes))
    assert isinstance(merged, DictConfig)
    return merged


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"people": 0}, ["people=0", "from 1 to 100,000"]),
        ({"people": "many"}, ["people=many", "whole number"]),
        ({"quality": 100}, ["quality=100", "95"]),
        ({"samples": 1.5}, ["samples=1.5"]),
        ({"workers": 0}, ["workers=0"]),
        ({"sessions": ["C"]}, ["sessions=[C]", "A, B"]),
        ({"angles": ["up"]}, ["angles=[up]", "HL"]),
        ({"emotions": ["odio"]}, ["odio", "felicidade"]),
        ({"emotions": []}, ["emotions"]),
    ],
)
def test_wrong_settings_are_named_before_anything_is_loaded(
    tmp_path: Path, changes: dict[str, object], words: list[str]
) -> None:
    with pytest.raises(UserError) as caught:
        render(config(tmp_path / "faces", **changes))
    for word in words:
        assert word in str(caught.value)
    assert not (tmp_path / "faces").exists()


def test_a_file_in_the_folder_s_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "faces").write_text("not a folder")
    with pytest.raises(UserError, match="is a file: give a folder that is new or empty"):
        render(config(tmp_path / "faces"))


def test_a_folder_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        render(config(tmp_path / "file" / "faces"))


def test_a_missing_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emogan.render.find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"emogan\[render\]"):
        render(config(tmp_path / "faces"))


def test_the_command_answers_in_one_line_and_leaves_no_litter(tmp_path: Path) -> None:
    start = time.monotonic()
    result = run(cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr.splitlines() == ["emogan: out is missing: give it as out=FOLDER."]
    assert time.monotonic() - start < 10
    assert list(tmp_path.iterdir()) == []


def test_two_small_runs_are_byte_identical_and_an_image_there_is_kept(tmp_path: Path) -> None:
    pytest.importorskip("anny")
    pytest.importorskip("mitsuba")
    small = ("people=1", "sessions=[A]", "emotions=[raiva,neutro]", "angles=[S]", "samples=2", "width=56", "height=76")
    subprocess.run(
        [sys.executable, "-m", "emogan.render", "out=one", *small, "workers=1"], cwd=tmp_path, check=True, timeout=280
    )
    (tmp_path / "two/KDEF/AF01").mkdir(parents=True)
    kept = tmp_path / "two/KDEF/AF01/AF01NES.JPG"
    kept.write_bytes(b"mine")
    result = run("out=two", *small, "workers=2", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "1 of 2 images are there already" in result.stdout
    assert "1 images in" in result.stdout and "images/s" in result.stdout
    first, second = (tmp_path / name / "KDEF/AF01/AF01ANS.JPG" for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    assert kept.read_bytes() == b"mine"
    with Image.open(first) as image:
        assert image.size == (56, 76) and image.mode == "L"
        pixels = np.asarray(image)
        assert pixels.min() < 60 and pixels.max() > 180
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_ctrl_c_leaves_only_whole_images_and_says_how_to_go_on(tmp_path: Path) -> None:
    pytest.importorskip("anny")
    pytest.importorskip("mitsuba")
    job = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "emogan.render",
            "out=faces",
            "people=4",
            "samples=2",
            "width=56",
            "height=76",
            "workers=1",
        ],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    deadline = time.monotonic() + 120
    while not list(tmp_path.rglob("*.JPG")) and time.monotonic() < deadline:
        time.sleep(0.1)
    job.send_signal(signal.SIGINT)
    output, _ = job.communicate(timeout=60)
    assert job.returncode == 130
    assert "run the same command again" in output
    files = [path for path in (tmp_path / "faces").rglob("*") if path.is_file()]
    assert files and all(path.suffix == ".JPG" for path in files)
    for path in files:
        Image.open(path).load()


def packaged_images() -> list[Path]:
    return sorted((PACKAGED / "KDEF").rglob("*.JPG"))


def test_the_packaged_set_is_complete_small_and_uniform() -> None:
    images = packaged_images()
    names = {path.name for path in images}
    for sex in "FM":
        for number in range(1, 36):
            for session in "AB":
                person = f"{session}{sex}{number:02d}"
                assert {f"{person}{emotion.kdef}S.JPG" for emotion in Emotion} <= names
    turned = [path for path in images if not path.stem.endswith("S") or len(path.stem) > 7]
    assert len(images) - len(turned) == 840
    assert len(turned) == 4 * 6 * 4
    assert sum(path.stat().st_size for path in PACKAGED.rglob("*") if path.is_file()) <= 10_000_000
    for path in images:
        assert path.parent.name == path.name[:4]
        with Image.open(path) as image:
            assert (image.size, image.mode, image.format) == ((281, 381), "L", "JPEG")


def test_the_digest_list_matches_the_files() -> None:
    lines = (PACKAGED / "digests.sha256").read_text(encoding="utf-8").splitlines()
    listed = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    found = {
        path.relative_to(PACKAGED).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in packaged_images()
    }
    assert found
    assert listed == found


def test_the_data_card_says_what_it_must() -> None:
    card = (PACKAGED / "CARD.md").read_text(encoding="utf-8")
    for words in (
        "python -m emogan.render",
        "seed",
        "not photographs",
        "CC0",
        "Apache-2.0",
        "BSD",
        "Confusion",
        "Known weaknesses",
    ):
        assert words in card, words
