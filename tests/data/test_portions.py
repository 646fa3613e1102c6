"""Images that lie in a file of the cache: the same as in memory, resumable, and never used where a byte has changed."""

import errno
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from emogan.core.errors import UserError
from emogan.data import mapped, portions
from emogan.data.decode import Framing
from emogan.data.decoded import Decoded, decode_all
from emogan.data.face_set import Faces, together
from emogan.data.keeping import GB, Keeping
from emogan.data.mapped import is_mapped, joined, picked
from emogan.data.portions import IMAGES, LINES, decode_mapped, decode_together
from emogan.data.reading import File, Source
from tests.data.pictures import write_face

FRAMING = Framing(image_size=16, channels=1, crop="square", crop_above=0.5)


@pytest.fixture
def sources(tmp_path: Path) -> list[Source]:
    """Eleven images and, among them, a text file that calls itself one."""
    paths = [write_face(tmp_path / "images" / f"{number:02d}.png", number, (20, 24)) for number in range(12)]
    paths[5].write_text("text")
    return [File(path) for path in paths]


@pytest.fixture
def keeping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeping:
    """A cache for files of portions of four images."""
    monkeypatch.setattr(portions, "MOST_IMAGES", 4)
    monkeypatch.setattr(mapped, "PORTION", 256)
    return Keeping(tmp_path / "cache", 0, 1)


