from pathlib import Path

import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from emogan.training.board import Board


def test_points_after_a_checkpoint_are_forgotten(tmp_path: Path) -> None:
    board = Board(tmp_path, None)
    for step in range(1, 6):
        board.points({"loss": float(step)}, step)
    board.close()
    board = Board(tmp_path, 3)
    for step in range(4, 7):
        board.points({"loss": 10.0 * step}, step)
    board.picture("samples", b"PNG", Image.new("RGB", (4, 2)), 1)
    board.close()
    events = EventAccumulator(str(tmp_path), size_guidance={"scalars": 0})
    events.Reload()
    found = [(event.step, event.value) for event in events.Scalars("loss")]
    assert found == [(1, 1.0), (2, 2.0), (3, 3.0), (4, 40.0), (5, 50.0), (6, 60.0)]
    (picture,) = events.Images("samples")
    assert (picture.width, picture.height, picture.encoded_image_string) == (4, 2, b"PNG")


def test_a_full_disk_ends_the_points_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    board = Board(tmp_path, None)
    board._file.close()  # type: ignore[union-attr]
    board._file = open("/dev/full", "wb")  # noqa: PTH123, SIM115
    board._records._writer = board._file
    for step in range(100_000):
        board.points({"loss": 1.0}, step)
    board.close()
    board.points({"loss": 1.0}, 1)
    assert caplog.text.count("TensorBoard's curves end here (No space left on device); training goes on") == 1


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    board = Board(tmp_path / "file" / "tensorboard", None)
    board.points({"loss": 1.0}, 1)
    board.close()
    assert "TensorBoard's curves end here" in caplog.text
