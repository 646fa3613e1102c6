from pathlib import Path

import numpy as np
import pytest

from emogan.core.errors import UserError
from emogan.core.flow import Dense, flow, read_dense, write_dense

GRID = np.stack(np.meshgrid(np.linspace(10, 70, 13), np.linspace(10, 90, 17)), -1).reshape(-1, 2).astype(np.float32)
STEP = np.array([3, -2])
MATTE = np.full((100, 80), 255, np.uint8)


def test_flow_leads_from_the_target_to_the_source() -> None:
    seen = np.ones(len(GRID), bool)
    moved = flow(Dense(GRID, seen, MATTE), Dense(GRID + STEP, seen, MATTE), size=20)
    assert moved.shape == (20, 20, 2)
    np.testing.assert_allclose(moved[10, 10], STEP, atol=1e-4)
    assert np.isnan(moved[0, 0]).all()  # no face there


def test_what_one_of_both_does_not_show_is_bridged() -> None:
    hidden = np.abs(GRID - [40, 50]).max(1) > 6
    source = np.where(hidden[:, None], GRID + STEP, 999).astype(np.float32)
    moved = flow(Dense(GRID, np.ones(len(GRID), bool), MATTE), Dense(source, hidden, MATTE), size=20)
    np.testing.assert_allclose(moved[10, 10], STEP, atol=1e-4)


def test_dense_truth_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "dense/AF01/AF01ANS.npz"
    write_dense(path, Dense(GRID, GRID[:, 0] > 20, MATTE))
    read = read_dense(path)
    assert np.array_equal(read.points, GRID) and np.array_equal(read.alpha, MATTE) and not read.seen.all()
    path.write_bytes(b"no archive")
    for one in (path, tmp_path / "none.npz"):
        with pytest.raises(UserError, match="is no dense truth: render with dense=true"):
            read_dense(one)
