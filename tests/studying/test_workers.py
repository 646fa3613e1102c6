import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from emogan.core.errors import UserError
from emogan.studying.workers import Crew


def double(number: int) -> int:
    print("told", file=sys.stderr)
    return 2 * number


def threads(_: int) -> int:
    return torch.get_num_threads()


def die(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def complain(number: int) -> int:
    raise UserError(f"{number} is odd.")


def test_work_is_shared_out_and_asked_for_when_it_is_wanted(capfd: pytest.CaptureFixture[str]) -> None:
    asked = []

    def jobs() -> Iterator[int]:
        for number in range(9):
            asked.append(number)
            yield number

    with Crew(2) as crew:
        done = crew.do(double, jobs())
        first = next(done)
        assert len(asked) < 9
        assert sorted([first, *done]) == [2 * number for number in range(9)]
        assert list(crew.do(threads, [1])) == [1]  # the same processes again
        assert not list(crew.do(double, []))
    assert capfd.readouterr().err == ""


def test_what_work_says_is_said_and_a_death_is_told() -> None:
    with pytest.raises(UserError, match=r"^1 is odd\.$"), Crew(1) as crew:
        list(crew.do(complain, [1]))
    with pytest.raises(UserError, match="One of 1 processes died, perhaps for want of memory"), Crew(1) as crew:
        list(crew.do(die, range(5)))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]


ORPHANS = """
import time
from emogan.studying.workers import Crew
def pid(_):
    import os
    return os.getpid()
if __name__ == "__main__":
    with Crew(1) as crew:
        print(*crew.do(pid, [1]), flush=True)
        time.sleep(100)
"""


def test_workers_do_not_outlive_who_started_them(tmp_path: Path) -> None:
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        parent.kill()
    patience = time.monotonic() + 20
    while is_alive(worker) and time.monotonic() < patience:
        time.sleep(0.1)
    assert not is_alive(worker)
