"""Hostile files among good images: truncated, damaged, huge, special, named as something else."""

import os
import random
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

from hostile_cases import pictures, shards
from hostile_cases.case import REFUSED, Case, Expected
from hostile_cases.database import LEFT_OUT, USED, WHATEVER, Make, among_good, inspected, placed, projected, trained

SHARES = (0.0, 0.02, 0.5, 0.95)  # of a file that is left of it
DAMAGED = 2  # copies of each format with flipped bits


def cases(seed: int) -> list[Case]:
    """All of them; the first folder holds what must not be read as an image."""
    chance = random.Random(f"images {seed}")
    found = [
        *(among_good(f"truncated to {share:.0%} {suffix}", f"x{suffix}", placed(cut(suffix, share)), fate(share))
          for suffix in pictures.FORMATS for share in SHARES),
        *(among_good(f"last byte missing {suffix}", f"x{suffix}", placed(pictures.sound(suffix)[:-1]), WHATEVER)
          for suffix in pictures.FORMATS),
        *(among_good(f"flipped bits {number} {suffix}", f"x{suffix}",
                     placed(pictures.flipped(pictures.sound(suffix), chance, 3)), WHATEVER)
          for suffix in pictures.FORMATS for number in range(DAMAGED)),
        *(among_good(f"says it is huge {name}", name, placed(content), LEFT_OUT)
          for name, content in pictures.huge_headers().items()),
        *(among_good(f"not an image: {name}", "x.jpg", placed(content), LEFT_OUT) for name, content in FOREIGN.items()),
        *(among_good(f"bomb: {name}", file, make, WHATEVER) for name, (file, make) in BOMBS.items()),
        *(among_good(f"special: {name}", file, make, LEFT_OUT) for name, (file, make) in SPECIAL.items()),
        *(among_good(f"special: {name}", file, make, USED) for name, (file, make) in FOLDERS.items()),
    ]  # fmt: skip
    dangerous = {**BOMBS, **SPECIAL}
    found += [projected(f"project={name}", file, make) for name, (file, make) in dangerous.items()]
    found += [
        projected(f"project={name} as .jpg", "x.jpg", placed(content), refused=True)
        for name, content in FOREIGN.items()
    ]
    huge = [*pictures.huge_headers().items()][::3]
    found += [projected(f"project={name}", name, placed(content)) for name, content in huge]
    found += [trained(f"training beside {name}", *dangerous[name]) for name in IN_TRAINING]
    found += [archive("faces.zip as data.root", "faces.zip"), archive("faces.tar.gz as data.root", "faces.tar.gz")]
    return [*found, *shards.cases()]


def cut(suffix: str, share: float) -> bytes:
    """What is left of a sound file."""
    whole = pictures.sound(suffix)
    return whole[: int(share * len(whole))]


def fate(share: float) -> str:
    """A file of which so much is missing is no face; from the last twentieth, readers may make one."""
    return LEFT_OUT if share <= 0.6 else WHATEVER


FOREIGN = {
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\n(PWNED) run\nshowpage\n%%EOF\n",
    "PDF": b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/Launch/F(touch PWNED)>>>>endobj\n%%EOF",
    "FITS": b"".join(
        line.ljust(80) for line in (b"SIMPLE  =                    T", b"BITPIX  =                    8",
                                    b"NAXIS   =                    2", b"NAXIS1  =                   64",
                                    b"NAXIS2  =                   64", b"END")
    ).ljust(2880) + bytes(2880 * 2),
    "SVG": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "HTML": b"<!DOCTYPE html><html><body>404 <script>alert(1)</script></body></html>",
    "HDF5": b"\x89HDF\r\n\x1a\n" + bytes(512),
    "GRIB": b"GRIB" + bytes(3) + b"\x01" + bytes(512),
    "BUFR": b"BUFR" + bytes(512),
    "WMF": b"\xd7\xcd\xc6\x9a\0\0" + bytes(512),
    "MPEG": b"\x00\x00\x01\xb3\x14\x00\xf0" + bytes(512),
    "ZIP": b"PK\x03\x04" + bytes(512),
    "ELF": b"\x7fELF\x02\x01\x01" + bytes(512),
    "pickle": b"\x80\x04cos\nsystem\n(S'touch PWNED'\ntR.",
    "text": b"no image at all\n" * 20,
    "zeros": bytes(4096),
    "noise": random.Random(5).randbytes(4096),
    "XPM": b'/* XPM */\nstatic char *x[] = {"2147483647 2147483647 1 1", "a c #000000"};',
    "truncated HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64),
}  # fmt: skip


def lazily(content: Callable[[], bytes]) -> Make:
    """Writes a file of a content that is made when it is wanted."""
    return lambda path: placed(content())(path)


def packed(name: bytes, start: bytes) -> Make:
    """A small PNG with a chunk that unpacks to a gigabyte."""
    return lazily(lambda: pictures.with_chunk(name, start + pictures.inflated(1 << 30)))


