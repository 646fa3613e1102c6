"""From an opened image file to a picture of plain values, within bounds of memory and time.

An image is decoded whole, as most formats ask for, and everything after that (ground, range, shrinking) is done in
bands, so that a photograph of 108 megapixels takes little more than its pixels once.
"""

import io
import math
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageFile

from emogan.data.reading import TOO_LARGE, UnusableImageError

MOST_MEMORY = 560 * 2**20  # bytes that one image may take
LARGE = 25_000_000  # pixels above which a picture is shrunk before anything is done with it
SLOW_PIXELS = 8_000_000  # of kinds that Pillow decodes in Python
MOST_SCANS = 4_000_000_000  # pixels times scans of a progressive JPEG
BAND = 1_000_000  # pixels that are worked on at once
FAINTEST = 10  # of 255: below this opacity everywhere there is nothing to see

TRANSPARENT = "transparent, laid over white"
FIRST = "the first of several images in its file"
BROKEN_EXIF = "its EXIF data are broken: used as it is stored, not turned"

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112
_SLOW = frozenset(("ppm", "ppm_plain", "bmp_rle"))
_BITS = (8, 10, 12, 16)  # of grey values in files of 16 bits: cameras and scanners fill 10 or 12 of them


@dataclass
class Picture:
    """A picture, upright, in mode L or RGB.

    Attributes:
        size: (width, height) of the image as it is looked at, before it was made smaller.
        notes: what was done to it that a person may want to know.
    """

    image: Image.Image
    size: tuple[int, int]
    notes: list[str] = field(default_factory=list)


