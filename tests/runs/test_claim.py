import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from emogan.core.errors import UserError
from emogan.runs.claim import NAME, claim

HOLD = """
import sys, time
from pathlib import Path
from emogan.runs.claim import claim
held = claim(Path(sys.argv[1]))
print("held" if held else "refused", flush=True)
time.sleep(60)
"""


def test_a_folder_is_claimed_once_and_again_after_a_release(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "run"
    first = claim(folder)
    assert first is not None and claim(folder) is None
    first.release()
    with claim(folder) or pytest.fail("it was released"):
        assert claim(folder) is None


def test_a_claim_dies_with_its_process(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        assert claim(tmp_path) is None
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    again = claim(tmp_path)
    assert again is not None
    again.release()


def test_of_many_processes_one_gets_it(tmp_path: Path) -> None:
    holders = [
        subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    try:
        told = sorted(holder.stdout.readline().strip() for holder in holders if holder.stdout)
        assert told == ["held", "refused", "refused", "refused"]
    finally:
        for holder in holders:
            with holder:
                holder.kill()


def test_an_abandoned_claim_leaves_no_empty_folders(tmp_path: Path) -> None:
    taken = claim(tmp_path / "a" / "b")
    assert taken is not None
    taken.abandon()
    assert not list(tmp_path.iterdir())
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "of_somebody").touch()
    other = claim(tmp_path / "kept")
    assert other is not None
    other.abandon()
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {"of_somebody", NAME}


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="of Unix")
def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"The run folder .*/file/run cannot be written \(.*\): give another with run_"):
        claim(tmp_path / "file" / "run")


def test_a_folder_that_was_taken_away_is_released_without_an_error(tmp_path: Path) -> None:
    """It would hide how the training ended."""
    folder = tmp_path / "a" / "b"
    taken = claim(folder)
    assert taken is not None
    shutil.rmtree(folder)
    taken.abandon()
    assert not taken._lock.is_locked
    with claim(folder) or pytest.fail("it was not released"):
        pass
