"""What one image may take: bytes, pixels, memory, time; and that only regular files are read."""

import json
import os
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from emogan.data.datamodule import FaceDataModule
from emogan.data.decode import Framing, decode
from emogan.data.folder import read_folder
from emogan.data.reading import MOST_BYTES, UnusableImageError, first_bytes, read_bytes
from emogan.data.variations import AS_THEY_ARE
from tests.data.pictures import write_face

FRAMING = Framing(image_size=64, channels=1, crop="square", crop_above=0.5)
MB = 2**20

# Decodes each file in a process of its own that starts with everything imported; says MB taken and what came out.
MEASURE = """
import json, os, resource, sys
from pathlib import Path
from PIL import Image
from emogan.data.decode import Framing, decode
from emogan.data.reading import UnusableImageError, read_bytes

Image.init()
room, channels, size = (int(value) for value in sys.argv[1:4])
for path in sys.argv[4:]:
    reading, writing = os.pipe()
    if not os.fork():
        if room:
            used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
            resource.setrlimit(resource.RLIMIT_AS, (used + room * 2**20,) * 2)
        before = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
        try:
            found = list(decode(read_bytes(Path(path)), Framing(size, channels, "square", 0.5)).size)
        except UnusableImageError as error:
            found = str(error)
        taken = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        os.write(writing, json.dumps([taken, found]).encode())
        os._exit(0)
    os.wait()
    print(os.read(reading, 10_000).decode())
"""


def measured(paths: list[Path], room: int = 0, channels: int = 1, size: int = 128) -> dict[str, tuple[float, Any]]:
    """MB that decoding each file takes, and its size or why it is not usable."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(room), str(channels), str(size), *map(str, paths)],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return {path.name: json.loads(line) for path, line in zip(paths, done.stdout.splitlines(), strict=True)}


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The largest photographs of each kind that are read: 108 megapixels, 33 as WebP."""
    folder = tmp_path_factory.mktemp("large")
    large = Image.new("RGB", (12_000, 9_000), (120, 130, 140))
    turned = Image.Exif()
    turned[0x0112] = 6
    large.save(folder / "plain.jpg", exif=turned)
    large.save(folder / "progressive.jpg", progressive=True)
    large.save(folder / "rgb.png", compress_level=1)
    large.save(folder / "lzw.tif", compression="tiff_lzw")
    large.convert("L").save(folder / "grey.gif")
    Image.new("RGB", (5_700, 5_700), (120, 130, 140)).save(folder / "near.webp", method=0)
    return folder


def test_ordinary_photographs_of_108_megapixels_take_at_most_600_mb(photographs: Path) -> None:
    found = measured(sorted(photographs.iterdir()))
    for name, (taken, size) in found.items():
        expected = [9_000, 12_000] if name == "plain.jpg" else [5_700, 5_700] if "webp" in name else [12_000, 9_000]
        assert size == expected, name
        assert taken < 600, name
    assert found["plain.jpg"][0] < 60  # decoded at an eighth


def test_large_targets_in_colour_take_no_more(photographs: Path) -> None:
    for name, (taken, size) in measured([photographs / "rgb.png", photographs / "plain.jpg"], 0, 3, 4096).items():
        assert isinstance(size, list), size
        assert taken < 600, name


def test_too_little_memory_is_told_of_one_file(photographs: Path) -> None:
    found = measured([photographs / "rgb.png", photographs / "plain.jpg"], room=200)
    assert found["rgb.png"][1] == "too large: there is not enough memory to decode it"
    assert found["plain.jpg"][1] == [9_000, 12_000]


@pytest.mark.parametrize(
    ("name", "size", "options", "why"),
    [
        ("x.webp", (6_200, 6_200), {"method": 0}, "6200 x 6200 pixels, decoding it takes more than 560 MB: save it sm"),
        ("x.jpg", (12_000, 9_000), {"progressive": True, "subsampling": 0}, "12000 x 9000 pixels, decoding it takes"),
        ("x.ppm", (3_000, 3_000), {}, None),
    ],
)
def test_what_would_take_more_is_refused_by_its_header(
    name: str, size: tuple[int, int], options: dict[str, Any], why: str | None, tmp_path: Path
) -> None:
    Image.new("RGB", size, (90, 90, 90)).save(tmp_path / name, **options)
    content = (tmp_path / name).read_bytes()
    if why is None:  # as numbers in text, which Pillow reads in Python, the same is too much
        assert decode(content, FRAMING).size == size
        content, why = content.replace(b"P6", b"P3", 1), "3000 x 3000 pixels, 8 megapixels of its kind are the most"
    with pytest.raises(UnusableImageError) as error:
        decode(content, FRAMING)
    assert str(error.value).startswith(f"too large: {why}")