def picture_of(opened: ImageFile.ImageFile, content: bytes, mode: str, needed: int) -> Picture:
    """The first image of an opened file.

    Args:
        content: the file's bytes.
        mode: L or RGB.
        needed: pixels that each side keeps at least, where it has them.

    Raises:
        UnusableImageError: when it is too large, wholly transparent, or its values have no known range.
        OSError, ValueError, ...: whatever Pillow raises for damaged files.
    """
    size, most = opened.size, _factor(opened.size, 1)
    # A JPEG decodes several times faster, and into less memory, at a half, a quarter or an eighth.
    opened.draft(mode, (max(1, min(needed, size[0] // most)), max(1, min(needed, size[1] // most))))
    several = _several(opened)
    _check_bounds(opened, content, size, several, mode, needed)
    notes = [FIRST] if several else []
    opened.load()
    turn = _turn(opened, notes)
    image = _small(opened, mode, needed, notes)
    if turn is not None:
        image = image.transpose(turn)
    # Pillow has turned a TIFF by itself by now; of others, the last four turns exchange the sides.
    sides = size[::-1] if turn is not None and turn in (_TURNS[5], _TURNS[6], _TURNS[7], _TURNS[8]) else size
    return Picture(image, sides, notes)


def _turn(opened: ImageFile.ImageFile, notes: list[str]) -> Image.Transpose | None:
    try:
        return _TURNS.get(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # whatever a reader of hostile bytes may raise: the pixels are in order
        notes.append(BROKEN_EXIF)
        return None


def _several(opened: ImageFile.ImageFile) -> bool:
    try:
        return bool(getattr(opened, "is_animated", False))
    except Exception:  # what follows the first image may be damaged as it likes
        return True


def _factor(size: tuple[int, int], needed: int) -> int:
    """How many times smaller a large image is made, each side keeping ``needed`` pixels where it can."""
    pixels = size[0] * size[1]
    if pixels <= LARGE:
        return 1
    return max(1, math.ceil(math.sqrt(pixels / LARGE)), min(size) // needed if needed > 1 else 1)


def _check_bounds(
    opened: ImageFile.ImageFile, content: bytes, size: tuple[int, int], several: bool, mode: str, needed: int
) -> None:
    """Raise an UnusableImageError for what would take more memory or time than one image may."""
    pixels = opened.width * opened.height
    codecs = {tile[0] for tile in opened.tile}
    scans = content.count(b"\xff\xda") if "jpeg" in codecs and opened.info.get("progressive") else 1
    shrunk = pixels / _factor(opened.size, needed) ** 2 * (1 if mode == "L" else 4)
    if pixels > SLOW_PIXELS and codecs & _SLOW:
        why = f"{SLOW_PIXELS // 10**6} megapixels of its kind are the most"
    elif size[0] * size[1] * scans > MOST_SCANS:
        why = f"in {scans} scans"
    elif _memory(opened, content, several) + shrunk > MOST_MEMORY:
        why = f"decoding it takes more than {MOST_MEMORY // 2**20} MB"
    else:
        return
    raise UnusableImageError(TOO_LARGE, f"{size[0]} x {size[1]} pixels, {why}: save it smaller, or as plain JPEG")


def _memory(opened: ImageFile.ImageFile, content: bytes, several: bool) -> float:
    """Bytes that decoding takes at its peak, as measured of Pillow's readers (tests/data/test_bounds.py)."""
    pixels, mode = opened.width * opened.height, opened.mode
    image = pixels * (1 if mode in ("1", "L", "P") else 2 if mode.startswith("I;16") else 4)
    beside = 0.0
    if opened.format in ("JPEG", "MPO"):
        beside = _coefficients(opened, content)
    elif opened.format == "TIFF":
        beside = _largest_strip(opened) + (image if opened.getexif().get(_ORIENTATION, 1) != 1 else 0)
    elif opened.format in ("WEBP", "AVIF"):
        beside = pixels * 12 + len(content)
    elif several:
        beside = image  # what the next frame is drawn on
    return len(content) + image + beside + 16 * BAND


def _coefficients(opened: ImageFile.ImageFile, content: bytes) -> float:
    """Bytes that libjpeg keeps of a JPEG in several scans: two for every value of the whole image."""
    layers: list[tuple[int, int, int, int]] = getattr(opened, "layer", [])
    position = opened.fp.tell() if opened.fp else 0  # behind the marker of the first scan
    in_first_scan = content[position + 2] if position + 2 < len(content) else 0
    if not opened.info.get("progressive") and in_first_scan >= len(layers):
        return 0
    scale = getattr(opened, "decoderconfig", None) or (1, 0)
    whole = opened.width * opened.height * max(int(scale[0]), 1) ** 2
    across, down = max(one[1] for one in layers), max(one[2] for one in layers)
    return sum(2 * whole * one[1] * one[2] / (across * down) for one in layers)


def _largest_strip(opened: ImageFile.ImageFile) -> float:
    """Bytes of the largest piece that libtiff decodes at once."""
    tags = opened.tag_v2  # type: ignore[attr-defined]

    def number(tag: int, default: int) -> int:
        value = tags.get(tag, default)
        value = value[0] if isinstance(value, tuple) and value else value
        return value if isinstance(value, int) and value > 0 else default

    bits = tags.get(258, (8,))
    each = sum(bits) if isinstance(bits, tuple) else int(bits) * number(277, 1)
    strip = opened.width * min(number(278, opened.height), opened.height)
    return max(strip, number(322, 0) * number(323, 0)) * max(each, 8) / 8


def _small(opened: ImageFile.ImageFile, mode: str, needed: int, notes: list[str]) -> Image.Image:
    """The opened image in ``mode``, on a plain ground, shrunk by a whole factor where it is large."""
    width, height = opened.size
    factor = _factor(opened.size, needed)
    scale = _scale(opened, notes) if opened.mode.startswith(("I", "F")) else None
    picture = Image.new(mode, (-(-width // factor), -(-height // factor)))
    rows = max(1, BAND // width // factor) * factor
    least, most = 255, 255
    for top in range(0, height, rows):
        band = opened.crop((0, top, width, min(top + rows, height)))
        if scale is not None:
            band = _grey(band, *scale)
        elif band.has_transparency_data:
            band = band.convert("RGBA")
            faint, solid = (int(value) for value in band.getchannel("A").getextrema())  # type: ignore[arg-type]
            least, most = min(least, faint), solid if top == 0 else max(most, solid)
            if faint < 255:  # white, as browsers and viewers show it, and as cut-out portraits are meant to be seen
                band = Image.alpha_composite(Image.new("RGBA", band.size, "white"), band)
        band = band.convert(mode)
        picture.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    if most < FAINTEST:
        raise UnusableImageError("nothing to see", "it is transparent everywhere")
    if least < 255:
        notes.append(TRANSPARENT)
    return picture


def _scale(opened: ImageFile.ImageFile, notes: list[str]) -> tuple[float, float]:
    """Least value and factor that bring values of more than 8 bits to 0..255.

    Raises:
        UnusableImageError: when they have no range that is clear.
    """
    low, high = (float(value) for value in opened.getextrema())  # type: ignore[arg-type]
    if opened.mode == "F" and low >= 0 and high <= 1:
        notes.append("its values from 0 to 1 scaled to 8 bits")
        return 0, 255
    if not (low >= 0 and high < 2**16):  # no numbers are not either
        raise UnusableImageError(
            "values of no known range", f"from {low:g} to {high:g}: save it with 8 or 16 bits a channel"
        )
    bits = next(bits for bits in _BITS if high < 2**bits)
    if bits > 8:
        notes.append(f"its {bits} bits scaled to 8")
    return 0, 255 / (2**bits - 1)


def _grey(band: Image.Image, low: float, factor: float) -> Image.Image:
    values = np.asarray(band.convert("F") if band.mode != "F" else band)
    if not np.isfinite(values).all():
        raise UnusableImageError("values of no known range", "some are no numbers: save it with 8 bits a channel")
    return Image.fromarray(np.rint((values - low) * factor).clip(0, 255).astype(np.uint8))


def open_image(content: bytes, formats: tuple[str, ...]) -> ImageFile.ImageFile:
    """The image file that ``content`` is, by one of Pillow's readers named in ``formats``."""
    return Image.open(io.BytesIO(content), formats=formats)
