"""Answers: pictures, archives and tables as bytes."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi.responses import Response
from PIL import Image

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the date of files in archives: what is the same has the same bytes


class Png(Response):
    """A picture."""

    media_type = "image/png"


class Zip(Response):
    """An archive."""

    media_type = "application/zip"


def of(kind: type[Response], words: str) -> dict[int | str, dict[str, Any]]:
    """What a route answers, for the schema."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    told = {"description": "a sentence that says what to change, in detail"}
    return {200: {"description": words, "content": {kind.media_type: binary}}, 400: told, 503: told}


def png(picture: Image.Image) -> bytes:
    """A picture as PNG."""
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def archive(files: Mapping[str, bytes]) -> bytes:
    """Files in a ZIP; pictures are packed as they are."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name, LONG_AGO), data)
    return content.getvalue()


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()
