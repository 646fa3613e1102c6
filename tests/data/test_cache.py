import logging
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from emogan.data import cache
from emogan.data.cache import entry, folder_of, load
from emogan.data.decode import Framing
from emogan.data.decoded import Decoded, decode_all
from emogan.data.reading import File, Source
from tests.data.pictures import write_face

FRAMING = Framing(image_size=32, channels=1, crop="square", crop_above=0.5)


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Three images and a text file that calls itself one."""
    good = [write_face(tmp_path / "images" / f"{number}.png", number, (40, 50)) for number in range(3)]
    (tmp_path / "images" / "text.jpg").write_text("text")
    return [*good[:2], tmp_path / "images" / "text.jpg", good[2]]


@pytest.fixture
def decodings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by the number of files at each decoding."""
    counted: list[int] = []

    def count(sources: list[Source], framing: Framing) -> Decoded:
        counted.append(len(sources))
        return decode_all(sources, framing)

    monkeypatch.setattr(cache, "decode_all", count)
    return counted


def decode_cached(paths: list[Path], framing: Framing, folder: Path | None) -> Decoded:
    return cache.decode_cached([File(path) for path in paths], framing, folder)


def decode_files(paths: list[Path], framing: Framing) -> Decoded:
    return decode_all([File(path) for path in paths], framing)


def same(one: Decoded, other: Decoded) -> bool:
    rest = [(each.digests, each.sizes, each.faults, each.notes) for each in (one, other)]
    return torch.equal(one.images, other.images) and rest[0] == rest[1]


def test_the_second_time_comes_from_the_disk(paths: list[Path], tmp_path: Path, decodings: list[int]) -> None:
    first = decode_cached(paths, FRAMING, tmp_path / "cache")
    second = decode_cached(paths, FRAMING, tmp_path / "cache")
    assert decodings == [4]
    assert same(first, second)
    assert same(first, decode_files(paths, FRAMING))
    assert first.images.shape == (3, 1, 32, 32)
    assert first.usable() == [0, 1, 3]
    assert first.faults[2] == ("corrupt", "cannot identify image file")
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".npz"]  # nothing half written stays


def test_no_files_at_all(tmp_path: Path) -> None:
    for _ in range(2):
        decoded = decode_cached([], FRAMING, tmp_path / "cache")
        assert decoded.images.shape == (0, 1, 32, 32)
        assert (decoded.usable(), decoded.digests, decoded.faults) == ([], [], [])


def test_null_writes_nothing(paths: list[Path], tmp_path: Path, decodings: list[int]) -> None:
    for _ in range(2):
        decode_cached(paths, FRAMING, None)
    assert decodings == [4, 4]
    assert not (tmp_path / "cache").exists()


def swap_for_one_of_the_same_size_and_time(paths: list[Path]) -> None:
    """As unzip and cp -p do: other pixels, same number of bytes, same modification time."""
    old = paths[0].stat()
    for value in (0, 255):
        Image.fromarray(np.full((50, 40), value, np.uint8)).save(paths[0], format="BMP")
        os.utime(paths[0], ns=(old.st_atime_ns, old.st_mtime_ns))


@pytest.mark.parametrize("change", ["size", "time", "list", "order", "place", "framing", "same size and time"])
def test_any_change_decodes_anew(change: str, paths: list[Path], tmp_path: Path, decodings: list[int]) -> None:
    framing = FRAMING
    if change == "same size and time":
        swap_for_one_of_the_same_size_and_time(paths)
    before = decode_cached(paths, framing, tmp_path / "cache")
    if change == "size":
        write_face(paths[0], 9, (60, 60))
    elif change == "time":
        os.utime(paths[0], ns=(1, 1))
    elif change == "list":
        paths = paths[1:]
    elif change == "order":
        paths = paths[::-1]
    elif change == "place":
        shutil.copytree(tmp_path / "images", tmp_path / "moved")
        paths = [tmp_path / "moved" / path.name for path in paths]
    elif change == "framing":
        framing = replace(FRAMING, crop="paper")
    else:
        old = paths[0].stat()
        Image.fromarray(np.full((50, 40), 90, np.uint8)).save(paths[0], format="BMP")
        os.utime(paths[0], ns=(old.st_atime_ns, old.st_mtime_ns))
        assert (paths[0].stat().st_size, paths[0].stat().st_mtime_ns) == (old.st_size, old.st_mtime_ns)
    after = decode_cached(paths, framing, tmp_path / "cache")
    assert len(decodings) == 2
    assert same(after, decode_files(paths, framing))
    if change in ("size", "list", "order", "framing", "same size and time"):
        assert not same(before, after)


