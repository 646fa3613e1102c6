import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import TINY
from tests.typed import Ended, typed


@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_a_failing_job_does_not_take_the_others_along(tmp_path: Path, drawn_faces: Path, launcher: str) -> None:
    asked = ("-m", "experiment=six_emotions", f"hydra/launcher={launcher}", "data=folder", f"data.root={drawn_faces}")
    if launcher == "basic":
        ended = typed("train", *asked, *TINY, cwd=tmp_path)
    else:
        pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
        command = [sys.executable, "-m", "emogan.train", *asked, *TINY]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=250)
        ended = Ended(done.returncode, done.stdout, done.stderr)
    assert ended.returncode == 2
    (sweep,) = (tmp_path / "outputs" / "multirun").iterdir()
    folders = {path.name for path in sweep.iterdir() if path.is_dir()}
    assert folders == {"medo_1", "raiva_3"}  # the two emotions that have faces
    assert all((sweep / folder / "losses.png").exists() for folder in folders)
    tail = ended.stderr[ended.stderr.index("4 job(s) of the sweep") :]
    for emotion in ("felicidade", "neutro", "surpresa", "tristeza"):
        assert f"emotion={emotion}" in tail
    assert "emotion=raiva" not in tail
    assert "Traceback" not in ended.stderr


def test_submitit_runs_jobs_as_it_would_on_a_cluster(tmp_path: Path, drawn_faces: Path) -> None:
    pytest.importorskip("hydra_plugins.hydra_submitit_launcher")
    asked = ("-m", "emotion=raiva,neutro", "hydra/launcher=submitit_local", "data=folder", f"data.root={drawn_faces}")
    command = [sys.executable, "-m", "emogan.train", *asked, *TINY]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=250)
    (sweep,) = (tmp_path / "outputs" / "multirun").iterdir()
    assert (sweep / "raiva_0" / "losses.png").is_file() and not (sweep / "neutro_1").exists()
    assert ended.returncode == 2
    assert "1 job(s) of the sweep" in ended.stderr and "emotion=neutro" in ended.stderr
