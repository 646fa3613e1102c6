import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emogan.runs.losses import read_losses

HEAD = "epoch,images_seen,discriminator,generator,kid"


def test_columns_by_name_with_gaps(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    path.write_text(f"{HEAD}\n1,10,1.5,0.5,\n2,20,1.25,0.25,0.125\n")
    found = read_losses(path)
    assert found["epoch"] == [1, 2] and found["discriminator"] == [1.5, 1.25]
    assert math.isnan(found["kid"][0]) and found["kid"][1] == 0.125
    assert read_losses(tmp_path / "none.csv") == {}


@pytest.mark.parametrize("torn", ["3", "3,3", "3,30,", "3,30,x,0.1,", "\0", HEAD, "3,30,1,1,1,1,1", ',"'])
def test_rows_that_are_none_are_passed_over_and_told(
    tmp_path: Path, torn: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "losses.csv"
    path.write_text(f"{HEAD}\n1,10,1.5,0.5,\n{torn}\n2,20,1.25,0.25,0.125\n")
    assert read_losses(path)["epoch"] == [1, 2]
    assert f"{path}: 1 rows are no losses and are passed over." in caplog.text


def test_files_of_before_there_were_measures(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    path.write_text("epoch,images_seen,discriminator,generator\n1,10,1.5,0.5\n")
    assert [*read_losses(path)] == ["epoch", "images_seen", "discriminator", "generator"]
    path.write_text(f"{HEAD}\n1,10,1.5,0.5\n")
    assert math.isnan(read_losses(path)["kid"][0])


@given(st.binary(max_size=300))
def test_any_bytes_are_read(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    for start in (b"", HEAD.encode() + b"\n"):
        path.write_bytes(start + content)
        columns = read_losses(path)
        assert len({len(values) for values in columns.values()}) <= 1
