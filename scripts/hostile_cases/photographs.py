"""Images as people have them: other modes, transparency, several frames, EXIF, odd names and sizes."""

import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from hostile_cases.case import Case
from hostile_cases.database import LEFT_OUT, USED, WHATEVER, Make, among_good, placed
from hostile_cases.pictures import FORMATS, base, colours, cut_out, encoded, flat, sound

GROUNDS = (255, 0, 128, 127)  # plain grounds that a cut-out may be laid over


def cases(seed: int) -> list[Case]:
    """All of them."""
    return [
        *(among_good(f"sound {suffix}", f"x{suffix}", placed(sound(suffix)), USED, like=[base()])
          for suffix in FORMATS),
        *(among_good(f"sound {suffix.upper()}", f"x{suffix.upper()}", placed(sound(suffix)), USED)
          for suffix in (".jpg", ".tif", ".webp")),
        *(among_good(f"mode {name}", file, placed(make()), USED, like=[base()])
          for name, (file, make) in MODES.items()),
        among_good("mode LAB TIFF", "x.tif", placed(encoded(in_lab(), "TIFF")), WHATEVER),
        *(among_good(f"transparent {name}", file, placed(make()), USED, ("transparen|alpha",),
                     [cut_out(ground) for ground in GROUNDS]) for name, (file, make) in TRANSPARENT.items()),
        *(among_good(f"wholly transparent {kind}", f"x.{kind.lower()}", placed(nothing(kind)), WHATEVER,
                     ("transparen|alpha|black",)) for kind in ("PNG", "WEBP")),
        *(among_good(f"frames in a {kind}", f"x{suffix}", placed(frames(kind)), USED, ("frame|first",), [base()])
          for suffix, kind in ((".gif", "GIF"), (".webp", "WEBP"), (".png", "PNG"), (".tif", "TIFF"))),
        *(among_good(f"EXIF orientation {number}", "x.jpg", placed(turned(number)), USED, like=[base()])
          for number in range(1, 9)),
        *(among_good(f"broken EXIF: {name}", "x.jpg", placed(encoded(base(), "JPEG", exif=exif)), USED, like=[base()])
          for name, exif in BROKEN_EXIF.items()),
        *(among_good(f"name {os.fsdecode(name)!a}", name, placed(sound(".jpg")), USED) for name in NAMES),
        *(among_good(f"not read: {name}", name, placed(content), fate) for name, (content, fate) in OTHERS.items()),
        *(among_good(f"picture {name}", file, make, fate) for name, (file, make, fate) in SIZES.items()),
    ]  # fmt: skip


def sixteen(mode: str) -> Image.Image:
    """The base with values up to 65,535, or as floats."""
    values = np.asarray(base())
    return Image.fromarray(values.astype(np.uint16) * 257 if mode == "I;16" else values.astype(np.float32))


MODES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "RGB": ("x.png", lambda: encoded(base().convert("RGB"), "PNG")),
    "CMYK JPEG": ("x.jpg", lambda: encoded(base().convert("RGB").convert("CMYK"), "JPEG")),
    "CMYK TIFF": ("x.tif", lambda: encoded(base().convert("RGB").convert("CMYK"), "TIFF")),
    "palette PNG": ("x.png", lambda: encoded(base().convert("P"), "PNG")),
    "palette BMP": ("x.bmp", lambda: encoded(base().convert("P"), "BMP")),
    "16 bit PNG": ("x.png", lambda: encoded(sixteen("I;16"), "PNG")),
    "16 bit TIFF": ("x.tif", lambda: encoded(sixteen("I;16"), "TIFF")),
    "16 bit PGM": ("x.pgm", lambda: encoded(sixteen("I;16"), "PPM")),
    "opaque alpha PNG": ("x.png", lambda: encoded(base().convert("LA"), "PNG")),
    "deflated TIFF": ("x.tif", lambda: encoded(base(), "TIFF", compression="tiff_adobe_deflate")),
    "JPEG in TIFF": ("x.tif", lambda: encoded(base(), "TIFF", compression="jpeg")),
    "progressive JPEG": ("x.jpg", lambda: encoded(base(), "JPEG", progressive=True, quality=90)),
    "JPEG named .png": ("x.png", lambda: sound(".jpg")),
    "PNG named .jpeg": ("x.jpeg", lambda: sound(".png")),
    "lossless WebP": ("x.webp", lambda: encoded(base(), "WEBP", lossless=True)),
    "JPEG with rubbish behind": ("x.jpg", lambda: sound(".jpg") + b"rubbish" * 1000),
}


def in_lab() -> Image.Image:
    """The base in CIE Lab, whose lightness follows the grey near enough for a picture of the same."""
    from PIL import ImageCms

    spaces = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    made = ImageCms.profileToProfile(base().convert("RGB"), *spaces, outputMode="LAB")
    assert made is not None
    return made


def through_palette() -> bytes:
    """A palette whose index 0 is transparent: where the cut-out has nothing."""
    mask = np.asarray(cut_out(None).getchannel("A")) > 0
    picture = Image.fromarray(np.where(mask, np.maximum(np.asarray(base()), 1), 0).astype(np.uint8), "P")
    picture.putpalette([value for value in range(256) for _ in range(3)])
    return encoded(picture, "PNG", transparency=0)