def test_damage_anywhere_in_an_entry_is_never_used(
    paths: list[Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = decode_cached(paths, FRAMING, tmp_path / "cache")
    path = entry(tmp_path / "cache", [File(path) for path in paths], FRAMING)
    content = path.read_bytes()
    refused = 0
    for position in range(0, len(content), 23):
        damaged = bytearray(content)
        damaged[position] ^= 0x55
        path.write_bytes(damaged)
        loaded = load(path)
        refused += loaded is None
        assert loaded is None or same(loaded, whole)  # a byte that means nothing, such as a time inside the archive
    assert refused > len(content) / 23 * 0.8
    for length in range(0, len(content), 97):
        path.write_bytes(content[:length])
        assert load(path) is None
    caplog.clear()
    assert same(decode_cached(paths, FRAMING, tmp_path / "cache"), whole)
    assert "is torn" in caplog.text
    assert path.read_bytes() == content  # rebuilt


def test_a_folder_that_cannot_be_written_is_one_line_of_log(
    paths: list[Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    with caplog.at_level(logging.INFO):
        decoded = decode_cached(paths, FRAMING, tmp_path / "file" / "cache")
    assert len(decoded.images) == 3
    assert len(caplog.records) == 1
    assert f"Decoded images are not remembered: {tmp_path / 'file' / 'cache'} cannot be written" in caplog.text


def test_no_permission_to_write(as_nobody: Path, caplog: pytest.LogCaptureFixture) -> None:
    image = write_face(as_nobody / "image.png", 1, (40, 50))
    closed = as_nobody / "closed"
    closed.mkdir(mode=0o500)
    assert len(decode_cached([image], FRAMING, closed).images) == 1
    assert f"{closed} cannot be written (Permission denied)" in caplog.text


def test_a_file_that_could_not_be_read_is_tried_again(as_nobody: Path) -> None:
    image = write_face(as_nobody / "image.png", 1, (40, 50))
    image.chmod(0)
    assert decode_cached([image], FRAMING, as_nobody / "cache").faults == [("cannot be read", "Permission denied")]
    assert not (as_nobody / "cache").exists()
    link = as_nobody / "link.png"
    link.symlink_to(as_nobody / "later.png")
    assert decode_cached([link], FRAMING, as_nobody / "cache").usable() == []
    write_face(as_nobody / "later.png", 1, (40, 50))
    assert decode_cached([link], FRAMING, as_nobody / "cache").usable() == [0]


def test_where_the_cache_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder_of("auto") == tmp_path / "cache" / "emogan"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    assert folder_of("auto") == tmp_path / ".cache" / "emogan"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert folder_of("auto") == tmp_path / ".cache" / "emogan"
    assert folder_of("~/mine") == tmp_path / "mine"
    assert folder_of(None) is None


def test_without_a_home_nothing_is_remembered(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as for a user that the system does not know
    assert folder_of("auto") is None
    assert "There is no home folder: nothing is remembered; data.cache=FOLDER gives a place for it." in caplog.text


def test_what_was_not_used_for_longest_is_forgotten(
    paths: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "cache"
    entries = []
    for number in range(3):
        framing = replace(FRAMING, image_size=32 + number)
        with caplog.at_level(logging.INFO):
            decode_cached(paths, framing, folder)
        entries.append(entry(folder, [File(path) for path in paths], framing))
        os.utime(entries[-1], ns=(number, number))
    assert f"Decoded images are remembered in {folder}, 2048 MB at most; data.cache=null: nowhere." in caplog.text
    load(entries[0])  # used just now
    total = sum(path.stat().st_size for path in entries)
    (folder / "recogniser_1.safetensors").write_bytes(bytes(99))
    monkeypatch.setattr(cache, "LIMIT", total)
    decode_cached(paths, replace(FRAMING, crop="paper"), folder)
    assert [path.exists() for path in entries] == [True, False, True]
    assert sum(path.stat().st_size for path in folder.glob("*.npz")) <= total
    assert (folder / "recogniser_1.safetensors").exists()  # somebody else's
    monkeypatch.setattr(cache, "LIMIT", 100)
    with caplog.at_level(logging.INFO):
        decode_cached(paths, replace(FRAMING, crop_above=0.1), folder)
    assert "Decoded images are not remembered: they have more than the" in caplog.text
    assert len(list(folder.glob("*.npz"))) == 3


def test_other_peoples_files_are_never_counted_or_deleted(
    paths: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder may be one in which a person keeps data."""
    folder = tmp_path / "mine"
    folder.mkdir()
    theirs = ["results.npz", f"{'a' * 31}.npz", f"{'A' * 32}.npz", f"x{'a' * 32}.npz", "recogniser_1.safetensors"]
    for name in theirs:
        (folder / name).write_bytes(bytes(50_000))
        os.utime(folder / name, ns=(0, 0))
    (folder / f"{'c' * 32}.npz").mkdir()  # ours by its name, but no file
    monkeypatch.setattr(cache, "LIMIT", 20_000)
    decode_cached(paths, FRAMING, folder)
    mine = entry(folder, [File(path) for path in paths], FRAMING)
    assert mine.exists()
    assert {path.name for path in folder.iterdir()} == {*theirs, f"{'c' * 32}.npz", mine.name}
    decode_cached(paths, replace(FRAMING, crop="paper"), folder)
    assert mine.exists()  # theirs take no room from ours


def test_remembered_recognisers_count_and_go_too(
    paths: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    old, new = (folder / f"recogniser_{digit * 32}.safetensors" for digit in "0f")
    for number, path in enumerate((old, new)):
        path.write_bytes(bytes(10_000))
        os.utime(path, ns=(number, number))
    monkeypatch.setattr(cache, "LIMIT", 18_000)
    decode_cached(paths, FRAMING, folder)
    assert not old.exists() and new.exists()
    assert entry(folder, [File(path) for path in paths], FRAMING).exists()