@pytest.fixture
def decodings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by the first file of each portion that is decoded."""
    first: list[str] = []

    def note(some: Sequence[Source], framing: Framing) -> Decoded:
        first.append(some[0].path.name)
        return decode_all(some, framing)

    monkeypatch.setattr(portions, "decode_all", note)
    return first


def same(one: Decoded, other: Decoded) -> bool:
    rest = [(each.digests, each.sizes, each.faults, each.notes) for each in (one, other)]
    return torch.equal(one.images, other.images) and rest[0] == rest[1]


def of(keeping: Keeping, suffix: str) -> Path:
    assert keeping.folder is not None
    (path,) = keeping.folder.glob(f"*{suffix}")
    return path


def test_the_file_holds_what_memory_would(sources: list[Source], keeping: Keeping, decodings: list[str]) -> None:
    first = decode_mapped(sources, FRAMING, keeping)
    second = decode_mapped(sources, FRAMING, keeping)
    assert decodings == ["00.png", "04.png", "08.png"]
    assert same(first, decode_all(sources, FRAMING)) and same(first, second)
    assert is_mapped(first.images) and len(first.images) == 11
    assert of(keeping, IMAGES).stat().st_size == 11 * 256


def test_killed_it_goes_on_after_the_last_portion(
    sources: list[Source], keeping: Keeping, monkeypatch: pytest.MonkeyPatch, decodings: list[str]
) -> None:
    noted = portions.decode_all  # type: ignore[attr-defined]

    def killed(some: Sequence[Source], framing: Framing) -> Decoded:
        if some[0].path.name == "08.png":
            raise KeyboardInterrupt
        return noted(some, framing)

    monkeypatch.setattr(portions, "decode_all", killed)
    with pytest.raises(KeyboardInterrupt):
        decode_mapped(sources, FRAMING, keeping)
    with of(keeping, LINES).open("ab") as lines:
        lines.write(b"0123 [half a li")  # it was killed while writing
    monkeypatch.setattr(portions, "decode_all", noted)
    assert same(decode_mapped(sources, FRAMING, keeping), decode_all(sources, FRAMING))
    assert decodings == ["00.png", "04.png", "08.png"]


@pytest.mark.parametrize(("place", "again"), [(0, ["00.png"]), (4 * 256, ["04.png"]), (11 * 256 - 1, ["08.png"])])
def test_a_flipped_byte_is_never_used_and_its_portion_decoded_again(
    place: int,
    again: list[str],
    sources: list[Source],
    keeping: Keeping,
    decodings: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole = decode_all(sources, FRAMING)
    decode_mapped(sources, FRAMING, keeping)
    path = of(keeping, IMAGES)
    content = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(place)
        file.write(bytes([content[place] ^ 1]))
    del decodings[:]
    assert same(decode_mapped(sources, FRAMING, keeping), whole)
    assert decodings == again
    assert f"The cache {path} is torn; the images that are damaged are decoded anew." in caplog.text
    assert path.read_bytes() == content


@pytest.mark.parametrize("suffix", [IMAGES, LINES])
def test_damage_anywhere_is_never_used(suffix: str, sources: list[Source], keeping: Keeping) -> None:
    whole = decode_all(sources, FRAMING)
    decode_mapped(sources, FRAMING, keeping)
    path = of(keeping, suffix)
    content = path.read_bytes()
    for place in range(0, len(content), 211):
        damaged = bytearray(content)
        damaged[place] ^= 0x55
        path.write_bytes(damaged)
        assert same(decode_mapped(sources, FRAMING, keeping), whole)
        path.write_bytes(content[:place])
        assert same(decode_mapped(sources, FRAMING, keeping), whole)
    path.unlink()
    assert same(decode_mapped(sources, FRAMING, keeping), whole)
    assert path.read_bytes() == content


def test_an_image_that_can_be_read_again_is_read(as_nobody: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [write_face(as_nobody / f"{number}.png", number, (20, 24)) for number in range(3)]
    kept, some = Keeping(as_nobody / "cache", 0, 1), [File(path) for path in paths]
    paths[1].rename(as_nobody / "away")
    paths[1].symlink_to(as_nobody / "later.png")
    for _ in range(2):
        assert decode_mapped(some, FRAMING, kept).usable() == [0, 2]
    (as_nobody / "away").rename(as_nobody / "later.png")
    assert decode_mapped(some, FRAMING, kept).usable() == [0, 1, 2]


def test_several_lists_lie_one_after_another(sources: list[Source], keeping: Keeping) -> None:
    groups = [sources[:7], sources[7:]]
    one, other = decode_together(groups, FRAMING, keeping)
    assert same(one, decode_all(groups[0], FRAMING)) and same(other, decode_all(groups[1], FRAMING))
    whole = joined([one.images, other.images])
    assert whole.data_ptr() == one.images.data_ptr() and len(whole) == 11
    in_memory = decode_together(groups, FRAMING, Keeping(keeping.folder, 1, 1))
    assert not is_mapped(in_memory[0].images) and same(in_memory[1], other)


def test_what_is_chosen_of_a_file_lies_in_one(sources: list[Source], keeping: Keeping) -> None:
    images = decode_mapped(sources, FRAMING, keeping).images
    there = list(of(keeping, IMAGES).parent.iterdir())
    odd = torch.tensor([9, 0, 4])
    assert picked(images, torch.arange(2, 7)).data_ptr() == images[2].data_ptr()
    for chosen in (picked(images, odd), joined([images[9:10], images[:1], images[4:5]])):
        assert is_mapped(chosen) and torch.equal(chosen, images[odd])
    assert not is_mapped(picked(images.clone(), odd))
    faces = Faces(images, torch.arange(11) % 3, tuple("abcdefghijk"))
    again = together([faces[faces.emotions == place] for place in range(3)])
    assert torch.equal(again.images, images[torch.cat([torch.arange(place, 11, 3) for place in range(3)])])
    assert list(of(keeping, IMAGES).parent.iterdir()) == there  # its files have no names


def test_nothing_that_is_written_to_the_tensor_gets_into_the_file(sources: list[Source], keeping: Keeping) -> None:
    images = decode_mapped(sources, FRAMING, keeping).images
    content = of(keeping, IMAGES).read_bytes()
    images.zero_()
    assert of(keeping, IMAGES).read_bytes() == content


def test_the_limit_and_the_disk_are_told(
    sources: list[Source], keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError) as error:
        Keeping(keeping.folder, 0, 1).check_room(10**7, FRAMING, "unused")
    assert str(error.value) == (
        "10,000,000 images with image_size=16 take 2.6 GB of disk, more than the data.on_disk=1 GB that may be kept"
        " there: raise it to 3, or give another folder with data.cache=FOLDER, a lower image_size or, to keep them in"
        " memory, a higher data.in_memory."
    )
    usage: Callable[[Path], Any] = lambda _: type("Usage", (), {"free": 1000})  # noqa: E731
    monkeypatch.setattr("emogan.data.keeping.shutil.disk_usage", usage)
    with pytest.raises(UserError, match=rf"^12 images with .* take 3\.1 KB of disk, and {keeping.folder} has room for"):
        decode_mapped(sources, FRAMING, keeping)


def test_a_disk_that_is_full_is_told_and_what_is_there_gone_on_from(
    sources: list[Source], keeping: Keeping, monkeypatch: pytest.MonkeyPatch, decodings: list[str]
) -> None:
    noted = portions.decode_all  # type: ignore[attr-defined]

    def full(some: Sequence[Source], framing: Framing) -> Decoded:
        if some[0].path.name == "04.png":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return noted(some, framing)

    monkeypatch.setattr(portions, "decode_all", full)
    with pytest.raises(UserError, match=r"^12 images cannot be kept in .* \(No space left on device\); the next start"):
        decode_mapped(sources, FRAMING, keeping)
    monkeypatch.setattr(portions, "decode_all", noted)
    decode_mapped(sources, FRAMING, keeping)
    assert decodings == ["00.png", "04.png", "08.png"]


def test_a_folder_that_cannot_be_written_is_told(sources: list[Source], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match=r"images cannot be kept in .*file/cache \(Not a directory\)"):
        decode_mapped(sources, FRAMING, Keeping(tmp_path / "file" / "cache", 0, 1))


def test_what_was_not_used_for_longest_goes(
    sources: list[Source], keeping: Keeping, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        decode_mapped(sources, FRAMING, keeping)
    old = of(keeping, IMAGES)
    assert f"Decoded images are kept in {old}, 3.1 KB; all such files have 1 GB at most." in caplog.text
    os.utime(old, ns=(0, 0))
    assert keeping.folder is not None
    decode_mapped(sources[:11], FRAMING, keeping)
    assert old.exists()
    decode_mapped(sources[:10], FRAMING, Keeping(keeping.folder, 0, 7000 / GB))
    assert not old.exists() and not old.with_suffix(LINES).exists()
    assert len(list(keeping.folder.glob(f"*{IMAGES}"))) == 2
