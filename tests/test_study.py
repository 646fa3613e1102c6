import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from emogan.cli.command import run
from tests.conftest import TINY_BALANCE

Study = Callable[..., int]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def settings(six_emotions: Path, conditional_run: Path, out: Path) -> list[str]:
    return [
        *("data=folder", f"data.root={six_emotions}", f"out={out}", f"weights={conditional_run}", *TINY_BALANCE),
        *("imbalances=one", "recognisers=small", "seeds=2", "shares=[1,2]", "training.steps=4", "training.batch=8"),
        *("arms=[plain,augmentation,faces]", "tries=2", "workers=2"),
    ]


@pytest.fixture
def study(settings: list[str]) -> Study:
    """Runs the command; further overrides as arguments."""

    def studied(*overrides: str) -> int:
        keys = {one.partition("=")[0] for one in overrides}
        return run("study", [*(one for one in settings if one.partition("=")[0] not in keys), *overrides])

    return studied


def contents(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "cells").iterdir()}


def test_a_study_trains_every_way_tells_and_goes_on(
    study: Study, out: Path, six_emotions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in six_emotions.rglob("*.png")}
    assert study("workers=1") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "one, small: 12 images of raiva" in told
    for words in ("as it is", "augmentation", "drawn faces", "all real images", "study.md, study.csv, study.png"):
        assert words in told
    assert {path: path.read_bytes() for path in six_emotions.rglob("*.png")} == before

    cells = contents(out)
    assert len(cells) == 2 * (1 + 1 + 2 + 1)  # seeds; plain, augmentation, two shares of faces, all real images
    found = {name: json.loads(content) for name, content in cells.items()}
    learnt = {one["cell"]["arm"]: one["images"] for one in found.values() if one["cell"]["imbalance"] == "one"}
    whole = next(one["images"] for one in found.values() if one["cell"]["imbalance"] == "whole")
    most = whole // 6
    assert set(learnt.values()) == {5 * most + 12}
    for seed in (1, 2):
        database = out / "databases" / f"one_{seed}"
        assert len(list((database / "real").rglob("*.png"))) == 5 * most + 12
        drawn = json.loads((database / "balanced" / "balance.json").read_text())["generated"]
        once, twice = (found[f"clean-one-small-faces-{share}-{seed}.json"]["drawn"] for share in (1, 2))
        assert (once, twice) == (min(most - 12, drawn), drawn)

    with (out / "study.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["way to learn"] for row in rows] == [
        *("as it is", "augmentation", "drawn faces", "drawn faces, 2 times as many", "all real images"),
    ]
    for row in rows:
        for name in ("balanced accuracy", "macro F1", "recall of the short"):
            assert 0 <= float(row[f"{name} from"]) <= float(row[name]) <= float(row[f"{name} to"]) <= 1
    assert Image.open(out / "study.png").width > 300
    text = (out / "study.md").read_text()
    assert text.startswith("### one, small: 12 images of raiva") and "\n\none, small: " in text

    # Nothing is made twice; other cells come beside, and what is missing is made as it was.
    (out / "cells" / "clean-one-small-plain-0-1.json").unlink()
    assert study("arms=[plain,oversampling]", "looks=[hard,clean]", "workers=1") == 0
    later = contents(out)
    assert answers(later) | answers(cells) == answers(later)
    assert {json.loads(one)["cell"]["look"] for one in later.values()} == {"clean", "hard"}
    assert "hard one, small" in capsys.readouterr().out


def answers(cells: dict[str, bytes]) -> dict[str, str]:
    return {name: json.loads(content)["answers"] for name, content in cells.items()}


def test_a_study_that_is_killed_goes_on_and_ends_alike(study: Study, settings: list[str], out: Path) -> None:
    only = ["arms=plain", "seeds=4", "training.steps=10"]
    kept = [one for one in settings if one.partition("=")[0] not in ("arms", "seeds", "training.steps")]
    command = [sys.executable, "-m", "emogan.study", *kept, *only]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    patience = time.monotonic() + 120
    while not list(out.glob("cells/*.json")) and time.monotonic() < patience:
        time.sleep(0.05)
    os.kill(started.pid, signal.SIGKILL)
    started.wait()
    some = contents(out)
    assert some
    assert study(*only, "workers=1") == 0
    assert some.items() <= contents(out).items() and len(contents(out)) == 8


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (["short=neutro", "images=1000"], "short=neutro is to be cut to images=1000"),
        (["imbalances=two", "short=medo"], "imbalances=two cuts 2 emotions, short names 1"),
        (["imbalances=own"], "imbalances=own: every emotion under"),
        (["data.people=held_out"], "data.people=held_out is not usable here"),
        (["arms=[plain,magic]"], "arms=[plain,magic] is not usable: expected some of plain, oversampling,"),
        (["arms=[plain,plain]"], "each once"),
        (["shares=[0]"], "shares=[0] is not usable: expected some numbers above 0"),
        (["weights=nowhere"], "nowhere"),
        (["short=null"], "short=null is not usable: expected an emotion, or several as [raiva,medo]"),
        (["imbalances=two", "short=[medo,fear]"], "imbalances=two cuts 2 emotions, short names 1"),
    ],
)
def test_what_cannot_be_studied_is_told_before_any_work(
    study: Study, out: Path, overrides: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert study(*overrides) == 2
    assert told in capsys.readouterr().err
    assert not out.exists()


def test_another_study_s_folder_is_refused(study: Study, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out.mkdir()
    (out / "study.json").write_text(json.dumps({"about": {"images": 3}}))
    assert study() == 2
    assert "was begun with other settings or images: " in capsys.readouterr().err
    (out / "study.json").write_text("[]")
    assert study() == 2
    assert "is no record of emogan study" in capsys.readouterr().err


def test_a_folder_with_other_things_is_refused_and_left_alone(
    study: Study, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out.mkdir()
    (out / "mine.txt").touch()
    assert study() == 2
    assert f"out={out} holds mine.txt already" in capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == ["mine.txt"]


def test_a_study_does_not_lie_in_its_database(
    study: Study, six_emotions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert study(f"out={six_emotions / 'study'}") == 2
    assert "lie in each other: the database is only read" in capsys.readouterr().err