def test_a_jpeg_of_thousands_of_scans(tmp_path: Path) -> None:
    Image.new("RGB", (2_000, 1_500), (90, 90, 90)).save(tmp_path / "x.jpg", progressive=True)
    content = (tmp_path / "x.jpg").read_bytes()
    assert decode(content, FRAMING).size == (2_000, 1_500)
    with pytest.raises(UnusableImageError, match="too large: 2000 x 1500 pixels, in 2010 scans: save it smaller"):
        decode(content + b"\xff\xda" * 2_000, FRAMING)


def test_what_is_no_regular_file_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "link.jpg").symlink_to(tmp_path / "pipe.jpg")
    (tmp_path / "zero.jpg").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.jpg"))
        for name, what in (("pipe", "pipe"), ("link", "pipe"), ("zero", "device"), ("socket", "socket")):
            with pytest.raises(UnusableImageError, match=f"cannot be read: it is a {what}, no file"):
                read_bytes(tmp_path / f"{name}.jpg")
            with pytest.raises(UnusableImageError, match=f"cannot be read: it is a {what}, no file"):
                first_bytes(tmp_path / f"{name}.jpg", 10)


def test_a_pipe_that_takes_a_files_place_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at what it is and the opening: only the opened thing itself can tell."""
    os.mkfifo(tmp_path / "x.jpg")
    file = write_face(tmp_path / "file.jpg", 1, (30, 40)).stat()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", lambda path: file)
        caught: list[str] = []

        def read() -> None:
            try:
                read_bytes(tmp_path / "x.jpg")
            except UnusableImageError as error:
                caught.append(str(error))

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        thread.join(5)
    assert stat.S_ISREG(file.st_mode)
    assert caught == ["cannot be read: it is a pipe, no file"]


def test_files_without_end_are_refused_by_their_size(tmp_path: Path) -> None:
    sparse, tail = tmp_path / "sparse.jpg", write_face(tmp_path / "tail.png", 1, (30, 40))
    with sparse.open("wb") as file:
        file.truncate(30 * 2**30)
    with tail.open("rb+") as file:
        file.truncate(2 * 2**30)
    for path, size in ((sparse, "30,720"), (tail, "2,048")):
        with pytest.raises(UnusableImageError) as error:
            read_bytes(path)
        assert str(error.value) == f"too large: it has {size} MB, the most is 256 MB: save it smaller"
    with tail.open("rb+") as file:
        file.truncate(MOST_BYTES)
    assert decode(read_bytes(tail), FRAMING).size == (30, 40)


def test_a_training_names_them_and_goes_on(tmp_path: Path) -> None:
    for seed in range(3):
        write_face(tmp_path / "raiva" / f"{seed}.jpg", seed, (30, 40))
    (tmp_path / "raiva" / "zero.jpg").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "raiva" / "pipe.jpg")
    with (tmp_path / "raiva" / "sparse.jpg").open("wb") as file:
        file.truncate(30 * 2**30)
    data = FaceDataModule(
        lambda: read_folder(tmp_path), "all", "raiva", FRAMING, None, 2, 50, None, False, False,
        batch_size=2, variations=AS_THEY_ARE, centred=True, seed=1,
    )  # fmt: skip
    data.setup()
    assert [face.path.name for face in data.faces] == ["0.jpg", "1.jpg", "2.jpg"]
    assert {item.path.name: str(item) for item in data.left_out} == {
        "zero.jpg": "cannot be read: it is a device, no file",
        "pipe.jpg": "cannot be read: it is a pipe, no file",
        "sparse.jpg": "too large: it has 30,720 MB, the most is 256 MB: save it smaller",
    }


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\nshowpage\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (EPS, "EPS is not read: convert it to JPEG or PNG"),
        (b"SIMPLE  =                    T" + b" " * 3000, "FITS is not read: convert it to JPEG or PNG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0heicmif1", "HEIC is not read: convert it to JPEG or PNG"),
        (b"PK\x03\x04" + bytes(50), "an archive: unpack it first"),
        (b"qoif" + bytes(50), "corrupt: cannot identify image file"),
    ],
)
def test_formats_outside_of_the_list_start_nothing(
    content: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "gs"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(UnusableImageError) as error:
        decode(content, FRAMING)
    assert str(error.value) == message
    assert not (tmp_path / "started").exists()
