"""What the pages and routes share: settings, networks, who draws, who works."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request

from emogan.web.balancer import Balancer
from emogan.web.drawing import Drawer
from emogan.web.jobs import Jobs
from emogan.web.networks import Networks, Outputs
from emogan.web.programs import Programs
from emogan.web.trainer import Trainer


@dataclass(frozen=True)
class Most:
    """The most that one person may ask for; ``conf/app.yaml`` says what each is."""

    faces: int
    frames: int
    upload: float
    steps: int
    minutes: float
    balanced: int
    waiting: int
    seconds: float


@dataclass(frozen=True)
class Site:
    """One page that is being served.

    Attributes:
        roots: folders of databases that may be read.
        most: limits of a request.
    """

    roots: tuple[Path, ...]
    most: Most
    outputs: Outputs
    networks: Networks
    drawer: Drawer
    jobs: Jobs
    programs: Programs
    trainer: Trainer
    balancer: Balancer

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Site":
        """The site that the settings of ``conf/app.yaml`` describe; the network is loaded.

        Raises:
            UserError: when there is no such network.
        """
        most, outputs = Most(**settings["most"]), Outputs(Path(settings["outputs"]))
        roots = [settings["roots"]] if isinstance(settings["roots"], str) else settings["roots"]
        networks = Networks(outputs, settings["weights"])
        networks.of(None)
        places = tuple(Path(root).resolve() for root in roots)
        programs = Programs()
        return cls(
            roots=places,
            most=most,
            outputs=outputs,
            networks=networks,
            drawer=Drawer(most.faces * 16),
            jobs=Jobs(most.waiting),
            programs=programs,
            trainer=Trainer(programs, outputs.folder, places, most.minutes),
            balancer=Balancer(programs, outputs, places, most.minutes, most.balanced),
        )

    def close(self) -> None:
        """End all work; a training is saved."""
        self.programs.stop_all()  # saves while the others end
        self.jobs.close()
        self.drawer.close()
        self.programs.close()


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


SiteHere = Annotated[Site, Depends(_site)]
