"""A few cases of each kind of scripts/hostile.py; docs/reliability.md says what the kinds are."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_a_few_hostile_cases_of_each_kind_end_as_they_should() -> None:
    ended = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "hostile.py"), "--short"], capture_output=True, text=True, timeout=280
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    rows = re.findall(
        r"^\| (images|settings|run folders|checkpoints|signals|all) +\| (\d+) +\| (\d+) ", ended.stdout, re.M
    )
    assert [kind for kind, _, _ in rows] == ["signals", "checkpoints", "run folders", "settings", "images", "all"]
    assert all(0 < int(cases) == int(ok) for _, cases, ok in rows)
    assert int(rows[-1][1]) >= 17
