"""What a balancing would do: ``emogan balance plan=true``, kept in memory for a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from omegaconf import DictConfig

from emogan.balancing.job import Balanced, Balancing
from emogan.config.compose import plain
from emogan.data import registry
from emogan.web.balancer import BalanceQuery
from emogan.web.databases import check_links
from emogan.web.jobs import Job, Watch
from emogan.web.site import Site

KIND = "plan"  # of job


@dataclass(frozen=True)
class Planned:
    """What would be done.

    Attributes:
        balanced: the table and the sentences of ``emogan balance plan=true``.
        missing: faces, all together.
    """

    balanced: Balanced
    missing: int


@dataclass(frozen=True)
class Planning:
    """A plan, to be called as a job.

    Attributes:
        query: what was asked.
        settings: of ``emogan balance``, checked.
        place: the folder; None: the packaged faces.
        roots: no file outside of these is read, whatever links lead there.
    """

    query: BalanceQuery
    settings: DictConfig
    place: Path | None
    roots: Sequence[Path]

    def __call__(self, watch: Watch) -> Planned:
        """Plan.

        Raises:
            UserError: when it is impossible, or a link leads elsewhere.
        """
        from emogan.training.build import build_recipe  # Lightning takes seconds to import

        if self.place is not None:
            check_links(self.place, self.roots)
        data = plain(self.settings)["data"]
        index, framing = registry.reader(data["read"])(), registry.framing(data["framing"])
        watch(0.0)
        job = Balancing(self.settings, index, framing, build_recipe(self.settings))
        watch(0.5)
        return Planned(job.plan(), sum(need.missing for need in job.database.missing))


def begin(site: Site, query: BalanceQuery) -> Job:
    """Have a balancing planned.

    Raises:
        UserError: for what cannot be balanced.
        BusyError: when too many jobs wait.
    """
    settings, place = site.balancer.settings(query), query.place(site.roots)
    return site.jobs.add(KIND, Planning(query, settings, place, site.roots))
