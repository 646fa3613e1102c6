import errno
from pathlib import Path

import pytest

from emogan.core.errors import UserError
from emogan.core.folders import claimed


def test_a_folder_is_made_before_the_work_and_taken_back_when_nothing_came_of_it(tmp_path: Path) -> None:
    with claimed(tmp_path / "a" / "b", Path("x")) as folder:
        assert folder.is_dir()
    assert not folder.exists()
    with claimed(folder, Path("x")):
        (folder / "kept").touch()
    assert (folder / "kept").exists()


def test_a_folder_of_the_persons_own_stays(tmp_path: Path) -> None:
    with claimed(tmp_path, Path("x")):
        pass
    assert tmp_path.is_dir()


def test_only_our_own_files_may_lie_there(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").touch()
    with claimed(tmp_path, Path("x"), ours=["metrics.json"]) as folder:
        assert folder == tmp_path
    (tmp_path / "thesis.doc").touch()
    with (
        pytest.raises(UserError, match=r"holds thesis\.doc already: give a folder that is new or empty"),
        claimed(tmp_path, Path("x"), ours=["metrics.json"]),
    ):
        pass


def test_without_a_name_every_process_has_a_folder_of_its_own(tmp_path: Path) -> None:
    with claimed(None, tmp_path) as first, claimed(None, tmp_path) as second:
        assert first != second and first.parent == second.parent == tmp_path


def test_home_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with claimed("~/faces", Path("x")) as folder:
        assert folder == tmp_path / "faces"


@pytest.mark.parametrize("out", ["file", "file/below"])
def test_a_file_is_no_folder(out: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"out=.*file"), claimed(tmp_path / out, Path("x")):
        pass


def test_what_cannot_be_written_is_said_at_once() -> None:
    with (
        pytest.raises(UserError, match=r"out=/proc/faces cannot be written \(.*\): give another folder"),
        claimed("/proc/faces", Path("x")),
    ):
        pass


def test_a_disk_that_fills_up_is_told_with_the_folder(tmp_path: Path) -> None:
    with (
        pytest.raises(UserError, match=r"out=.*/a cannot be written \(No space left on device\)"),
        claimed(tmp_path / "a", Path("x")),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(PermissionError), claimed(tmp_path / "a", Path("x")):
        raise PermissionError(errno.EACCES, "of an image that is read")
