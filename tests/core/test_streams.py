"""Nobody has to listen."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from emogan.core.console import unbreakable_streams
unbreakable_streams()
for number in range(20000):
    print(number, "KID x1000 ↓ ±")
print("told", file=sys.stderr)
from pathlib import Path
Path("done").touch()
"""


@pytest.mark.parametrize("into", ["| head -1", "> /dev/full", ">&-", "| true", "2>&- >&-"])
def test_what_nobody_reads_ends_nothing(into: str, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    command = f"set -o pipefail; {sys.executable} script.py {into}"
    ended = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (tmp_path / "done").exists()
    assert ended.returncode == 0
    assert "Error" not in ended.stderr
    assert "Exception" not in ended.stderr


@pytest.mark.parametrize("alphabet", ["ascii", "cp1252"])
def test_a_narrow_alphabet_shows_what_it_can(alphabet: str, tmp_path: Path) -> None:
    environment = {"PYTHONIOENCODING": alphabet, "PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=tmp_path, env=environment, capture_output=True, timeout=60, check=True
    )
    assert b"KID x1000 v" in ended.stdout
