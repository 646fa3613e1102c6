from pathlib import Path

import numpy as np
import pytest
import torch

from emogan.core.errors import UserError
from emogan.finding.frames import ALIGNED
from emogan.sampling.laying import laid_in
from emogan.sampling.photograph import read_photograph
from emogan.sampling.sampler import Sampler
from tests.data.test_portrait import encoded
from tests.finding.pictures import EYES_AND_MOUTH, astronaut, nothing


@pytest.fixture(scope="module")
def sampler(conditional_run: Path) -> Sampler:
    return Sampler.of(str(conditional_run))


def test_a_file_and_its_bytes_are_the_same_photograph(sampler: Sampler, six_emotions: Path) -> None:
    path = six_emotions / "medo" / "p03.png"
    filed, remembered = (read_photograph(sampler, photo, "square", 0.5) for photo in (path, path.read_bytes()))
    assert filed.image.shape == (1, 16, 16) and torch.equal(filed.image, remembered.image)
    assert (filed.name, remembered.name) == ("p03", "")


def test_errors_say_which_photograph(sampler: Sampler, tmp_path: Path) -> None:
    (tmp_path / "note.jpg").write_text("no image")
    with pytest.raises(UserError, match=r"^project=.*note\.jpg cannot be used \(corrupt: .*\): expected a photograph"):
        read_photograph(sampler, tmp_path / "note.jpg", "square", 0.5)
    with pytest.raises(
        UserError, match=r"^The photograph cannot be used \(corrupt: .*\): expected a photograph of a face\.$"
    ):
        read_photograph(sampler, b"no image", "square", 0.5)


def test_a_face_is_looked_for_and_laid_back(sampler: Sampler, tmp_path: Path) -> None:
    path = tmp_path / "woman.png"
    astronaut().save(path)
    photo = read_photograph(sampler, path, "align", 0.5)
    assert photo.image.shape == (1, 16, 16)
    assert np.abs(photo.frame.to_picture(ALIGNED) - EYES_AND_MOUTH).max() < 6
    laid = laid_in(photo, np.full((16, 16, 1), 90, dtype=np.uint8), photo.frame)
    before, after = (np.asarray(one).astype(int) for one in (astronaut(), laid))
    assert (laid.mode, laid.size) == ("RGB", (512, 512))
    changed = (before != after).any(-1)
    assert changed[110:130, 215:230].mean() > 0.8
    assert not changed[300:].any()
    assert after[150, 223, 0] > after[150, 223, 2]  # grey was laid in, skin is skin
    grey = read_photograph(sampler, encoded(astronaut().convert("L")), "align", 0.5)
    assert laid_in(grey, np.full((16, 16, 1), 90, dtype=np.uint8), grey.frame).mode == "L"


def test_where_no_face_is_found_the_file_is_named(sampler: Sampler, tmp_path: Path) -> None:
    says = (
        r"^project=.*\.png cannot be used \(no face: none was found in it\): expected a photograph of a face;"
        r" crop=square takes it as it is\.$"
    )
    for name in ("noise", "wall"):
        nothing(name).save(tmp_path / f"{name}.png")
        with pytest.raises(UserError, match=says):
            read_photograph(sampler, tmp_path / f"{name}.png", "align", 0.5)
        assert read_photograph(sampler, tmp_path / f"{name}.png", "square", 0.5).frame.side in (300, 200)
