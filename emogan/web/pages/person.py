"""One person in every emotion, and from one emotion to another."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from emogan.core.emotions import Emotion
from emogan.sampling.video import ffmpeg
from emogan.web.pages.rendering import ReaderHere, page
from emogan.web.routes.person import MOST_STOPS
from emogan.web.site import SiteHere

router = APIRouter(include_in_schema=False)


@router.get("/person")
async def person(request: Request, reader: ReaderHere, site: SiteHere) -> Response:
    """One person; the address may say which way to show, as ``stop=neutro&stop=raiva``."""
    sampler = await run_in_threadpool(site.networks.of, reader.weights)
    able = [str(one) for one in sampler.emotions]
    stops = [one for one in request.query_params.getlist("stop") if one in able][:MOST_STOPS]
    start = str(Emotion.NEUTRO) if str(Emotion.NEUTRO) in able else able[0]
    usual = [start, next((one for one in able if one != start), start)]
    return page(
        "person",
        request,
        reader,
        site,
        tab="person",
        able=able,
        stops=stops if len(stops) > 1 else usual,
        most_stops=MOST_STOPS,
        mp4=await run_in_threadpool(ffmpeg) is not None,
    )
