"""The verb ``study``: ``python -m emogan.study data.root=FOLDER out=FOLDER``: whether drawn faces help a recogniser."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("study")

from typing import TYPE_CHECKING

from hydra.utils import instantiate
from omegaconf import DictConfig

from emogan.cli.bars import progress
from emogan.cli.console import show
from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.config.data import check_faces
from emogan.core.console import say

if TYPE_CHECKING:
    from emogan.studying.files import Findings


def study(cfg: DictConfig) -> "Findings":
    """Train the recognisers that ``conf/study.yaml`` describes, and write what they found.

    Raises:
        UserError: for anything that makes it impossible.
        KeyboardInterrupt: when a person stops it; the same settings go on with it.
    """
    cfg = checked("study", cfg)
    check_faces(cfg.data)

    from emogan.studying import files
    from emogan.studying.findings import parts_of
    from emogan.studying.job import Study

    index = instantiate(cfg.data.read, _convert_="all")()
    job = Study(cfg, index, instantiate(cfg.data.framing), instantiate(cfg.recogniser))
    with progress() as watch:
        studied = job.run(watch)
    return files.write(parts_of(studied), studied.folder)


def main(cfg: DictConfig) -> None:
    """The command."""
    try:
        found = study(cfg)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"interrupted; the same command goes on with {cfg.out}.") from None

    from emogan.reports.tables import to_rich

    for part in found.parts:
        show(to_rich(part.table))
        say(*(f"\n{sentence}" for sentence in part.said()))
    say(f"\nIn {found.folder}: {', '.join(path.name for path in found.files)}.")


callable_module(__name__)
