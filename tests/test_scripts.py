"""The studies in scripts/ run; this one is the project's test of SIGKILL and resume."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from emogan.data.folder import read_folder
from emogan.data.shards import read_shards

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


def test_a_database_is_packed_as_shards_that_webdataset_reads(drawn_faces: Path, tmp_path: Path) -> None:
    ended = subprocess.run(
        [
            sys.executable, str(ROOT / "scripts" / "pack_shards.py"), str(drawn_faces), str(tmp_path / "out"),
            "--check", "--megabytes", "0",
        ],
        capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"12 images in 12 shards .*\nwebdataset [\d.]+ and emogan read the same 12 images", ended.stdout)
    packed, folder = read_shards(tmp_path / "out"), read_folder(drawn_faces)
    assert Counter((face.emotion, face.person) for face in packed.faces) == Counter(
        (face.emotion, face.person) for face in folder.faces
    )
