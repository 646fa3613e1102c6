"""Looking at a database: what ``emogan inspect`` finds, kept in memory for a while."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emogan.cli.calling import composed
from emogan.config.check import checked
from emogan.config.compose import plain
from emogan.config.places import check_places
from emogan.core.tables import Table
from emogan.data import registry
from emogan.data.people import keep
from emogan.data.survey import survey
from emogan.reports.database import describe
from emogan.web.answers import png
from emogan.web.databases import DatabaseQuery, check_links
from emogan.web.jobs import Job, Watch
from emogan.web.site import Site

KIND = "database"  # of job
SHOWN = ("counts", "sizes", "reasons", "irregular", "remarks")  # tables for people
LISTS = ("images", "files", "left_out")  # for other programs


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

    query: DatabaseQuery
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
        found = describe(survey(index, framing, lambda paths: _watched(paths, watch)), samples)
        shown = (*found.tables, found.irregular, found.remarks)
        tables = {**dict(zip(SHOWN, shown, strict=True)), **found.lists}
        return Looked(tables, None if found.sheet is None else png(found.sheet))


def begin(site: Site, query: DatabaseQuery) -> Job:
    """Have a database looked at.

    Raises:
        UserError: when there is none, or it cannot be read so.
        BusyError: when too many jobs wait.
    """
    place = query.place(site.roots)
    return site.jobs.add(KIND, Inspection(query, _settings(place, query), place, site.roots))


def _settings(place: Path | None, query: DatabaseQuery) -> dict[str, Any]:
    """The settings of ``emogan inspect``, checked."""
    cfg = checked("inspect", composed("inspect", [], query.settings(place)))
    check_places("inspect", cfg)
    return plain(cfg)


def _watched(paths: Sequence[Path], watch: Watch) -> Iterator[Path]:
    for number, path in enumerate(paths):
        watch(number / len(paths))
        yield path
