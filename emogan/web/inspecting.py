"""Looking at a database: what ``emogan inspect`` finds, kept in memory for a while."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from emogan.cli.calling import composed
from emogan.config.check import checked
from emogan.config.compose import plain
from emogan.config.places import PACKAGED, check_places
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.core.tables import Table
from emogan.data import registry
from emogan.data.decoded import check_memory
from emogan.data.people import keep
from emogan.data.survey import survey
from emogan.reports.database import describe
from emogan.web.answers import png
from emogan.web.databases import check_links, database, listed
from emogan.web.jobs import Job, Watch
from emogan.web.queries import Query, Text
from emogan.web.site import Site

KIND = "database"  # of job
ALL = "all"
SHOWN = ("counts", "sizes", "reasons", "irregular", "remarks")  # tables for people
LISTS = ("images", "files", "left_out")  # for other programs
Angle = Literal["FL", "HL", "S", "HR", "FR"]
Sex = Literal["F", "M"]


class InspectQuery(Query):
    """A database to look at; what is not given is as ``conf/data`` has it."""

    database: Annotated[
        str,
        Field(max_length=4000, description="packaged, or a folder under the page's roots: its path or root's number"),
    ] = PACKAGED
    kind: Annotated[
        Literal["folder", "kdef", "fer2013", "faces"] | None,
        Field(description="what names in the folder say, as emogan inspect data=…; faces: the packaged ones"),
    ] = None
    angle: Annotated[list[Angle] | Angle | Literal["all"] | None, Field(description="of kdef and faces")] = None
    sex: Annotated[Sex | Literal["all"] | None, Field(description="of kdef and faces")] = None
    people: Literal["train", "held_out", "all"] | None = None
    person: Annotated[Text | None, Field(description="of folder: who is shown, a regular expression with a group")] = (
        None
    )
    pattern: Annotated[Text | None, Field(description="of folder: what paths say, with named groups")] = None


@dataclass(frozen=True)
class Looked:
    """What was found.

    Attributes:
        tables: all of ``SHOWN`` and ``LISTS``.
        sheet: PNG; None where no image is usable.
    """

    tables: Mapping[str, Table]
    sheet: bytes | None


@dataclass(frozen=True)
class Inspection:
    """A look at a database, to be called as a job.

    Attributes:
        query: what was asked.
        settings: of ``emogan inspect``, checked.
        place: the folder; None: the packaged faces.
        roots: no file outside of these is read, whatever links lead there.
    """

    query: InspectQuery
    settings: Mapping[str, Any]
    place: Path | None
    roots: Sequence[Path]

    def __call__(self, watch: Watch) -> Looked:
        """Look.

        Raises:
            UserError: when no image can be read, or a link leads elsewhere.
        """
        if self.place is not None:
            check_links(self.place, self.roots)
        data, samples = self.settings["data"], (self.settings["samples_per_emotion"], self.settings["seed"])
        framing = registry.framing(data["framing"])
        index = keep(registry.reader(data["read"])(), data["people"])
        images = len(index.faces) + sum(item.face is not None for item in index.left_out)
        check_memory(images, framing, "look at a part of them")
        found = describe(survey(index, framing, lambda paths: _watched(paths, watch)), samples)
        shown = (*found.tables, found.irregular, found.remarks)
        tables = {**dict(zip(SHOWN, shown, strict=True)), **found.lists}
        return Looked(tables, None if found.sheet is None else png(found.sheet))


def begin(site: Site, query: InspectQuery) -> Job:
    """Have a database looked at.

    Raises:
        UserError: when there is none, or it cannot be read so.
        BusyError: when too many jobs wait.
    """
    place = _place(query.database, site.roots)
    return site.jobs.add(KIND, Inspection(query, _settings(place, query), place, site.roots))


def names(roots: Sequence[Path]) -> list[str]:
    """What can be looked at, as people and requests call it."""
    return [PACKAGED, *(printable(one) for one in listed(roots))]


def _place(name: str, roots: Sequence[Path]) -> Path | None:
    """The folder that is meant; names are shown, and asked for, in letters that every program can write."""
    written = {printable(one): str(one) for one in listed(roots)}
    return database(written.get(name, name), roots)


def _settings(place: Path | None, query: InspectQuery) -> dict[str, Any]:
    """The settings of ``emogan inspect``, checked."""
    kind = query.kind or ("faces" if place is None else "folder")
    if (kind == "faces") != (place is None):
        expected = "kind=faces, or none" if place is None else "kind=folder, kdef or fer2013"
        raise UserError(f"kind={kind} does not go with database={query.database[:200]}: expected {expected}.")
    given = {name: getattr(query, name) for name in ("angle", "sex", "people", "person", "pattern")}
    data = {name: value for name, value in given.items() if value is not None}
    data |= {name: None for name in ("angle", "sex") if data.get(name) == ALL}
    if place is not None:
        data["root"] = str(place)
    cfg = checked("inspect", composed("inspect", [], {"data": kind, **{f"data.{key}": data[key] for key in data}}))
    check_places("inspect", cfg)
    return plain(cfg)


def _watched(paths: Sequence[Path], watch: Watch) -> Iterator[Path]:
    for number, path in enumerate(paths):
        watch(number / len(paths))
        yield path
