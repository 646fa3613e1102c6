"""What a file is, by its first bytes, and which kinds of images are read."""

import re

from PIL import features

# Pillow's readers that take nothing from outside the file and start no program, with the build's optional ones. That
# of JPEG reads MPO, several JPEGs in one file, as well.
READ = tuple(
    kind
    for kind, there in {
        **dict.fromkeys(("JPEG", "PNG", "BMP", "TIFF", "GIF", "PPM"), True),
        "WEBP": features.check("webp"),
        "AVIF": features.check("avif"),
    }.items()
    if there
)
SUFFIXES = frozenset(
    (
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".mpo",
        ".png",
        ".bmp",
        ".tif",
        ".tiff",
        ".webp",
        ".gif",
        ".pgm",
        ".ppm",
        ".pnm",
        ".avif",
    )
)
ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".7z", ".rar")
# Camera raw files are TIFFs of a kind: read as such they would give a thumbnail.
RAW = frozenset((".dng", ".nef", ".cr2", ".cr3", ".arw", ".orf", ".rw2", ".raf", ".pef", ".srw"))

HEAD = 32  # bytes that `kind_of` looks at

_KINDS = (
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"\x89PNG\r\n\x1a\n", "PNG"),
    (rb"BM.{4}\0{4}", "BMP"),
    (rb"II[*+]\0|MM\0[*+]", "TIFF"),
    (rb"GIF8[79]a", "GIF"),
    (rb"P[1-6]\s", "PPM"),
    (rb"RIFF.{4}WEBP", "WEBP"),
    (rb".{4}ftypavi[fs]", "AVIF"),
    (rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", "HEIC"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "EPS"),
    (rb"%PDF", "PDF"),
    (rb"8BPS", "PSD"),
    (rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51", "JPEG 2000"),
    (rb"\xff\x0a|\0\0\0\x0cJXL ", "JPEG XL"),
    (rb"SIMPLE  =", "FITS"),
    (rb"\x89HDF\r\n\x1a\n", "HDF5"),
    (rb"PK\x03\x04|7z\xbc\xaf|Rar!|\x1f\x8b", "archive"),
)
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), kind) for pattern, kind in _KINDS)


def kind_of(head: bytes) -> str | None:
    """What a file that begins with ``head`` is: one of ``READ``, another kind that has a name here, or None."""
    return next((kind for pattern, kind in _PATTERNS if pattern.match(head)), None)


def why_not(kind: str) -> tuple[str, str] | None:
    """Reason and detail for a kind of file that is no image to be read; None for those that are."""
    if kind in READ:
        return None
    if kind == "archive":
        return "an archive", "unpack it first"
    return f"{kind} is not read", "convert it to JPEG or PNG"
