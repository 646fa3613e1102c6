"""Start a training, watch it, stop it, go on with it."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BeforeValidator

from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.web.databases import listed
from emogan.web.pages.rendering import Reader, ReaderHere, page, render
from emogan.web.routes.runs import run_of
from emogan.web.routes.trainings import Resumed, TrainingWanted, start_now
from emogan.web.site import Site, SiteHere
from emogan.web.watching import now

router = APIRouter(include_in_schema=False)


class StartForm(TrainingWanted):
    """The form of the page."""

    init_from: Annotated[Any, BeforeValidator(lambda value: value or None)] = None


@router.get("/train")
async def train(request: Request, reader: ReaderHere, site: SiteHere) -> Response:
    """The form, or the training that runs."""
    return await shown(request, reader, site)


@router.get("/train/now")
async def progress(request: Request, reader: ReaderHere, site: SiteHere, state: str = "") -> Response:
    """How the training is; all of it anew when it is in another state than the page shows."""
    found = await run_in_threadpool(now, site.trainer, site.outputs)
    changed = found.state != state
    name = "training" if changed else "training_now"
    content = render(name, request, reader, site, {"tab": "train", "now": found, "changed": changed})
    headers = {"HX-Retarget": "#training", "HX-Reswap": "outerHTML"} if changed else {}
    return HTMLResponse(content, headers=headers)


@router.post("/train")
async def start(request: Request, reader: ReaderHere, site: SiteHere, wanted: Annotated[StartForm, Form()]) -> Response:
    """Start one."""
    return await done(request, reader, site, lambda: start_now(site, wanted))


@router.post("/train/stop")
async def stop(request: Request, reader: ReaderHere, site: SiteHere) -> Response:
    """Have it saved and stopped."""
    return await done(request, reader, site, site.trainer.stop)


@router.post("/train/resume")
async def resume(request: Request, reader: ReaderHere, site: SiteHere, wanted: Annotated[Resumed, Form()]) -> Response:
    """Go on with a run."""
    return await done(request, reader, site, lambda: site.trainer.resume(run_of(site, wanted.run), wanted.minutes))


async def done(request: Request, reader: Reader, site: Site, act: Any) -> Response:
    """Back to the page, or the page with what went wrong."""
    try:
        await run_in_threadpool(act)
    except UserError as error:
        return await shown(request, reader, site, str(error), 400)
    return RedirectResponse("/train", 303)


async def shown(request: Request, reader: Reader, site: Site, fault: str = "", status: int = 200) -> Response:
    """The page."""
    found = await run_in_threadpool(now, site.trainer, site.outputs)
    folders = await run_in_threadpool(lambda: [(str(one), printable(one)) for one in listed(site.roots)])
    answer = page(
        "train", request, reader, site, tab="train", now=found, changed=False, folders=folders, fault=fault,
        minutes_left=await run_in_threadpool(left, site, found.run) if found.resumable else None,
    )  # fmt: skip
    answer.status_code = status
    return answer


def left(site: Site, name: str | None) -> float | None:
    """Minutes to offer for going on with a run."""
    try:
        return site.trainer.left(run_of(site, name or ""))
    except UserError:
        return None
