"""Files for face databases: drawn faces of KDEF's size, black ones, and a header that promises too much."""

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SIZE = (562, 762)


def drawn_face(seed: int, size: tuple[int, int] = SIZE) -> Image.Image:
    """A colour picture of an oval with eyes and a mouth, different for every seed."""
    rng = np.random.default_rng(seed)
    width, height = size
    picture = Image.new("RGB", size, tuple(int(v) for v in rng.integers(60, 120, 3)))
    draw = ImageDraw.Draw(picture)
    skin = tuple(int(v) for v in rng.integers(130, 230, 3))
    draw.ellipse((width * 0.2, height * 0.3, width * 0.8, height * 0.9), fill=skin)
    for x in (0.38, 0.62):
        draw.ellipse((width * (x - 0.05), height * 0.5, width * (x + 0.05), height * 0.54), fill=(0, 0, 0))
    draw.rectangle((width * 0.4, height * 0.72, width * 0.6, height * (0.73 + 0.01 * (seed % 5))), fill=(120, 0, 0))
    return picture


def write_face(path: Path, seed: int, size: tuple[int, int] = SIZE) -> Path:
    """Write a drawn face, and the folders it needs; gives ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn_face(seed, size).save(path, quality=85)
    return path


def write_black(path: Path) -> None:
    """Write one of KDEF's placeholders: black, a whole JPEG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", SIZE, (3, 3, 3)).save(path)


def write_bomb(path: Path) -> None:
    """Write a PNG of a few bytes whose header claims 40,000 x 40,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
