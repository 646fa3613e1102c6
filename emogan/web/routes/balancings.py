"""Balance a database: planned first, then one at a time in a process of its own."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from emogan.core.errors import UserError
from emogan.web.answers import Png, of
from emogan.web.balanced import Outcome
from emogan.web.balancer import BalanceQuery
from emogan.web.jobs import Job, State
from emogan.web.planning import KIND, Planned, Planning, begin
from emogan.web.programs import RunningError
from emogan.web.progress import Balancing, now
from emogan.web.queries import Query as Parameters
from emogan.web.queries import Text
from emogan.web.routes.databases import Csv, Shown, shown
from emogan.web.site import SiteHere

router = APIRouter(prefix="/api/balancings", tags=["balancings"])

Id = Annotated[str, Path(max_length=100)]


class Plan(BaseModel):
    """A plan: whether it is there, and what would be done."""

    id: str
    state: State
    error: str
    asked: BalanceQuery
    table: Shown | None = None
    missing: Annotated[int, Field(description="faces")] = 0
    specialising: Annotated[float, Field(description="minutes of specialising the network before")] = 0
    said: Annotated[list[str], Field(description="what there is to know, as emogan balance plan=true says it")] = []


class TreeQuery(Parameters):
    """A balanced database."""

    name: Annotated[Text, Field(description="as /api/balancings lists it")]


@router.get("")
async def balancings(site: SiteHere) -> list[str]:
    """The balanced databases that there are."""
    return await run_in_threadpool(site.balancer.trees.names)


@router.post("/plans", status_code=202)
async def plan(query: BalanceQuery, site: SiteHere) -> Plan:
    """Plan a balancing; ask /api/balancings/plans/{id} what it would do. Nothing is written."""
    return answer(await run_in_threadpool(begin, site, query))


@router.get("/plans/{id}")
async def planned(id: Id, site: SiteHere) -> Plan:
    """What would be done, and how long it takes."""
    return answer(site.jobs.get(KIND, id))


@router.delete("/plans/{id}", status_code=204)
async def forget(id: Id, site: SiteHere) -> None:
    """Leave a plan, and forget it."""
    site.jobs.stop(KIND, id)


@router.post("", status_code=201)
async def start(query: BalanceQuery, site: SiteHere) -> Balancing:
    """Balance, or go on with it; it goes on when nobody looks."""
    try:
        await run_in_threadpool(site.balancer.start, query)
    except RunningError as error:
        raise HTTPException(409, str(error)) from error
    return await current(site)


@router.get("/current")
async def current(site: SiteHere) -> Balancing:
    """How the balancing is, or the last one was."""
    return await run_in_threadpool(now, site.balancer)


@router.post("/current/stop")
async def stop(site: SiteHere) -> Balancing:
    """Have it stop, which takes some seconds; the same request goes on with it."""
    if not await run_in_threadpool(site.balancer.stop):
        raise UserError("No balancing runs.")
    return await current(site)


@router.get("/one")
async def one(query: Annotated[TreeQuery, Query()], site: SiteHere) -> Outcome:
    """What a balanced database says of itself: counts before and after, refused by reason, what is not filled."""
    return await run_in_threadpool(site.balancer.trees.outcome, query.name)


@router.get("/contact_sheet.png", response_class=Png, responses=of(Png, "the first new faces of each emotion"))
async def contact_sheet(query: Annotated[TreeQuery, Query()], site: SiteHere) -> Response:
    """Generated faces of a balanced database, some rows for each emotion."""
    return FileResponse(await run_in_threadpool(site.balancer.trees.sheet, query.name), media_type="image/png")


@router.get("/manifest.csv", response_class=Csv, responses=of(Csv, "where each generated face comes from"))
async def manifest(query: Annotated[TreeQuery, Query()], site: SiteHere) -> Response:
    """Every generated face with its seed and number, its weights, what it is like, and its SHA-256."""
    path = await run_in_threadpool(site.balancer.trees.manifest, query.name)
    return FileResponse(path, media_type="text/csv", filename=f"{query.name}_manifest.csv")


def planning_of(job: Job) -> Planning:
    """What was asked for."""
    assert isinstance(job.work, Planning)
    return job.work


def answer(job: Job) -> Plan:
    """A plan as it stands."""
    query = planning_of(job).query
    found = Plan(id=job.name, state=job.state, error=job.error, asked=query)
    if job.state != "done":
        return found
    done: Planned = job.result
    (table,) = done.balanced.tables
    return found.model_copy(
        update={
            "table": shown(table),
            "missing": done.missing,
            "specialising": query.minutes if query.weights is None and done.missing else 0.0,
            "said": [*done.balanced.said],
        }
    )
