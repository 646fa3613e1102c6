"""A photograph, and the nearest face to it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from emogan.web.jobs import GoneError
from emogan.web.pages.rendering import Reader, ReaderHere, page, render
from emogan.web.queries import DEFAULT
from emogan.web.routes.photographs import KIND, TYPES, told
from emogan.web.site import Site, SiteHere

router = APIRouter(include_in_schema=False)


@router.get("/photograph")
async def photograph(
    request: Request, reader: ReaderHere, site: SiteHere, search: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Where a photograph is chosen or taken; with the search that goes on, if there is one."""
    there = search if _there(site, search) else None
    steps = min(DEFAULT["steps"], site.most.steps)
    return page("photograph", request, reader, site, tab="photograph", types=TYPES, steps=steps, search=there)


@router.get("/photograph/{name}")
async def progress(name: str, request: Request, reader: ReaderHere, site: SiteHere) -> Response:
    """The part of the page that a search fills, as far as it is."""
    return HTMLResponse(_search(request, reader, site, name))


@router.delete("/photograph/{name}")
async def forget(name: str, request: Request, reader: ReaderHere, site: SiteHere) -> Response:
    """Forget a photograph; the part of the page that says so."""
    if _there(site, name):
        site.jobs.stop(KIND, name)
    return HTMLResponse(_search(request, reader, site, name))


def _there(site: Site, name: str) -> bool:
    try:
        site.jobs.get(KIND, name)
    except GoneError:
        return False
    return True


def _search(request: Request, reader: Reader, site: Site, name: str) -> str:
    search = told(site.jobs.get(KIND, name)) if _there(site, name) else None
    return render("photograph_search", request, reader, site, {"search": search})
