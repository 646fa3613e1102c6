"""A photograph whose faces follow sliders."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from emogan.core.emotions import EMOTIONS
from emogan.sampling.video import ffmpeg
from emogan.web.changing import ACTIONS, KIND, Change
from emogan.web.jobs import GoneError
from emogan.web.pages.rendering import ReaderHere, page
from emogan.web.routes.changes import DEFAULT, made
from emogan.web.site import SiteHere

router = APIRouter(include_in_schema=False)
KINDS = ("gif", "webp")


@router.get("/photograph/made")
async def somebody(site: SiteHere) -> Response:
    """Somebody who does not exist, to try it with."""
    return RedirectResponse(f"/photograph/change/{(await made(site)).id}", 303)


@router.get("/photograph/change/{name}")
async def change(name: str, request: Request, reader: ReaderHere, site: SiteHere) -> Response:
    """The photograph, what its faces show, and what they are to show."""
    try:
        found: Change = site.jobs.result(KIND, name)
    except GoneError:
        return RedirectResponse("/photograph", 303)
    width, height = found.small.picture.size
    return page(
        "change",
        request,
        reader,
        site,
        tab="photograph",
        here_is=name,
        faces=found.faces,
        covered=found.covered,
        size=(width, height),
        actions=ACTIONS,
        six=[emotion.value for emotion in EMOTIONS],
        given=DEFAULT,
        films=(*KINDS, "mp4") if ffmpeg() else KINDS,
    )
