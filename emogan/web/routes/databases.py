"""What a database of faces holds."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel

from emogan.core.errors import UserError
from emogan.core.tables import Table
from emogan.reports.tables import to_csv
from emogan.web.answers import Png, of
from emogan.web.databases import DatabaseQuery, names
from emogan.web.inspecting import KIND, SHOWN, Inspection, Looked, begin
from emogan.web.jobs import Job, State
from emogan.web.site import SiteHere

MOST_ROWS = 100  # of a table in an answer or on a page; its CSV has all

router = APIRouter(prefix="/api/databases", tags=["databases"])

Id = Annotated[str, Path(max_length=100)]


class Csv(Response):
    """A table."""

    media_type = "text/csv"


class Shown(BaseModel):
    """A table; ``more`` is how many rows are left out here."""

    title: str
    columns: list[str]
    rows: list[list[str | int]]
    more: int


class Look(BaseModel):
    """A look at a database: how far it is (``share``, from 0 to 1), and what came of it."""

    id: str
    database: str
    state: State
    share: float
    error: str
    tables: dict[str, Shown]
    contact_sheet: bool


@router.get("")
async def databases(site: SiteHere) -> list[str]:
    """What can be looked at: the packaged faces, and folders."""
    return await run_in_threadpool(names, site.roots)


@router.post("/inspect", status_code=202)
async def inspect(query: DatabaseQuery, site: SiteHere) -> Look:
    """Look at a database; ask /api/databases/{id} what came of it."""
    return answer(await run_in_threadpool(begin, site, query))


@router.get("/{id}")
async def found(id: Id, site: SiteHere) -> Look:
    """How far a look is, and what came of it: tables of counts, sizes, what is left out and why, irregular files."""
    return answer(site.jobs.get(KIND, id))


@router.get("/{id}/contact_sheet.png", response_class=Png, responses=of(Png, "some images of each emotion"))
async def contact_sheet(id: Id, site: SiteHere) -> Response:
    """Images as a training sees them, a row for each emotion."""
    looked: Looked = site.jobs.result(KIND, id)
    if looked.sheet is None:
        raise UserError("There is no contact sheet: no image of this database is usable.")
    return Png(looked.sheet)


@router.get("/{id}/{table}.csv", response_class=Csv, responses=of(Csv, "the table, whole"))
async def csv(
    id: Id,
    table: Literal["counts", "sizes", "reasons", "irregular", "remarks", "images", "files", "left_out"],
    site: SiteHere,
) -> Response:
    """A table with all its rows; images: counts; files and left_out: every file."""
    looked: Looked = site.jobs.result(KIND, id)
    content = await run_in_threadpool(to_csv, looked.tables[table])
    return Csv(content, headers={"Content-Disposition": f'attachment; filename="{table}.csv"'})


@router.delete("/{id}", status_code=204)
async def forget(id: Id, site: SiteHere) -> None:
    """Stop a look, and forget what came of it."""
    site.jobs.stop(KIND, id)


def inspection_of(job: Job) -> Inspection:
    """What was asked for."""
    assert isinstance(job.work, Inspection)
    return job.work


def answer(job: Job) -> Look:
    """A look as it stands."""
    done: Looked | None = job.result if job.state == "done" else None
    return Look(
        id=job.name,
        database=inspection_of(job).query.database,
        state=job.state,
        share=job.share,
        error=job.error,
        tables={name: shown(done.tables[name]) for name in SHOWN} if done else {},
        contact_sheet=done is not None and done.sheet is not None,
    )


def shown(table: Table) -> Shown:
    """The beginning of a table."""
    rows = [[*row] for row in table.rows[:MOST_ROWS]]
    return Shown(title=table.title, columns=[*table.columns], rows=rows, more=len(table.rows) - len(rows))
