"""Faces with an emotion, a mix, an intensity."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from emogan.web.pages.rendering import ReaderHere, page
from emogan.web.site import SiteHere

router = APIRouter(include_in_schema=False)


@router.get("/")
async def faces(request: Request, reader: ReaderHere, site: SiteHere) -> Response:
    """Faces of many people."""
    sampler = await run_in_threadpool(site.networks.of, reader.weights)
    return page("faces", request, reader, site, tab="faces", able=[str(one) for one in sampler.emotions])
