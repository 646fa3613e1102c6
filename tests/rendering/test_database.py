import errno
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.core.flow import Dense, read_dense
from emogan.core.truth import Truth
from emogan.rendering import database
from emogan.rendering.database import Job, check_disk, disk_use, missing, render_all, render_batch, save_atomically
from emogan.rendering.film import STUDIO_FILM, Picture
from emogan.rendering.shots import Shot, plan
from emogan.rendering.takes import Settings

SETTINGS = Settings(8, 12, 1, 1, "studio", False, (0.25, 1.1), 1.0)
SHOTS = plan(1, "A", list(Emotion), ["S"], 0)


def known(shot: Shot) -> Truth:
    return SimpleNamespace(file=shot.path.as_posix())  # type: ignore[return-value]


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> list[Shot]:
    """Replaces the renderer by grey cards and remembers what was photographed."""
    asked: list[Shot] = []

    def photograph(posed: SimpleNamespace) -> Picture:
        asked.append(posed.shot)
        return Picture(np.full((12, 8), 100, np.uint8), np.full((12, 8), 255, np.uint8))

    def pose(shot: Shot, settings: Settings) -> SimpleNamespace:
        return SimpleNamespace(shot=shot, take=SimpleNamespace(film=STUDIO_FILM))

    monkeypatch.setattr(database, "pose", pose)
    monkeypatch.setattr(database, "photograph", photograph)
    monkeypatch.setattr(database, "describe", lambda posed, quality: known(posed.shot))
    monkeypatch.setattr(
        database, "dense", lambda _, picture: Dense(np.zeros((3, 2), np.float32), np.ones(3, bool), picture.alpha)
    )
    return asked


def job(folder: Path, **changes: bool) -> Job:
    return Job(folder, SETTINGS, 80, changes.get("dense", False))


def test_existing_images_are_not_rendered_again(tmp_path: Path, camera: list[Shot]) -> None:
    rows = render_batch(job(tmp_path), SHOTS[:2])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.JPG")}
    camera.clear()
    left = missing(job(tmp_path), SHOTS, {row.file for row in rows})
    assert left == SHOTS[2:]
    assert len(render_batch(job(tmp_path), left)) == 4
    assert len(camera) == 4
    assert {path: path.read_bytes() for path in before} == before


def test_an_image_without_a_row_gets_one_and_is_kept(tmp_path: Path, camera: list[Shot]) -> None:
    image = job(tmp_path).image(SHOTS[0])
    image.parent.mkdir(parents=True)
    image.write_bytes(b"mine")
    assert missing(job(tmp_path), SHOTS[:1], set()) == SHOTS[:1]
    assert [row.file for row in render_batch(job(tmp_path), SHOTS[:1])] == [SHOTS[0].path.as_posix()]
    assert camera == [] and image.read_bytes() == b"mine"


def test_dense_truth_is_kept_beside_and_made_up_for_later(tmp_path: Path, camera: list[Shot]) -> None:
    render_batch(job(tmp_path), SHOTS[:1])
    rows = {SHOTS[0].path.as_posix()}
    assert missing(job(tmp_path), SHOTS[:1], rows) == []
    assert missing(job(tmp_path, dense=True), SHOTS[:1], rows) == SHOTS[:1]
    render_batch(job(tmp_path, dense=True), SHOTS[:1])
    assert read_dense(tmp_path / "dense/AF01/AF01HAS.npz").alpha.shape == (12, 8)
    assert missing(job(tmp_path, dense=True), SHOTS[:1], rows) == []


def test_disk_use_is_said_and_too_much_of_it_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        disk_use(job(tmp_path, dense=True), SHOTS) > disk_use(job(tmp_path), SHOTS) > disk_use(job(tmp_path), SHOTS[:1])
    )
    assert "6 images will take about 0.1 MB; " in check_disk(job(tmp_path), SHOTS)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1_000))
    with pytest.raises(UserError, match=r"has 0 MB free and 6 images need about 0 MB: make room"):
        check_disk(job(tmp_path), SHOTS)


def test_a_crashed_worker_costs_only_the_image_in_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def crash_once(work: Job, left: list[Shot], workers: int, keep: object) -> None:
        tries.append(len(left))
        for shot in left[: 2 if len(tries) == 1 else None]:
            save_atomically(np.zeros((4, 4), np.uint8), work.image(shot), 80)
            keep([known(shot)])  # type: ignore[operator]
        if len(tries) == 1:
            raise BrokenProcessPool

    monkeypatch.setattr(database, "_render_in_pool", crash_once)
    rows: list[Truth] = []
    render_all(job(tmp_path), SHOTS, 1, rows.extend)
    assert tries == [6, 4] and len(rows) == 6


def test_a_renderer_that_always_crashes_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> Iterator[int]:
        raise BrokenProcessPool

    monkeypatch.setattr(database, "_render_in_pool", crash)
    with pytest.raises(UserError, match="AF01HAS"):
        render_all(job(tmp_path), SHOTS, 1, lambda _: None)


def test_saved_images_are_grey_jpegs_and_nothing_else_is_left(tmp_path: Path) -> None:
    picture = np.linspace(0, 255, 96).reshape(12, 8).astype(np.uint8)
    save_atomically(picture, tmp_path / "AF01/AF01NES.JPG", 90)
    with Image.open(tmp_path / "AF01/AF01NES.JPG") as image:
        assert (image.size, image.mode, image.format) == ((8, 12), "L", "JPEG")
    assert [path.name for path in (tmp_path / "AF01").iterdir()] == ["AF01NES.JPG"]


def test_an_interrupted_save_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save_atomically(np.zeros((4, 4), np.uint8), tmp_path / "AF01/AF01NES.JPG", 90)
    assert list((tmp_path / "AF01").iterdir()) == []


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match=r"AF01NES.JPG cannot be written \(No space left on device\)"):
        save_atomically(np.zeros((4, 4), np.uint8), tmp_path / "AF01/AF01NES.JPG", 90)
