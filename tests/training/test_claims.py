"""Trainings beside each other, as real processes: one run folder, one training."""

import csv
import signal
import subprocess
import sys
import time
from pathlib import Path

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


def started(cwd: Path, data: Path, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", SAME_SECOND, "emotion=raiva", "data=folder", f"data.root={data}", *TINY]
    return subprocess.Popen(
        [*command, *arguments], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_trainings_beside_each_other_never_share_a_folder(tmp_path: Path, drawn_faces: Path) -> None:
    """One that lives is read by others, and trained by nobody else."""
    both = [started(tmp_path, drawn_faces, "epochs=100000", f"seed={seed}") for seed in (1, 2)]
    folder = tmp_path / "outputs" / "train" / "raiva"
    runs = [RunFolder(folder / name) for name in ("moment", "moment_2")]
    wait_for(*(run.last for run in runs))
    others = [
        started(tmp_path, drawn_faces, "epochs=1", f"run_dir={runs[0].path}"),
        started(tmp_path, drawn_faces, "epochs=1", f"ckpt_path={runs[0].last}"),
        started(tmp_path, drawn_faces, "epochs=100000", "minutes=0.01", "seed=1", "resume=auto"),
    ]
    assert {run.folder.path for run in runs_below(tmp_path)} >= {run.path for run in runs}
    told = [one.communicate(timeout=200)[0] for one in others]
    for one in both:
        one.send_signal(signal.SIGTERM)
    told += [one.communicate(timeout=100)[0] for one in both]
    assert [one.returncode for one in [*others, *both]] == [2, 2, 0, 130, 130], told
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
