"""The studies in scripts/ run; this one is the project's test of SIGKILL and resume."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_a_run_killed_at_a_random_moment_and_resumed_is_bit_identical(drawn_faces: Path) -> None:
    ended = subprocess.run(
        [
            sys.executable, str(ROOT / "scripts" / "kill_and_resume.py"), "--runs", "1", "--seed", "4",
            "data=folder", "data.crop=square", f"data.root={drawn_faces}", "samples_per_emotion=null",
            "epochs=12", "batch_size=2",
        ],
        capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "killed_0" in ended.stdout
    assert " 0 kills" not in ended.stdout
    assert "1 of 1 bit-identical" in ended.stdout
