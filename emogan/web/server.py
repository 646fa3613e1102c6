"""Everything put together, and served."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

import emogan
from emogan.web.answers import tell_errors
from emogan.web.guard import Guard, Rules
from emogan.web.pages import chosen
from emogan.web.pages import faces as faces_page
from emogan.web.routes import faces
from emogan.web.site import Site

STATIC = Path(__file__).parent / "static"
OURS = ("localhost", "127.0.0.1", "::1")
ROUTERS = (faces.router, faces_page.router, chosen.router)
AT_ONCE = 64  # connections that are answered; others wait


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
        title="emogan", version=emogan.__version__, lifespan=lifespan, docs_url=None, redoc_url=None
    )  # the pages of both come from elsewhere
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


def serve(app: FastAPI, host: str, port: int, started: Callable[[int], None]) -> None:
    """Serve ``app`` until somebody stops it; ``started`` is told the port.

    Raises:
        OSError: when nobody can be served there.
    """
    config = uvicorn.Config(app, host, port, log_level="warning", access_log=False, server_header=False)
    config.load()
    with config.bind_socket() as socket:
        server = uvicorn.Server(config)
        started(socket.getsockname()[1])
        server.run(sockets=[socket])