TRANSPARENT: dict[str, tuple[str, Callable[[], bytes]]] = {
    "LA PNG": ("x.png", lambda: encoded(cut_out(None), "PNG")),
    "RGBA PNG": ("x.png", lambda: encoded(cut_out(None).convert("RGBA"), "PNG")),
    "RGBA WebP": ("x.webp", lambda: encoded(cut_out(None).convert("RGBA"), "WEBP", lossless=True, exact=True)),
    "RGBA TIFF": ("x.tif", lambda: encoded(cut_out(None).convert("RGBA"), "TIFF")),
    "palette PNG": ("x.png", through_palette),
}


def nothing(kind: str) -> bytes:
    """A picture with a face wholly under transparency."""
    picture = base().convert("RGBA")
    picture.putalpha(0)
    return encoded(picture, kind, **({"lossless": True, "exact": True} if kind == "WEBP" else {}))


def frames(kind: str) -> bytes:
    """The base, then two others."""
    others = [Image.new("L", base().size, 200), Image.new("L", base().size, 90)]
    return encoded(base(), kind, save_all=True, append_images=others)


def turned(orientation: int) -> bytes:
    """The base stored turned or mirrored, with the EXIF word that turns it back."""
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = base().transpose(back[orientation]) if orientation in back else base()
    return encoded(picture, "JPEG", quality=95, exif=exif)


def oriented(value: bytes, kind: int) -> bytes:
    """EXIF bytes whose one entry is an orientation of any type."""
    return b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01" + kind.to_bytes(2, "little") + b"\x01\0\0\0" + value + bytes(4)


BROKEN_EXIF = {
    "cut": b"Exif\0\0II*\0\x08\0\0\0\x40",
    "rubbish": b"Exif\0\0" + bytes(range(256)) * 8,
    "empty": b"Exif\0\0",
    "orientation 99": oriented(b"\x63\0\0\0", 3),
    "orientation in text": oriented(b"abc\0", 2),
    "orientation of no type": oriented(b"\x06\0\0\0", 99),
    "entry far away": oriented(b"\xff\xff\xff\x7f", 5),
    "a circle of directories": b"Exif\0\0II*\0\x08\0\0\0\0\0\x08\0\0\0",
    "65,000 entries": b"Exif\0\0II*\0\x08\0\0\0\xe8\xfd" + bytes(600),
}
NAMES = (
    b"Jos\xe9.jpg", b"express\xe3o.jpg", "a\nb.jpg", "a\tb.jpg", "[red]x.jpg", "[/b].jpg", "a=b.jpg", "(1).jpg",
    "a, b.jpg", " x .jpg", "-x.jpg", "\N{GRINNING FACE}.jpg", "e\u0301.jpg", "a" * 200 + ".jpg", "a|b.jpg", "`a`.jpg",
    "<b>x.jpg", "a;b&c.jpg", "%s{0}.jpg", "${x}.jpg", "\u202egpj.jpg", "\x1b[31mx.jpg", "x.jpg.jpg", "'\".jpg",
)  # fmt: skip
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)
OTHERS = {
    "IMG_0001.HEIC": (HEIC, LEFT_OUT),
    "Thumbs.db": (b"\xd0\xcf\x11\xe0" + bytes(500), LEFT_OUT),
    "desktop.ini": (b"[.ShellClassInfo]\r\n", LEFT_OUT),
    "README.txt": (b"faces\n", LEFT_OUT),
    "movie.mp4": (b"\0\0\0\x18ftypmp42" + bytes(200), LEFT_OUT),
    "faces.zip": (b"PK\x03\x04" + bytes(200), LEFT_OUT),
    "x.psd": (b"8BPS\0\x01" + bytes(200), LEFT_OUT),
    "no suffix": (sound(".jpg"), WHATEVER),
    "x.jpg.part": (sound(".jpg"), WHATEVER),
    "x.CR2": (b"II*\0" + bytes(200), LEFT_OUT),
}


def large(width: int, height: int) -> Make:
    """An ordinary photograph from a large camera."""

    def make(path: Path) -> None:
        file = io.BytesIO()
        colours().resize((width, height)).save(file, "JPEG", quality=40)
        path.write_bytes(file.getvalue())

    return make


def of(size: Sequence[int], value: int) -> Make:
    """A picture of one grey."""
    return lambda path: Image.new("L", (size[0], size[1]), value).save(path)


SIZES: dict[str, tuple[str, Make, str]] = {
    "black": ("x.jpg", of((64, 80), 0), LEFT_OUT),
    "white": ("x.jpg", of((64, 80), 255), WHATEVER),
    "1x1": ("x.png", of((1, 1), 120), WHATEVER),
    "1x5000": ("x.png", of((1, 5000), 120), WHATEVER),
    "5000x1": ("x.png", of((5000, 1), 120), WHATEVER),
    "60000x2": ("x.png", of((60_000, 2), 120), WHATEVER),
    "108 megapixels": ("x.jpg", large(12_000, 9000), USED),
    "200 megapixels": ("x.jpg", large(16_320, 12_240), WHATEVER),
    "50 megapixels in a PNG": ("x.png", lambda path: placed(flat(8192, 6144, "RGB"))(path), WHATEVER),
}
