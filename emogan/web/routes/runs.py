"""What trainings left: numbers, losses, grids of faces."""

import json
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import Field
from starlette.exceptions import HTTPException

from emogan.core.errors import UserError
from emogan.core.files import as_json
from emogan.core.names import printable
from emogan.reports.figures import losses_png
from emogan.runs.folder import Run
from emogan.runs.plain import check_plain
from emogan.web.answers import Png, of, png
from emogan.web.grids import one_person, picture
from emogan.web.queries import Query as Parameters
from emogan.web.queries import Text
from emogan.web.runs import Summary, facts_of, listed, losses_of, number_of, own, record_of
from emogan.web.site import Site, SiteHere

router = APIRouter(prefix="/api/runs", tags=["runs"])

LARGEST = 1 << 24  # bytes of an evaluation
KEPT = {"Cache-Control": "private, max-age=3600"}  # of what has its time in its address
_drawing = Lock()  # what Matplotlib keeps of fonts is not for two threads at once


class RunQuery(Parameters):
    """A run."""

    run: Annotated[Text, Field(description="its name, as /api/runs has it")]
    v: Annotated[Text | None, Field(description="anything: with it, the answer may be kept")] = None

    @property
    def headers(self) -> dict[str, str]:
        """Whether the answer may be kept."""
        return KEPT if self.v is not None else {}


class GridQuery(RunQuery):
    """A grid of a run."""

    epoch: Annotated[int | None, Field(ge=0, le=10**11, description="none: the newest")] = None
    step: Annotated[int, Field(ge=0, le=10**11, description="beyond that epoch")] = 0
    real: Annotated[bool, Field(description="what was learnt from, instead")] = False


class PersonQuery(RunQuery):
    """A person of a run."""

    number: Annotated[int, Field(ge=1, le=100_000, description="on the grids, from 1")] = 1


@router.get("")
async def runs(site: SiteHere) -> list[Summary]:
    """All runs, the newest first; one that cannot be read says why in fault."""
    return await run_in_threadpool(listed, site.outputs)


@router.get("/one")
async def one(query: Annotated[RunQuery, Query()], site: SiteHere) -> dict[str, Any]:
    """What a run says of itself: facts, losses as columns, when its grids were drawn."""

    def read() -> dict[str, Any]:
        run = run_of(site, query.run)
        losses = losses_of(site.outputs, run.folder)
        return {
            "name": query.run,
            "facts": facts_of(run.record),
            "losses": {name: [number_of(value) for value in values] for name, values in losses.items()},
            "grids": [moment._asdict() for moment in run.folder.grids],
        }

    return await run_in_threadpool(read)


@router.get("/grid.png", response_class=Png, responses=of(Png, "faces, always of the same people"))
async def grid(query: Annotated[GridQuery, Query()], site: SiteHere) -> Response:
    """A grid of faces that a run drew while it trained."""

    def draw() -> bytes:
        run = run_of(site, query.run)
        moments = run.folder.grids
        if query.real:
            return png(picture(site.outputs, run.folder.real))
        wanted = [one for one in moments if query.epoch is None or one == (query.epoch, query.step)]
        if not wanted:
            there = ", ".join(map(str, moments[:10])) or "none yet"
            raise UserError(f"epoch={query.epoch} has no grid in that run: there are those of {there}.")
        return png(picture(site.outputs, run.folder.grid(wanted[-1])))

    return Png(await run_in_threadpool(draw), headers=query.headers)


@router.get("/losses.png", response_class=Png, responses=of(Png, "the losses of both networks over the epochs"))
async def losses(query: Annotated[RunQuery, Query()], site: SiteHere) -> Response:
    """The losses of a run as they are now."""

    def draw() -> bytes:
        run = run_of(site, query.run)
        found = losses_of(site.outputs, run.folder)
        if not found:
            raise UserError("That run has no losses yet: they come with its first epoch.")
        with _drawing:
            return losses_png(found, f"{run.record.emotion}: losses")

    return Png(await run_in_threadpool(draw), headers=query.headers)


@router.get("/person.png", response_class=Png, responses=of(Png, "a face at several times of its training"))
async def person(query: Annotated[PersonQuery, Query()], site: SiteHere) -> Response:
    """One person over time, the first grid at the left; of several emotions, a row for each."""
    content = await run_in_threadpool(lambda: png(one_person(site.outputs, run_of(site, query.run), query.number)))
    return Png(content, headers=query.headers)


@router.get("/evaluation")
async def evaluation(query: Annotated[RunQuery, Query()], site: SiteHere) -> dict[str, Any]:
    """The measures that emogan evaluate found for a run, by what was measured."""
    found = await run_in_threadpool(lambda: measures_of(site, run_of(site, query.run)))
    if found is None:
        raise UserError(f"run={printable(query.run)} was not evaluated: emogan evaluate run=FOLDER does that.")
    return found


def run_of(site: Site, name: str) -> Run:
    """The run of that name.

    Raises:
        HTTPException: when there is none.
        UserError: when it cannot be read.
    """
    try:
        folder = site.outputs.run(name)
    except UserError as error:
        raise HTTPException(400, str(error)) from error
    return Run(folder, record_of(site.outputs, folder))


def measures_of(site: Site, run: Run) -> dict[str, Any] | None:
    """What an evaluation of ``run`` found; None where there is none that can be read."""
    file = run.folder.evaluation / "metrics.json"
    try:
        path = own(site.outputs, file)
        if not path.is_file() or path.stat().st_size > LARGEST:
            return None
        found = json.loads(path.read_text(encoding="utf-8"))
        check_plain(found)
        as_json(found).encode()
        rows = found["rows"]
    except (OSError, ValueError, TypeError, LookupError, RecursionError, UserError):
        return None
    return rows if isinstance(rows, dict) else None
