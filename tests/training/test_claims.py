"""Trainings beside each other, in real processes: one run folder, one training."""

import csv
import datetime
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from emogan.cli.command import run as typed
from emogan.runs.checkpoint import read_checkpoint
from emogan.runs.folder import RunFolder, runs_below
from tests.conftest import TINY

# The moment is always the same: all mean the same default folder.
SAME_SECOND = """
import datetime, runpy, hydra.core.utils as utils
class Stopped(datetime.datetime):
    def strftime(self, _):
        return "moment"
utils.datetime = Stopped
runpy.run_module("emogan.train", run_name="__main__", alter_sys=True)
"""


class Stopped(datetime.datetime):
    def strftime(self, _: str) -> str:
        return "moment"


def test_trainings_beside_each_other_never_share_a_folder(
    tmp_path: Path, drawn_faces: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that lives is read by others, and trained by nobody else: not by this process, nor by another."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("hydra.core.utils.datetime", Stopped)
    words = ["emotion=raiva", "data=folder", f"data.root={drawn_faces}", *TINY]
    command = [sys.executable, "-c", SAME_SECOND, *words, "epochs=100000", "minutes=5"]  # should this test be killed
    both = [
        subprocess.Popen([*command, f"seed={seed}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for seed in (1, 2)
    ]
    folder = tmp_path / "outputs" / "train" / "raiva"
    runs = [RunFolder(folder / name) for name in ("moment", "moment_2")]
    wait_for(*(run.last for run in runs))
    others, told = [], []
    for further in (
        ["epochs=1", f"run_dir={runs[0].path}"],
        ["epochs=1", f"ckpt_path={runs[0].last}"],
        ["epochs=100000", "minutes=0.01", "seed=1", "resume=auto"],
    ):
        others.append(typed("train", [*words, *further]))
        told.append("".join(capsys.readouterr()))
    assert {run.folder.path for run in runs_below(tmp_path)} >= {run.path for run in runs}
    for one in both:
        one.send_signal(signal.SIGTERM)
    told += [one.communicate(timeout=100)[0] for one in both]
    assert [*others, *(one.returncode for one in both)] == [2, 2, 0, 130, 130], told
    assert "is being trained into right now: choose another" in told[0]
    assert "is of a run that is being trained right now" in told[1]
    assert "is being trained right now: it is left alone" in told[2]
    assert "Traceback" not in "".join(told)
    assert {path.name for path in folder.iterdir()} == {"moment", "moment_2", "moment_3"}
    for run in runs:
        with run.losses.open() as file:
            rows = [int(row["epoch"]) for row in csv.DictReader(file)]
        position = read_checkpoint(run.last)["position"]
        assert rows == list(range(1, len(rows) + 1)) and len(rows) == -(-position["steps"] // position["per_epoch"])


def wait_for(*files: Path) -> None:
    patience = time.monotonic() + 120
    while not all(file.exists() for file in files):
        assert time.monotonic() < patience, f"no {files}"
        time.sleep(0.1)
