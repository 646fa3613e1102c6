"""What goes wrong as a sentence: in JSON for programs, on a page for people."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from emogan.core.errors import UserError
from emogan.web.drawing import BusyError
from emogan.web.guard import TooMuchError
from emogan.web.jobs import GoneError
from emogan.web.pages.rendering import reader_of, render

log = logging.getLogger(__name__)

LATER = {"Retry-After": "2"}
FAULT = "This is a fault of emogan: the window that it was started in says more."


def tell_errors(app: FastAPI) -> None:
    """Have every error answered with a sentence."""

    @app.exception_handler(UserError)
    async def wrong(request: Request, error: UserError) -> Response:
        return told(request, 400, str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return told(request, 400, sentence(error))

    @app.exception_handler(GoneError)
    async def gone(request: Request, error: GoneError) -> Response:
        return told(request, 404, str(error))

    @app.exception_handler(BusyError)
    async def busy(request: Request, error: BusyError) -> Response:
        return told(request, 503, "Too many others wait: ask again in a moment.")

    @app.exception_handler(TooMuchError)
    async def much(request: Request, error: TooMuchError) -> Response:
        return told(request, 413, "That is too large.")

    @app.exception_handler(TimeoutError)
    async def slow(request: Request, error: TimeoutError) -> Response:
        return told(request, 408, "That came too slowly.")

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        if isinstance(error.__cause__, TooMuchError):  # met while a form or JSON was read
            return await much(request, error.__cause__)
        if isinstance(error.__cause__, TimeoutError):
            return await slow(request, error.__cause__)
        nothing = f"There is nothing at {request.url.path[:100]}."
        said = nothing if error.detail == HTTPStatus.NOT_FOUND.phrase else str(error.detail)
        return told(request, error.status_code, said)

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> Response:
        return told(request, 500, FAULT)


def told(request: Request, status: int, said: str) -> Response:
    """The answer that says it."""
    headers = LATER if status == 503 else {}
    if request.url.path.startswith(("/api", "/static")):
        return JSONResponse({"detail": said}, status, headers)
    page = render("error", request, reader_of(request), request.app.state.site, {"tab": "error", "said": said})
    return HTMLResponse(page, status, headers)


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
