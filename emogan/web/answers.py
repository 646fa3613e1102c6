"""Answers: pictures and archives as bytes, mistakes as sentences."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from PIL import Image

from emogan.core.errors import UserError
from emogan.web.drawing import BusyError
from emogan.web.guard import TooMuchError

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the date of files in archives: what is the same has the same bytes
LATER = {"Retry-After": "2"}


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


def tell_errors(app: FastAPI) -> None:
    """Have the errors that a person can put right answered with a sentence."""

    @app.exception_handler(UserError)
    async def wrong(_: Request, error: UserError) -> Response:
        return JSONResponse({"detail": str(error)}, 400)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        return JSONResponse({"detail": sentence(error)}, 400)

    @app.exception_handler(BusyError)
    async def busy(_: Request, error: BusyError) -> Response:
        return JSONResponse({"detail": "Too many others wait: ask again in a moment."}, 503, LATER)

    @app.exception_handler(TooMuchError)
    async def much(_: Request, error: TooMuchError) -> Response:
        return JSONResponse({"detail": "That is too large."}, 413)

    @app.exception_handler(TimeoutError)
    async def slow(_: Request, error: TimeoutError) -> Response:
        return JSONResponse({"detail": "That came too slowly."}, 408)


def sentence(error: RequestValidationError) -> str:
    """The first fault of a request's parameters."""
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:]) or "the body"
    message: str = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        return f"There is no parameter {name[:60]}: /openapi.json lists those there are."
    if first["type"] == "value_error":
        return message
    return f"{name[:60]}={first.get('input')!s:.60} is not usable: {message[:1].lower()}{message[1:]}."
