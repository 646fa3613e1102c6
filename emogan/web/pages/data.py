"""A database looked at: counts, sizes, what is left out and why, some of its images."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field

from emogan.config.places import PACKAGED
from emogan.core.errors import UserError
from emogan.data.kdef import ANGLES
from emogan.web.databases import ALL, Angle, DatabaseQuery, names
from emogan.web.inspecting import KIND, LISTS, begin
from emogan.web.jobs import GoneError
from emogan.web.pages.rendering import Reader, ReaderHere, page, render
from emogan.web.queries import Query
from emogan.web.routes.databases import Look, answer, inspection_of
from emogan.web.site import Site, SiteHere

KINDS = ("folder", "kdef", "fer2013")
PEOPLE = ("all", "train", "held_out")
CROPS = ("align", "square")

router = APIRouter(include_in_schema=False)


class LookForm(Query):
    """What the form of the page asks for; what does not go with the database is passed over."""

    database: Annotated[str, Field(max_length=4000)] = PACKAGED
    kind: Literal["folder", "kdef", "fer2013"] = "folder"
    angle: Angle | Literal["all"] = "S"
    people: Literal["all", "train", "held_out"] = "all"
    crop: Literal["align", "square"] = "align"

    @property
    def query(self) -> DatabaseQuery:
        """The same as a request."""
        packaged = self.database == PACKAGED
        return DatabaseQuery(
            database=self.database,
            kind=None if packaged else self.kind,
            angle=self.angle if packaged or self.kind == "kdef" else None,
            people=self.people,
            crop=self.crop if not packaged and self.kind == "folder" else None,
        )

    @classmethod
    def of(cls, query: DatabaseQuery) -> "LookForm":
        """The form that asked for it; what it could not have asked is as it usually is."""
        values = {name: getattr(query, name) for name in cls.model_fields}
        return cls.model_validate(
            {name: value for name, value in values.items() if isinstance(value, str) and value != "faces"}
        )


@router.get("/data")
async def data(request: Request, reader: ReaderHere, site: SiteHere, look: str = "") -> Response:
    """The form, and below it the ``look`` that was begun, as far as it is."""
    try:
        job = site.jobs.get(KIND, look)
    except GoneError:
        return await shown(request, reader, site, LookForm(), None, "data.forgotten" if look else "")
    return await shown(request, reader, site, LookForm.of(inspection_of(job).query), answer(job), "")


@router.post("/data")
async def begun(request: Request, reader: ReaderHere, site: SiteHere, wanted: Annotated[LookForm, Form()]) -> Response:
    """Begin to look."""
    try:
        job = await run_in_threadpool(begin, site, wanted.query)
    except UserError as error:
        return await shown(request, reader, site, wanted, None, "", str(error))
    return RedirectResponse(f"/data?look={job.name}", 303)


@router.get("/data/found")
async def found(request: Request, reader: ReaderHere, site: SiteHere, look: str = "") -> Response:
    """The part of the page that changes."""
    things = {"tab": "data", "look": look_of(site, look), "lists": LISTS, "fresh": True}
    return HTMLResponse(render("data_found", request, reader, site, things))


@router.post("/data/stop")
async def stop(site: SiteHere, look: Annotated[str, Form(max_length=100)] = "") -> Response:
    """Leave a look."""
    if look_of(site, look) is not None:
        site.jobs.stop(KIND, look)
    return RedirectResponse("/data", 303)


def look_of(site: Site, name: str) -> Look | None:
    """The look of that name; None where there is none, or not any more."""
    try:
        return answer(site.jobs.get(KIND, name))
    except GoneError:
        return None


def balanced(site: Site) -> str:
    """The database that is being balanced; "" for none."""
    last = site.balancer.last
    return last.query.name if last and last.program.alive else ""


async def shown(
    request: Request, reader: Reader, site: Site, form: LookForm, look: Look | None, note: str, fault: str = ""
) -> Response:
    """The page.

    Args:
        note: key of a word to say.
        fault: what is wrong with what the form asked.
    """
    things: dict[str, Any] = {
        "databases": await run_in_threadpool(names, site.roots),
        "kinds": KINDS,
        "angles": (*ANGLES, ALL),
        "groups": PEOPLE,
        "crops": CROPS,
        "lists": LISTS,
        "form": form,
        "look": look,
        "fresh": False,
        "balanced": balanced(site),
        "note": note,
        "fault": fault,
    }
    content = page("data", request, reader, site, tab="data", **things)
    content.status_code = 400 if fault else 200
    return content
