import errno
import os
from pathlib import Path
from typing import Any

import pytest

from emogan.core.errors import UserError
from emogan.training.loss_rows import LossRows

HEADING = "epoch,images_seen,discriminator,generator,kid,emotion_accuracy,augmentation"
GOOD = ["1,4,1.0,2.0,0.5,0.1,0.6", "2,8,1.5,2.5,,,", "3,12,9.9,9.9,,,"]


def test_rows_after_the_checkpoint_are_written_again(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    path.write_text(
        "\r\n".join(["epoch,images_seen,discriminator,generator", "1,4,1.0,2.0", "2,8,1.5,2.5", "3,12,9,9", "4,16,7."])
    )
    rows = LossRows(path, 2)
    rows.append([3, 12, 0.5, 0.25, "", "", ""])
    rows.close()
    assert path.read_text().splitlines() == [HEADING, "1,4,1.0,2.0,,,", "2,8,1.5,2.5,,,", "3,12,0.5,0.25,,,"]
    assert rows.past == [] and rows.whole


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (b"\xff\xfe" + "\r\n".join([HEADING, *GOOD]).encode("utf-16-le"), []),
        (os.urandom(300), []),
        (b"", []),
        ("\n".join([HEADING, GOOD[0], "2,8,\0,caf\xe9,,,", GOOD[2]]).encode("latin-1"), [GOOD[0], GOOD[2]]),
        ("\n".join([HEADING, *GOOD[:2], HEADING, *GOOD]).encode(), GOOD),  # twice, a heading in the middle
        ("\n".join([HEADING, GOOD[0], GOOD[1] + ",9,9,9", GOOD[2]]).encode(), [GOOD[0], GOOD[2]]),
        ("\n".join(["epoch,images_seen,discriminator", *GOOD]).encode(), []),
    ],
)
def test_what_is_damaged_is_told_and_repaired(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes, kept: list[str]
) -> None:
    path = tmp_path / "losses.csv"
    path.write_bytes(content)
    LossRows(path, 3).close()
    assert path.read_text().splitlines() == [HEADING, *kept]
    if len(kept) < 3:
        assert f"the rows of {3 - len(kept)} of 3 epochs are lost" in caplog.text


def test_a_folder_in_its_place_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "losses.csv").mkdir()
    with pytest.raises(UserError, match=r"losses\.csv cannot be written \(.*\): free the disk, or remove what is in"):
        LossRows(tmp_path / "losses.csv", 3)


def test_a_row_waits_while_the_disk_is_full(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = LossRows(tmp_path / "losses.csv", 0)
    file, full = rows._file, [False]

    class Disk:
        """Takes half a row, then nothing, until there is room."""

        def write(self, data: bytes) -> int | None:
            if not full:
                return file.write(data)
            if full.pop():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            full.append(True)
            return file.write(data[:5])

    disk: Any = Disk()
    rows._file = disk
    rows.append([1, 4, 1.0, 2.0, "", "", ""])
    assert (rows.whole, "No space left" in caplog.text) == (False, True)
    rows.append([2, 8, 1.5, 2.5, "", "", ""])
    assert (rows.whole,) == (True,)
    assert (tmp_path / "losses.csv").read_text().splitlines() == [HEADING, "1,4,1.0,2.0,,,", "2,8,1.5,2.5,,,"]


@pytest.mark.parametrize("row", ["1" * 5000 + ",4,1.0,2.0", "1," + "4" * 5000 + ",1.0,2.0,0.5"], ids=range(2))
def test_a_number_of_thousands_of_digits_is_no_row(tmp_path: Path, row: str) -> None:
    path = tmp_path / "losses.csv"
    path.write_text("\n".join([HEADING, row, GOOD[1]]))
    LossRows(path, 3).close()
    assert path.read_text().splitlines() == [HEADING, GOOD[1]]
