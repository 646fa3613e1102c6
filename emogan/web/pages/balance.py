"""A database balanced: its plan, how far it is, what came of it."""

import re
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field

from emogan.balancing.sieve import REASONS
from emogan.core.errors import UserError
from emogan.data.kdef import ANGLES
from emogan.web.balanced import FOLDER, Outcome
from emogan.web.balancer import DEFAULT, BalanceQuery, Way
from emogan.web.databases import ALL, names
from emogan.web.jobs import GoneError
from emogan.web.pages.data import CROPS, KINDS, PEOPLE, LookForm
from emogan.web.pages.rendering import Reader, ReaderHere, page, render
from emogan.web.planning import KIND, begin
from emogan.web.progress import now
from emogan.web.queries import Text
from emogan.web.routes.balancings import Plan, answer, planning_of
from emogan.web.runs import listed
from emogan.web.site import Site, SiteHere

router = APIRouter(prefix="/data/balance", include_in_schema=False)


class BalanceForm(Way, LookForm):
    """What the form of the page asks for; what is left empty is as it usually is."""

    @property
    def query(self) -> BalanceQuery:
        """The same as a request."""
        return BalanceQuery(**super().query.model_dump(), **self.model_dump(include=set(Way.model_fields)))

    @classmethod
    def looking(cls, look: LookForm, minutes: float) -> "BalanceForm":
        """The form to begin with, for the database of ``look``; ``minutes`` at most."""
        name = re.sub(r"[^\w\-]+", "_", PurePath(look.database).name).strip("_")[:60]
        return cls(**look.model_dump(), name=name or FOLDER, minutes=min(DEFAULT["minutes"], minutes))

    @classmethod
    def asking(cls, query: BalanceQuery) -> "BalanceForm":
        """The form that asked for it; what it could not have asked is as it usually is."""
        return cls(**LookForm.of(query).model_dump(), **query.model_dump(include=set(Way.model_fields)))


class Asked(LookForm):
    """Which database, which plan, or which balanced one."""

    plan: Annotated[str, Field(max_length=100)] = ""
    show: Text = ""


@router.get("")
async def balance(request: Request, reader: ReaderHere, site: SiteHere, asked: Annotated[Asked, Query()]) -> Response:
    """The form, with the plan, or the balancing that runs."""
    plan = plan_of(site, asked.plan)
    last = site.balancer.last
    if plan:
        form = BalanceForm.asking(plan.asked)
    elif last and not request.query_params:
        form = BalanceForm.asking(last.query)
    else:
        look = LookForm.model_validate(asked.model_dump(include=set(LookForm.model_fields)))
        form = BalanceForm.looking(look, site.most.minutes)
    note = "balance.plan.forgotten" if asked.plan and not plan else ""
    return await shown(request, reader, site, form, plan, note, show=asked.show)


@router.post("")
async def planned(
    request: Request, reader: ReaderHere, site: SiteHere, wanted: Annotated[BalanceForm, Form()]
) -> Response:
    """Begin to plan."""
    try:
        job = await run_in_threadpool(begin, site, wanted.query)
    except UserError as error:
        return await shown(request, reader, site, wanted, fault=str(error))
    return RedirectResponse(f"/data/balance?plan={job.name}#plan", 303)


@router.get("/planned")
async def plan(request: Request, reader: ReaderHere, site: SiteHere, plan: str = "") -> Response:
    """The part of the page that a plan fills."""
    return HTMLResponse(render("balance_plan", request, reader, site, {"plan": plan_of(site, plan), "fresh": True}))


@router.post("/start")
async def start(
    request: Request, reader: ReaderHere, site: SiteHere, plan: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """Do what was planned."""
    try:
        query = planning_of(site.jobs.get(KIND, plan)).query
    except GoneError:
        return RedirectResponse(f"/data/balance?plan={plan}", 303)
    return await begun(request, reader, site, query)


@router.post("/again")
async def again(request: Request, reader: ReaderHere, site: SiteHere) -> Response:
    """Go on with what was stopped."""
    last = site.balancer.last
    return await begun(request, reader, site, last.query) if last else RedirectResponse("/data/balance", 303)


@router.get("/now")
async def progress(request: Request, reader: ReaderHere, site: SiteHere, state: str = "") -> Response:
    """How far it is; all of it anew when it is in another state than the page shows."""
    found = await run_in_threadpool(now, site.balancer)
    changed = found.state != state
    things = {"now": found, "changed": changed, **places(site)}
    headers = {"HX-Retarget": "#balancing", "HX-Reswap": "outerHTML"} if changed else {}
    name = "balancing" if changed else "balancing_now"
    return HTMLResponse(render(name, request, reader, site, things), headers=headers)


@router.post("/stop")
async def stop(site: SiteHere) -> Response:
    """Have it stopped."""
    await run_in_threadpool(site.balancer.stop)
    return RedirectResponse("/data/balance", 303)


def plan_of(site: Site, name: str) -> Plan | None:
    """The plan of that name; None where there is none, or not any more."""
    try:
        return answer(site.jobs.get(KIND, name))
    except GoneError:
        return None


async def begun(request: Request, reader: Reader, site: Site, query: BalanceQuery) -> Response:
    """Back to the page, where it is watched, or the page with what went wrong."""
    try:
        await run_in_threadpool(site.balancer.start, query)
    except UserError as error:
        return await shown(request, reader, site, BalanceForm.asking(query), fault=str(error))
    return RedirectResponse("/data/balance", 303)


def places(site: Site) -> dict[str, Any]:
    """What tables of a balancing speak of."""
    return {"below": site.outputs.folder / FOLDER, "reasons": REASONS}


async def shown(
    request: Request,
    reader: Reader,
    site: Site,
    form: BalanceForm,
    plan: Plan | None = None,
    note: str = "",
    fault: str = "",
    show: str = "",
) -> Response:
    """The page.

    Args:
        note: key of a word to say.
        fault: what is wrong with what the form asked.
        show: name of a balanced database.
    """

    def outcome() -> Outcome | None:
        return site.balancer.trees.outcome(show) if show else None

    try:
        found = await run_in_threadpool(outcome)
    except UserError as error:
        found, fault = None, str(error)
    runs = await run_in_threadpool(listed, site.outputs)
    things: dict[str, Any] = {
        "databases": await run_in_threadpool(names, site.roots),
        "kinds": KINDS,
        "angles": (*ANGLES, ALL),
        "groups": PEOPLE,
        "crops": CROPS,
        "runs": [one.name for one in runs if one.drawable and not one.fault],
        "form": form,
        "plan": plan,
        "now": await run_in_threadpool(now, site.balancer),
        "changed": False,
        "fresh": False,
        "shown": found,
        "others": await run_in_threadpool(site.balancer.trees.names),
        "note": note,
        "fault": fault,
        **places(site),
    }
    content = page("balance", request, reader, site, tab="data", **things)
    content.status_code = 400 if fault else 200
    return content