def long_rows() -> bytes:
    """The rest of a small PNG: a gigabyte of pixels."""
    return pictures.chunk(b"IDAT", pictures.inflated(1 << 30)) + pictures.chunk(b"IEND", b"")


def sparse(size: int, start: bytes = b"") -> Make:
    """A file that takes no room on disk and ``size`` bytes to read."""

    def make(path: Path) -> None:
        path.write_bytes(start)
        os.truncate(path, size)

    return make


def link(target: str) -> Make:
    """A link to somewhere."""
    return lambda path: path.symlink_to(target)


def fifo_link(path: Path) -> None:
    """A link to a pipe that nobody writes to."""
    pipe = path.with_name("pipe")
    os.mkfifo(pipe)
    path.symlink_to(pipe)


def a_socket(path: Path) -> None:
    """A socket that nobody listens at; its path is short enough for one."""
    here = Path.cwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)
    os.chdir(here)


def a_device(path: Path) -> None:
    """/dev/zero under another name, where we may make one; else a link to it."""
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))
    except OSError:
        path.symlink_to("/dev/zero")


def loop(path: Path) -> None:
    """An image beside a link to the folder that both lie in."""
    placed(pictures.sound(".jpg"))(path)
    path.with_name("again").symlink_to("..")


SPECIAL: dict[str, tuple[str, Make]] = {
    "FIFO": ("x.jpg", os.mkfifo),
    "link to a FIFO": ("x.jpg", fifo_link),
    "link to /dev/zero": ("x.jpg", link("/dev/zero")),
    "link to /dev/urandom": ("x.png", link("/dev/urandom")),
    "link to /dev/stdin": ("x.jpg", link("/dev/stdin")),
    "link to /dev/tty": ("x.jpg", link("/dev/tty")),
    "link to /proc/self/mem": ("x.jpg", link("/proc/self/mem")),
    "device": ("x.jpg", a_device),
    "socket": ("x.jpg", a_socket),
    "dangling link": ("x.jpg", link("nowhere.jpg")),
    "link to itself": ("x.jpg", link("x.jpg")),
    "30 GB of nothing": ("x.jpg", sparse(30 << 30)),
    "empty": ("x.jpg", Path.touch),
}
FOLDERS: dict[str, tuple[str, Make]] = {
    "folder named x.jpg": ("x.jpg/1.jpg", placed(pictures.sound(".jpg"))),
    "link to the folder above": ("loop/1.jpg", loop),
    "deep folders": ("a/" * 60 + "x.jpg", placed(pictures.sound(".jpg"))),
}
BOMBS: dict[str, tuple[str, Make]] = {
    "zTXt of 1 GB": ("x.png", packed(b"zTXt", b"a\0\0")),
    "iTXt of 1 GB": ("x.png", packed(b"iTXt", b"a\0\1\0\0\0")),
    "iCCP of 1 GB": ("x.png", packed(b"iCCP", b"a\0\0")),
    "IDAT of 1 GB for 64 pixels": ("x.png", lazily(lambda: pictures.png(8, 8)[:33] + long_rows())),
    "30 GB behind a JPEG": ("x.jpg", sparse(30 << 30, pictures.sound(".jpg"))),
    "2 GB behind a PNG": ("x.png", sparse(2 << 30, pictures.sound(".png"))),
    "2 GB behind a TIFF": ("x.tif", sparse(2 << 30, pictures.sound(".tif"))),
    "9400x9400 L": ("x.png", lazily(lambda: pictures.flat(9400, 9400, "L"))),
    "9400x9400 RGB": ("x.png", lazily(lambda: pictures.flat(9400, 9400, "RGB"))),
    "9400x9400 RGBA": ("x.png", lazily(lambda: pictures.flat(9400, 9400, "RGBA"))),
    "9400x9400 16 bit": ("x.png", lazily(lambda: pictures.flat(9400, 9400, "I;16"))),
    "14000x14000 L": ("x.png", lazily(lambda: pictures.flat(14_000, 14_000, "L"))),
    "TIFF with a circle of directories": ("x.tif", placed(pictures.tiff(8, 8, after=72))),
    "TIFF with a million samples": ("x.tif", placed(pictures.tiff(8, 8, ((339, 3, 2**31, 8),)))),
    "WebP 16383x5000": ("x.webp", lazily(lambda: pictures.encoded(pictures.base(16_383, 5000), "WEBP", method=0))),
}  # fmt: skip
IN_TRAINING = ("FIFO", "link to /dev/zero", "30 GB of nothing", "2 GB behind a PNG", "dangling link", "zTXt of 1 GB")


def archive(name: str, file: str) -> Case:
    """A database that was not unpacked."""

    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("raiva/1.jpg", pictures.sound(".jpg"))

    return Case(name, inspected(file, make), Expected(REFUSED, (r"unpack", r"faces\.")))
