"""All runs, and some of them side by side."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import Field

from emogan.core.errors import UserError
from emogan.runs.folder import Run
from emogan.runs.moment import Moment
from emogan.runs.record import UNENDED
from emogan.web.grids import people
from emogan.web.pages.rendering import ReaderHere, page
from emogan.web.queries import Query as Parameters
from emogan.web.queries import Text
from emogan.web.routes.runs import measures_of
from emogan.web.runs import Summary, facts_of, listed, losses_of, number_of, record_of
from emogan.web.site import Site, SiteHere

router = APIRouter(include_in_schema=False)

MOST_SHOWN = 6  # runs side by side
MEASURES = ("kid", "fid", "accuracy", "coverage", "diversity")


class Side(Parameters):
    """Which runs to show side by side."""

    show: Annotated[list[Text], Field(max_length=MOST_SHOWN)] = []  # noqa: RUF012
    person: Annotated[int, Field(ge=1, le=100_000)] = 1


@dataclass(frozen=True)
class Shown:
    """A run to look at.

    Attributes:
        evaluation: measures by what was measured.
        minutes: to offer for going on.
    """

    line: Summary
    facts: dict[str, Any]
    grids: list[Moment]
    people: int
    has_losses: bool
    evaluation: dict[str, dict[str, float | None]]
    minutes: float


@router.get("/runs")
async def runs(request: Request, reader: ReaderHere, site: SiteHere, query: Annotated[Side, Query()]) -> Response:
    """The table, and below it the runs that are looked at."""

    def look() -> tuple[list[Summary], list[Shown]]:
        lines = listed(site.outputs)
        by_name = {line.name: line for line in lines}
        chosen = [by_name[name] for name in dict.fromkeys(query.show) if name in by_name]
        return lines, [one for line in chosen if not line.fault for one in [shown(site, line)] if one]

    lines, sides = await run_in_threadpool(look)
    return page(
        "runs", request, reader, site, tab="runs", lines=lines, sides=sides, person=query.person,
        most_shown=MOST_SHOWN, measures=MEASURES, ending=ending,
    )  # fmt: skip


def ending(said: str) -> str:
    """How a run ended, in a word."""
    word = said.split(" ")[0].rstrip(":")
    return "killed" if said == UNENDED else word if word in ("finished", "interrupted", "failed") else "unknown"


def shown(site: Site, line: Summary) -> Shown | None:
    """A run to look at; None where it is gone meanwhile."""
    try:
        folder = site.outputs.run(line.name)
        run = Run(folder, record_of(site.outputs, folder))
    except UserError:
        return None
    return Shown(
        line,
        facts_of(run.record),
        folder.grids,
        people(site.outputs, run),
        bool(losses_of(site.outputs, folder)),
        {name: found for name, row in (measures_of(site, run) or {}).items() if (found := measured(row))},
        site.trainer.left(run),
    )


def measured(row: Any) -> dict[str, float | None]:
    """The measures of one line of an evaluation, all emotions together."""
    everything = row.get("all") if isinstance(row, dict) else None
    if not isinstance(everything, dict):
        return {}
    found = {name: everything.get(name) for name in MEASURES}
    return {name: number_of(one.get("value")) for name, one in found.items() if isinstance(one, dict)}
