"""The nearest face to a photograph, searched for while others go on. Photographs are kept in memory only."""

import asyncio
from collections.abc import Callable
from threading import Lock
from typing import Annotated, TypeVar

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from PIL import Image
from pydantic import BaseModel, Field

from emogan.config.values import SHARES
from emogan.core.errors import UserError
from emogan.sampling.likeness import Likeness
from emogan.sampling.photograph import Crop, read_photograph
from emogan.sampling.projection import Found, project
from emogan.web import queries
from emogan.web.answers import Png, of, png
from emogan.web.drawing import BusyError
from emogan.web.jobs import Job, State
from emogan.web.queries import DEFAULT, Text
from emogan.web.site import SiteHere

KIND = "photograph"
TYPES = ("image/jpeg", "image/png", "image/webp")
AT_ONCE = 8  # photographs that come in: what they take of memory, and what decoding one takes, is bounded
BODY = {
    "requestBody": {
        "required": True,
        "description": "the photograph's file",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES},
    }
}

T = TypeVar("T")

router = APIRouter(prefix="/api/photographs", tags=["photographs"])

_coming = asyncio.Semaphore(AT_ONCE)
_decoding = Lock()


class PhotographQuery(queries.Query):
    """How the nearest face is searched for, and drawn."""

    steps: Annotated[
        int | None,
        Field(ge=1, le=100_000, description="of the search; none: as emogan generate has it, or the most"),
    ] = None
    crop: Annotated[
        Crop, Field(description="align: the largest face is found, and cut out upright; square: the largest square")
    ] = DEFAULT["crop"]
    crop_above: Annotated[
        queries.Number,
        queries.within(SHARES, "of square: share of what it leaves over that lies above it"),
    ] = DEFAULT["crop_above"]
    median: Annotated[bool, Field(description="clean with a 3x3 median")] = DEFAULT["median"]
    weights: Annotated[
        Text | None, Field(description="packaged, or a run's name; none: what the page was started with")
    ] = None


class Search(BaseModel):
    """How far the search for a photograph's nearest face is, and what came of it."""

    id: str
    state: State
    done: Annotated[float, Field(description="share, from 0 to 1")]
    error: Annotated[str | None, Field(description="where it failed")] = None
    away: Annotated[float | None, Field(description="mean absolute difference to the face found, of 255")] = None
    likeness: Annotated[float | None, Field(description="from -1 to 1, see emogan.sampling.likeness")] = None
    verdict: Annotated[Likeness | None, Field(description="near, far, or none: it shows no face like those known")] = (
        None
    )
    shares: Annotated[dict[str, float], Field(description="of the emotions in the face found")] = {}
    pictures: Annotated[list[str], Field(description="what /api/photographs/ID/PICTURE.png shows")] = []


@router.post("", status_code=202, openapi_extra=BODY, responses={415: {"description": "another kind of file"}})
async def search(request: Request, query: Annotated[PhotographQuery, Query()], site: SiteHere) -> Search:
    """Search for the nearest face to the photograph that is the request's body: JPEG, PNG or WebP."""
    steps = query.steps or min(DEFAULT["steps"], site.most.steps)
    if steps > site.most.steps:
        raise UserError(f"steps={steps} is too many at once: expected at most {site.most.steps}.")
    sampler = await run_in_threadpool(site.networks.of, query.weights)
    photo = await decoded(request, lambda content: read_photograph(sampler, content, query.crop, query.crop_above))
    return told(site.jobs.add(KIND, lambda watch: project(sampler, photo, steps, query.median, watch)))


async def decoded(request: Request, read: Callable[[bytes], T]) -> T:
    """What ``read`` makes of the photograph that is a request's body.

    Raises:
        HTTPException: for another kind of file.
        BusyError: when too many come in.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in TYPES:
        raise HTTPException(415, f"Content-Type {kind[:60]!r} is no photograph's: expected one of {', '.join(TYPES)}.")
    if _coming.locked():
        raise BusyError
    async with _coming:
        content = await request.body()

        def alone() -> T:
            with _decoding:  # a large one takes hundreds of MB
                return read(content)

        return await run_in_threadpool(alone)


@router.get("/{name}")
async def progress(name: str, site: SiteHere) -> Search:
    """How far a search is, and what came of it."""
    return told(site.jobs.get(KIND, name))


@router.get("/{name}/sheet.png", response_class=Png, responses=of(Png, "all pictures side by side"))
async def sheet(name: str, site: SiteHere) -> Response:
    """The photograph, the face found, and that person in every emotion, side by side."""
    found: Found = site.jobs.result(KIND, name)
    return Png(await run_in_threadpool(lambda: png(found.sheet())))


@router.get("/{name}/{picture}.png", response_class=Png, responses=of(Png, "the picture"))
async def picture(name: str, picture: str, site: SiteHere) -> Response:
    """One picture: ``photo`` as it was looked for, ``found``, or that person with an emotion."""
    found: Found = site.jobs.result(KIND, name)
    pictures = found.named
    if picture not in pictures:
        raise UserError(f"There is no picture {picture[:60]!r}: expected one of {', '.join(pictures)}.")
    return Png(await run_in_threadpool(lambda: png(Image.fromarray(pictures[picture].squeeze()))))


@router.delete("/{name}", status_code=204)
async def forget(name: str, site: SiteHere) -> None:
    """Stop a search, and forget the photograph and what came of it."""
    site.jobs.stop(KIND, name)


def told(job: Job) -> Search:
    """What there is to know about a search."""
    search = Search(id=job.name, state=job.state, done=job.share, error=job.error or None)
    if job.state != "done":
        return search
    found: Found = job.result
    return search.model_copy(
        update={
            "away": found.away,
            "likeness": found.likeness,
            "verdict": found.verdict,
            "shares": {str(emotion): share for emotion, share in found.shares.items()},
            "pictures": [*found.named],
        }
    )
