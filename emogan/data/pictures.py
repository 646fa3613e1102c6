"""Image files to pictures: whatever is wrong with one ends in one kind of error."""

import re
import struct
import warnings

from PIL import Image

from emogan.data.formats import HEAD, READ, kind_of, why_not
from emogan.data.pixels import Picture, open_image, picture_of
from emogan.data.reading import TOO_LARGE, UnusableImageError

# What Pillow raises for damaged files, depending on the format.
_DAMAGED = (
    *(OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, ArithmeticError, struct.error),
    *(AttributeError, RuntimeError),
)


def read_picture(content: bytes, mode: str, needed: int) -> Picture:
    """An image file's ``content`` as a whole, in ``mode`` L or RGB; ``needed``: see :func:`picture_of`.

    Raises:
        UnusableImageError: when it cannot be decoded to the end, or is too large.
    """
    if (why := why_not(kind_of(content[:HEAD]) or "PNG")) is not None:
        raise UnusableImageError(*why)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow wonders about damage that does not matter
            return picture_of(open_image(content, READ), content, mode, needed)
    except Image.DecompressionBombError as error:
        claimed, most = re.findall(r"\d+", str(error))[:2]
        raise UnusableImageError(TOO_LARGE, f"{claimed} pixels, {most} are the most: save it smaller") from error
    except _DAMAGED as error:
        raise UnusableImageError("corrupt", _first_line(error)) from error
    except MemoryError as error:
        raise UnusableImageError(TOO_LARGE, "there is not enough memory to decode it") from error


def _first_line(error: Exception) -> str:
    return str(error).split("\n")[0].split(" <_io.")[0] or type(error).__name__  # Pillow names the file object
