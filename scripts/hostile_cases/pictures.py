"""Sound pictures as bytes of every format, and ways to damage them."""

import io
import random
import struct
import zlib
from collections.abc import Mapping

import numpy as np
from PIL import Image

from hostile_cases.fixtures import draw_face

# suffix -> Pillow's name of what such files hold
FORMATS = {
    ".jpg": "JPEG", ".jfif": "JPEG", ".jpe": "JPEG", ".png": "PNG", ".bmp": "BMP", ".tif": "TIFF", ".webp": "WEBP",
    ".gif": "GIF", ".pgm": "PPM", ".avif": "AVIF", ".mpo": "MPO",
}  # fmt: skip


def base(width: int = 64, height: int = 80) -> Image.Image:
    """A grey face on a taller picture: upside down or mirrored, it is another one."""
    face = draw_face("raiva", random.Random(7), 64)
    picture = Image.new("L", (64, 80), face.getpixel((0, 0)))
    picture.paste(face, (0, 8))
    return picture.resize((width, height))


def encoded(picture: Image.Image, kind: str, **settings: object) -> bytes:
    """A picture as a file's bytes."""
    file = io.BytesIO()
    picture.save(file, kind, **settings)
    return file.getvalue()


def sound(suffix: str) -> bytes:
    """The base as the kind of file that ``suffix`` stands for."""
    return encoded(base(), FORMATS[suffix])


def flipped(content: bytes, chance: random.Random, count: int = 1) -> bytes:
    """``content`` with some bits turned over."""
    damaged = bytearray(content)
    for _ in range(count):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, depth: int = 8, colour: int = 0, rows: bytes = b"", extra: bytes = b"") -> bytes:
    """A PNG whose header may say anything."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def with_chunk(name: bytes, content: bytes) -> bytes:
    """The base as a PNG with one chunk more behind its header."""
    whole = encoded(base(), "PNG")
    return whole[:33] + chunk(name, content) + whole[33:]


def inflated(size: int) -> bytes:
    """Deflated zeros, of whole megabytes: one block, again and again."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    adler = (size % 65_521 << 16) + 1  # of zeros
    return b"\x78\xda" + block * (size >> 20) + b"\x03\0" + struct.pack(">I", adler)


def huge_headers() -> Mapping[str, bytes]:
    """Files of a few bytes that say they are enormous, by file name."""
    jpeg = encoded(base(), "JPEG")
    start = jpeg.index(b"\xff\xc0") + 5
    pgm = encoded(base(), "PPM")
    bmp = encoded(base(), "BMP")
    gif = encoded(base(), "GIF")
    found = {f"{w}x{h}.png": png(w, h) for w, h in PNG_SIZES}
    found |= {f"rgba16_{w}.png": png(w, w, 16, 6) for w in (20_000, 65_535)}
    found |= {f"{n}.jpg": jpeg[:start] + struct.pack(">HH", n, n) + jpeg[start + 4 :] for n in (40_000, 65_500)}
    found |= {f"{n}.pgm": pgm.replace(b"64 80", f"{n} {n}".encode()) for n in (99_999, 2**31 - 1, 10**20)}
    found |= {f"{n}.bmp": bmp[:18] + struct.pack("<ii", n, n) + bmp[26:] for n in (50_000, 2**31 - 1)}
    found |= {f"{n}.gif": gif[:6] + struct.pack("<HH", n, n) + gif[10:] for n in (65_535,)}
    found |= {f"{n}.tif": tiff(n, n) for n in (50_000, 2**32 - 1)}
    found["vp8x.webp"] = (
        b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\xff" * 6
    )
    return found


PNG_SIZES = ((2**31 - 1, 2**31 - 1), (100_000, 100_000), (65_535, 65_535), (1, 2**31 - 1), (2**31 - 1, 1), (0, 0))


def tiff(width: int, height: int, extra: tuple[tuple[int, int, int, int], ...] = (), after: int = 0) -> bytes:
    """A greyscale TIFF whose tags may say anything; ``after``: where its next directory is said to be."""
    tags = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8),
        (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, 64), *extra,
    ]  # fmt: skip
    entries = b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags))
    body = bytes(64)
    return (
        b"II*\0"
        + struct.pack("<I", 8 + len(body))
        + body
        + struct.pack("<H", len(tags))
        + entries
        + struct.pack("<I", after)
    )


def flat(width: int, height: int, mode: str) -> bytes:
    """A real PNG of one colour: a few kilobytes, and as many pixels as asked for."""
    channels, colour = {"L": (1, 0), "RGB": (3, 2), "RGBA": (4, 6), "I;16": (2, 0)}[mode]
    depth = 16 if mode == "I;16" else 8
    packer = zlib.compressobj(1)
    line = b"\0" + b"\x80" * (width * channels)
    data = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def colours() -> Image.Image:
    """The base in RGB, tinted."""
    grey = np.asarray(base(), dtype=np.float32)
    return Image.fromarray(np.stack([grey, grey * 0.9, grey * 0.8], axis=-1).astype(np.uint8))


def cut_out(ground: int | None) -> Image.Image:
    """The base cut out along an ellipse: noise lies under what is transparent, or a plain ``ground`` instead."""
    grey = np.asarray(base())
    height, width = grey.shape
    y, x = np.mgrid[:height, :width]
    inside = ((x - width / 2) / (0.45 * width)) ** 2 + ((y - height / 2) / (0.45 * height)) ** 2 < 1
    if ground is not None:
        return Image.fromarray(np.where(inside, grey, ground).astype(np.uint8))
    hidden = np.random.default_rng(3).integers(0, 256, grey.shape)
    shown = np.where(inside, grey, hidden).astype(np.uint8)
    return Image.merge("LA", (Image.fromarray(shown), Image.fromarray((inside * 255).astype(np.uint8))))
