"""Everything put together, and served."""

import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

import emogan
from emogan.core.errors import UserError
from emogan.web.errors import tell_errors
from emogan.web.guard import Guard, Rules
from emogan.web.pages import chosen
from emogan.web.pages import data as data_page
from emogan.web.pages import faces as faces_page
from emogan.web.pages import person as person_page
from emogan.web.routes import databases, faces, person
from emogan.web.site import Site

STATIC = Path(__file__).parent / "static"
OURS = ("localhost", "127.0.0.1", "::1")
ROUTERS = (
    *(faces.router, faces_page.router, chosen.router),
    *(person.router, person_page.router, databases.router, data_page.router),
)
AT_ONCE = 200  # connections; more are turned away
BACKLOG = 128  # connections that wait to be taken


def application(settings: Mapping[str, Any]) -> FastAPI:
    """The page that ``settings`` of ``conf/app.yaml`` describe.

    Raises:
        UserError: when there are no such weights.
    """
    site = Site.of(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        site.close()

    app = FastAPI(
        title="emogan",
        version=emogan.__version__,
        lifespan=lifespan,
        docs_url=None,  # these two pages come from elsewhere
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.site = site
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    tell_errors(app)
    names = settings["names"]
    app.add_middleware(
        Guard,
        rules=Rules(
            hosts={*OURS, settings["host"], *([names] if isinstance(names, str) else names)},
            password=settings["password"],
            most=int(settings["most"]["upload"] * 1e6),
            seconds=settings["most"]["seconds"],
        ),
    )
    return app


def serve(settings: Mapping[str, Any], started: Callable[[int], None]) -> None:
    """Serve the page that ``settings`` describe until somebody stops it; ``started`` is told its port.

    Raises:
        UserError: when nobody can be served at that address, or there are no such weights.
    """
    with listening(settings["host"], settings["port"]) as place:
        app = application(settings)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=10,
            timeout_graceful_shutdown=5,
            limit_concurrency=AT_ONCE,
        )
        started(place.getsockname()[1])
        with suppress(KeyboardInterrupt):  # the usual way to end it; uvicorn hands it on when all is closed
            uvicorn.Server(config).run(sockets=[place])


def listening(host: str, port: int) -> socket.socket:
    """A socket that browsers reach from now on, should the page need a moment.

    Raises:
        UserError: when it cannot be had.
    """
    place = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind((host, port))
        place.listen(BACKLOG)
    except OSError as error:
        place.close()
        raise UserError(
            f"The page cannot be at host={host} port={port} ({error.strerror or error}): give port=0 for any that is"
            " free, or another host of this machine."
        ) from error
    return place
