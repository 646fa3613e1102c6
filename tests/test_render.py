import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from omegaconf import DictConfig, OmegaConf
from PIL import Image

from emogan.config.compose import compose_verb
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.core.truth import Truth, read_truth
from emogan.render import render, settings
from emogan.rendering import database
from emogan.rendering.database import Job, render_batch
from emogan.rendering.record import keep_to
from emogan.rendering.shots import Shot
from tests.typed import typed

PACKAGED = Path(__file__).parents[1] / "emogan/data/packaged"


def run(*arguments: str, cwd: Path, timeout: int = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "emogan.render", *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
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
        ({"look": "film"}, ["look=film", "studio, wild"]),
        ({"size": "tiny"}, ["size=tiny", "full, small"]),
        ({"strength": [1.1, 0.25]}, ["strength=[1.1,0.25]", "a number from 0.05 to 1.2, or two as [0.25,1.1]"]),
        ({"strength": 3}, ["strength=3"]),
        ({"shard": "3/2"}, ["shard=3/2", "such as 2/8"]),
        ({"shard": "0/2"}, ["shard=0/2"]),
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


def test_a_folder_is_not_gone_on_with_under_other_settings(tmp_path: Path) -> None:
    pytest.importorskip("anny")
    pytest.importorskip("mitsuba")
    (tmp_path / "faces").mkdir()
    keep_to(tmp_path / "faces", settings(config(tmp_path / "faces")), 72)
    begun = (tmp_path / "faces/render.json").read_bytes()
    for changes, said in (
        ({"seed": 2}, "was begun with seed=1, not seed=2: go on with its own settings, or give another folder"),
        ({"strength": [0.5, 0.6]}, r"strength=\[0.25,1.1\], not strength=\[0.5,0.6\]"),
        ({"size": "small"}, "width=281, not width=176"),
        ({"quality": 90}, "quality=72, not quality=90"),
    ):
        with pytest.raises(UserError, match=said):
            render(config(tmp_path / "faces", **changes))
    assert [path.name for path in (tmp_path / "faces").iterdir()] == ["render.json"]
    assert (tmp_path / "faces/render.json").read_bytes() == begun
    keep_to(tmp_path / "faces", settings(config(tmp_path / "faces", people=3)), 72)  # more people of the same kind
    (tmp_path / "faces/render.json").write_text("{")
    with pytest.raises(UserError, match=r"render.json is damaged: delete it"):
        render(config(tmp_path / "faces"))


SMALL = ("emotions=[raiva,neutro]", "angles=[S]", "size=small", "samples=2", "width=56", "height=76")


def render_here(job: Job, shots: list[Shot], _: int, keep: Callable[[list[Truth]], None]) -> None:
    """What the pool does, without a process of its own, which would import everything again."""
    keep(render_batch(job, shots))


def test_two_runs_are_byte_identical_whatever_is_there_and_however_the_work_is_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("anny")
    pytest.importorskip("mitsuba")
    wild = (*SMALL, "people=1", "look=wild", "pairs=true", "dense=true")
    with monkeypatch.context() as patch:
        patch.setattr(database, "_render_in_pool", render_here)
        whole = typed("render", "out=one", *wild, "workers=1", cwd=tmp_path)
    assert whole.returncode == 0, whole.stderr
    assert "4 images will take about" in whole.stdout
    (tmp_path / "two/KDEF/AF01").mkdir(parents=True)
    kept = tmp_path / "two/KDEF/AF01/AF01NES.JPG"
    kept.write_bytes(b"mine")
    result = run("out=two", *wild, "workers=1", "shard=1/2", cwd=tmp_path, timeout=120)
    assert result.returncode == 0, result.stderr
    assert "1 of 2 images are there already" in result.stdout
    assert [path.name for path in (tmp_path / "two").glob("*.csv")] == ["truth_1of2.csv"]
    joined = run("out=two", *wild, "workers=1", cwd=tmp_path, timeout=120)
    assert joined.returncode == 0 and "2 of 4 images are there already" in joined.stdout, joined.stderr
    one, two = (
        {path.relative_to(tmp_path / name).as_posix(): path for path in (tmp_path / name).rglob("*.*")}
        for name in ("one", "two")
    )
    assert set(one) == set(two) and "truth.csv" in one and "dense/AF01/AF01ANS.npz" in one
    for name, path in one.items():
        if two[name] != kept:
            assert path.read_bytes() == two[name].read_bytes(), name
    assert kept.read_bytes() == b"mine"
    with Image.open(one["KDEF/AF01/AF01ANS.JPG"]) as image:
        assert image.size == (56, 76) and image.mode == "L"
        assert np.ptp(np.asarray(image)) > 60
    known = read_truth(tmp_path / "one")
    assert sorted(known) == [f"{s}F01/{s}F01{e}S.JPG" for s in "AB" for e in ("AN", "NE")]
    angry, neutral = known["AF01/AF01ANS.JPG"], known["AF01/AF01NES.JPG"]
    assert (angry.yaw, angry.light_side, angry.exposure) == (neutral.yaw, neutral.light_side, neutral.exposure)
    assert angry.strength > neutral.strength == 0


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
            "size=small",
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
    images = [path for path in files if path.suffix == ".JPG"]
    assert images and sorted(path.name for path in files if path not in images) == ["render.json", "truth.csv"]
    assert set(read_truth(tmp_path / "faces")) == {
        path.relative_to(tmp_path / "faces/KDEF").as_posix() for path in images
    }
    for path in images:
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


def test_the_packaged_truth_knows_every_image() -> None:
    known = read_truth(PACKAGED)
    assert sorted(known) == [path.relative_to(PACKAGED / "KDEF").as_posix() for path in packaged_images()]
    shown = [truth for truth in known.values() if truth.emotion != "neutro"]
    strengths = np.array([truth.strength for truth in shown])
    assert all(truth.strength == 0 for truth in known.values() if truth.emotion == "neutro")
    assert strengths.min() < 0.4 and strengths.max() > 1 and ((strengths >= 0.25) & (strengths <= 1.1)).all()
    assert np.mean((strengths > 0.5) & (strengths < 0.9)) > 0.5  # the middle is likeliest
    for emotion in set(Emotion) - {Emotion.NEUTRO}:
        assert len({truth.way for truth in shown if truth.emotion == emotion.value}) >= 2, emotion
    for truth in known.values():
        places = np.array(truth.landmarks)
        assert (places >= 0).all() and (places < (281, 381)).all(), truth.file
        if truth.angle == "S":
            left, right, chin = places[68], places[69], places[8]
            assert left[0] < right[0] and chin[1] > left[1] + 0.8 * (right[0] - left[0]), truth.file


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
