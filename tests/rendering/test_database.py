import errno
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.rendering import database
from emogan.rendering.database import Shot, batches, missing, plan, render_all, render_batch, save_atomically
from emogan.rendering.photograph import Settings

SETTINGS = Settings(width=8, height=12, samples=1, seed=1)


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Replaces the renderer by grey cards and remembers what was asked of it."""
    asked: list[tuple[object, ...]] = []

    def photograph(*wish: object) -> np.ndarray:
        asked.append(wish)
        return np.full((12, 8), 100, np.uint8)

    monkeypatch.setattr(database, "photograph", photograph)
    return asked


def test_paths_follow_kdef() -> None:
    assert Shot("A", "F", 1, "medo", "S").path == Path("AF01/AF01AFS.JPG")
    assert Shot("B", "M", 35, "raiva", "HL").path == Path("BM35/BM35ANHL.JPG")


def test_the_packaged_plan_has_kdefs_people_and_a_few_other_angles() -> None:
    shots = plan(70, "AB", list(Emotion), ["S", "FL", "HL", "HR", "FR"], 4)
    assert len(shots) == len({shot.path for shot in shots}) == 70 * 2 * 6 + 4 * 6 * 4
    assert sum(shot.sex == "F" for shot in shots if shot.angle == "S") == 35 * 2 * 6
    turned = {(shot.session, shot.sex, shot.number) for shot in shots if shot.angle != "S"}
    assert turned == {("A", "F", 1), ("A", "M", 1), ("A", "F", 2), ("A", "M", 2)}


def test_an_odd_number_of_people_has_one_woman_more() -> None:
    shots = plan(3, "A", [Emotion.NEUTRO], ["S"], 0)
    assert [shot.path.name for shot in shots] == ["AF01NES.JPG", "AM01NES.JPG", "AF02NES.JPG"]


def test_batches_keep_a_sitter_together() -> None:
    groups = batches(plan(2, "AB", list(Emotion), ["S"], 0))
    assert [len(group) for group in groups] == [6, 6, 6, 6]
    assert all(len({(s.session, s.sex, s.number) for s in group}) == 1 for group in groups)


def test_existing_images_are_not_rendered_again(tmp_path: Path, camera: list[tuple[object, ...]]) -> None:
    shots = plan(1, "A", list(Emotion), ["S"], 0)
    render_batch(tmp_path, shots[:2], SETTINGS, 80)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.JPG")}
    camera.clear()
    left = missing(tmp_path, shots)
    assert left == shots[2:]
    assert render_batch(tmp_path, left, SETTINGS, 80) == 4
    assert len(camera) == 4
    assert {path: path.read_bytes() for path in before} == before
    assert missing(tmp_path, shots) == []


def test_a_crashed_worker_costs_only_the_image_in_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shots = plan(1, "A", list(Emotion), ["S"], 0)
    tries: list[int] = []

    def crash_once(root: Path, left: list[Shot], *_: object) -> Iterator[int]:
        tries.append(len(left))
        for shot in left[: 2 if len(tries) == 1 else None]:
            save_atomically(np.zeros((4, 4), np.uint8), root / shot.path, 80)
        if len(tries) == 1:
            raise BrokenProcessPool
        yield len(left)

    monkeypatch.setattr(database, "_render_in_pool", crash_once)
    assert sum(render_all(tmp_path, shots, SETTINGS, 80, workers=1)) == 6
    assert tries == [6, 4]


def test_a_renderer_that_always_crashes_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> Iterator[int]:
        raise BrokenProcessPool

    monkeypatch.setattr(database, "_render_in_pool", crash)
    with pytest.raises(UserError, match="AF01HAS"):
        list(render_all(tmp_path, plan(1, "A", list(Emotion), ["S"], 0), SETTINGS, 80, workers=1))


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
