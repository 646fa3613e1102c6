"""Train a network: one at a time, in a process of its own."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from starlette.exceptions import HTTPException

from emogan.config.compose import chosen
from emogan.config.places import PACKAGED
from emogan.core.errors import UserError
from emogan.web.databases import check_links, database
from emogan.web.programs import RunningError
from emogan.web.queries import Emotions, Minutes, Query, Seed, Text, defaults
from emogan.web.routes.runs import run_of
from emogan.web.site import Site, SiteHere
from emogan.web.trainer import Wanted
from emogan.web.watching import Now, now

DEFAULT = defaults("train") | chosen("train")

router = APIRouter(prefix="/api/trainings", tags=["trainings"])


class TrainingWanted(Query):
    """A training to start."""

    emotion: Emotions
    database: Annotated[
        str,
        Field(max_length=4000, description="packaged, or a folder under the page's roots: its path or root's number"),
    ] = PACKAGED
    kind: Annotated[
        Literal["folder", "kdef", "fer2013"], Field(description="what names in that folder say, as emogan train data=…")
    ] = "folder"
    crop: Annotated[
        Literal["align", "square"] | None,
        Field(description="of a folder: align: each face is found; square: images as they are; none: as data=… has it"),
    ] = None
    minutes: Annotated[Minutes | None, Field(description="the most to train; none: as many as this page allows")] = None
    seed: Seed = DEFAULT["seed"]
    model: Annotated[Literal["style", "paper"], Field(validate_default=True)] = DEFAULT["model"]
    init_from: Annotated[
        Literal["packaged"] | None, Field(description="packaged: go on from the networks that come with emogan")
    ] = None


class Resumed(Query):
    """A run to go on with."""

    run: Annotated[Text, Field(description="its name, as /api/runs has it")]
    minutes: Annotated[Minutes | None, Field(description="none: what is left of those that it was given")] = None


@router.post("", status_code=201)
async def start(wanted: TrainingWanted, site: SiteHere) -> Now:
    """Start a training; it goes on when nobody looks."""
    return await begun(site, lambda: start_now(site, wanted))


@router.get("/current")
async def current(site: SiteHere) -> Now:
    """How the training is, or the last one was."""
    return await run_in_threadpool(now, site.trainer, site.outputs)


@router.post("/current/stop")
async def stop(site: SiteHere) -> Now:
    """Have the training save and stop: that takes some seconds."""
    if not await run_in_threadpool(site.trainer.stop):
        raise UserError("No training runs.")
    return await current(site)


@router.post("/resume", status_code=201)
async def resume(wanted: Resumed, site: SiteHere) -> Now:
    """Go on with a run that was stopped, in its own folder."""
    return await begun(site, lambda: site.trainer.resume(run_of(site, wanted.run), wanted.minutes))


def start_now(site: Site, wanted: TrainingWanted) -> object:
    """Start it.

    Raises:
        RunningError: when one runs.
        UserError: for what cannot be trained.
    """
    root = database(wanted.database, site.roots)
    if root is not None:
        check_links(root, site.roots)
    given = wanted.model_dump(exclude={"database", "minutes"})
    minutes = site.most.minutes if wanted.minutes is None else wanted.minutes
    return site.trainer.start(Wanted(**given, minutes=minutes, root=root))


async def begun(site: Site, begin: Callable[[], object]) -> Now:
    """What came of beginning a training.

    Raises:
        HTTPException: 409 when something trains already.
    """
    try:
        await run_in_threadpool(begin)
    except RunningError as error:
        raise HTTPException(409, str(error)) from error
    return await current(site)
