import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import TINY


@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_a_failing_job_does_not_take_the_others_along(tmp_path: Path, drawn_faces: Path, launcher: str) -> None:
    if launcher == "joblib":
        pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    ended = subprocess.run(
        [
            sys.executable, "-m", "emogan.train", "-m", "experiment=six_emotions", f"hydra/launcher={launcher}",
            "data=folder", f"data.root={drawn_faces}", *TINY,
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=250,
    )  # fmt: skip
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
