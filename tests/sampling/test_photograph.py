from pathlib import Path

import pytest
import torch

from emogan.core.errors import UserError
from emogan.sampling.photograph import read_photograph
from emogan.sampling.sampler import Sampler


@pytest.fixture(scope="module")
def sampler(conditional_run: Path) -> Sampler:
    return Sampler.of(str(conditional_run))


def test_a_file_and_its_bytes_are_the_same_photograph(sampler: Sampler, six_emotions: Path) -> None:
    path = six_emotions / "medo" / "p03.png"
    filed, remembered = (read_photograph(sampler, photo, 0.5) for photo in (path, path.read_bytes()))
    assert filed.image.shape == (1, 16, 16) and torch.equal(filed.image, remembered.image)
    assert (filed.name, remembered.name) == ("p03", "")


def test_errors_say_which_photograph(sampler: Sampler, tmp_path: Path) -> None:
    (tmp_path / "note.jpg").write_text("no image")
    with pytest.raises(UserError, match=r"^project=.*note\.jpg cannot be used \(corrupt: .*\): expected a photograph"):
        read_photograph(sampler, tmp_path / "note.jpg", 0.5)
    with pytest.raises(
        UserError, match=r"^The photograph cannot be used \(corrupt: .*\): expected a photograph of a face\.$"
    ):
        read_photograph(sampler, b"no image", 0.5)
