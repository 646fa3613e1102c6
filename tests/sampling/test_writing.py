import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import emogan
from emogan.core.errors import UserError
from emogan.core.images import save_png
from emogan.core.machine import size
from emogan.sampling.asked import Look, People, asked
from emogan.sampling.estimate import duration
from emogan.sampling.sampler import Sampler
from emogan.sampling.writing import Generated, Place, write_faces

LOOK = Look(truncation=1.0, median=True)


@pytest.fixture(scope="module")
def sampler(conditional_run: Path) -> Sampler:
    return Sampler.of(str(conditional_run))


def written(sampler: Sampler, count: int, place: Place) -> Generated:
    shown = sampler.weights_of(asked("raiva"), 1.0)
    return write_faces(sampler, shown, People(count, 1), LOOK, place)


def test_memory_does_not_grow_with_the_number_of_faces(conditional_run: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from emogan import generate; from emogan.core.machine import peak_memory\n"
        "made = generate('emotion=raiva', weights=sys.argv[1], n=int(sys.argv[2]), out=sys.argv[3], median=False)\n"
        "print(peak_memory() / 1e6)"
    )
    peaks = []
    for count in (200, 1800):
        run = [sys.executable, "-c", code, str(conditional_run), str(count), str(tmp_path / str(count))]
        done = subprocess.run(run, capture_output=True, text=True, timeout=120, check=True)
        peaks.append(float(done.stdout))
    assert len([*(tmp_path / "1800").iterdir()]) == 1802
    assert peaks[1] < peaks[0] + 20  # MB


def test_too_many_are_refused_with_what_they_would_need(sampler: Sampler, tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        written(sampler, 10**9, Place(tmp_path / "out", {}))
    said = str(error.value)
    assert "1,000,000,000 images take about" in said and "GB of disk" in said
    assert "expected at most 1,000,000" in said and "first=NUMBER" in said
    assert not (tmp_path / "out").exists()


def test_what_does_not_fit_on_the_disk_is_refused(
    sampler: Sampler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10**6))
    with pytest.raises(UserError, match=r"2,000 images take about .* and 8.* MB of disk, and out=.* has 1.* MB free"):
        written(sampler, 2000, Place(tmp_path / "out", {}))


def test_a_disk_that_gets_full_is_told_with_what_is_there(
    sampler: Sampler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def filling(image: Image.Image, path: Path) -> None:
        if path.name >= "raiva_s1_0120.png":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        save_png(image, path)

    monkeypatch.setattr("emogan.sampling.writing.save_png", filling)
    with pytest.raises(UserError) as error:
        written(sampler, 250, Place(tmp_path / "out", {}))
    assert "cannot be written any more (No space left on device): 120 files are there" in str(error.value)
    assert len([*(tmp_path / "out").iterdir()]) == 120


def test_names_that_are_no_utf8_are_kept_in_the_record(sampler: Sampler, tmp_path: Path) -> None:
    name = os.fsdecode(b"Jos\xe9.jpg")
    made = written(sampler, 1, Place(tmp_path / "out", {"project": name, "emotion": "é"}))
    record = json.loads((made.folder / "generate.json").read_text(encoding="utf-8"))
    assert record["config"] == {"project": name, "emotion": "é"}
    assert record["emogan"] == emogan.__version__


def test_a_projection_of_a_name_that_is_no_utf8(conditional_run: Path, six_emotions: Path, tmp_path: Path) -> None:
    photo = os.fsencode(tmp_path) + b"/Jos\xe9.png"
    Path(os.fsdecode(photo)).write_bytes((six_emotions / "medo" / "p01.png").read_bytes())
    made = emogan.generate(
        weights=conditional_run, project=os.fsdecode(photo), crop="square", steps=1, out=tmp_path / "out"
    )
    assert (made.folder / "generate.json").is_file() and (made.folder / "found.png").is_file()


def test_several_emotions_show_the_same_people(sampler: Sampler, tmp_path: Path) -> None:
    shown = sampler.weights_of(asked(["raiva", "medo"]), 1.0)
    made = write_faces(sampler, shown, People(3, 1), LOOK, Place(tmp_path / "out", {}))
    names = [f"{emotion}_s1_{k:04d}.png" for emotion in ("medo", "raiva") for k in range(3)]
    assert [file.name for file in made.files] == sorted([*names, "generate.json", "grid.png"])
    sheet = np.asarray(Image.open(made.folder / "grid.png"))
    assert sheet.shape == (2 * 16 + 2, 3 * 16 + 4)  # a row for each emotion, a column for each person


def test_lengths_of_time_and_sizes_in_words() -> None:
    assert [duration(seconds) for seconds in (3, 100, 7200, 10**6)] == ["3 seconds", "2 minutes", "2 hours", "12 days"]
    assert [size(count) for count in (5e6, 2e12)] == ["5.0 MB", "2000 GB"]
