"""The verb ``generate``: ``python -m emogan.generate emotion=raiva n=100 seed=7``: faces as PNG files."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("generate")

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from omegaconf import DictConfig

from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.config.compose import plain
from emogan.core.console import say
from emogan.core.errors import UserError

if TYPE_CHECKING:
    from emogan.sampling.starting import Watch
    from emogan.sampling.writing import Generated


def generate(cfg: DictConfig) -> "Generated":
    """Write the faces that ``cfg`` asks for: faces, ways from one emotion to another, or the nearest to a photograph.

    Raises:
        UserError: for anything that cannot be generated.
    """
    cfg = checked("generate", cfg)
    if cfg.project and (others := [key for key in ("emotion", "mix", "to") if cfg[key] is not None]):
        raise UserError(f"project={cfg.project} shows all emotions it can: leave {' and '.join(others)} out.")

    from emogan.sampling.asked import Look, People, asked
    from emogan.sampling.interpolation import way_of
    from emogan.sampling.photograph import read_photograph
    from emogan.sampling.sampler import Sampler
    from emogan.sampling.writing import Place, write_faces, write_journeys, write_projection

    settings = plain(cfg)
    shown = {} if cfg.project else asked(settings["emotion"], settings["mix"])
    sampler, place = Sampler.of(cfg.weights), Place(cfg.out, settings)
    people, look = People(cfg.n, cfg.seed, cfg.first), Look(cfg.truncation, cfg.median)
    if cfg.project:
        photo = read_photograph(sampler, cfg.project, cfg.crop, cfg.crop_above)
        with _progress() as watch:
            return write_projection(sampler, photo, cfg.steps, cfg.median, watch, place)
    if cfg.to:
        way = way_of(sampler, shown, cfg.to, cfg.intensity)
        return write_journeys(sampler, way, people, (cfg.frames, cfg.fps), look, place)
    return write_faces(sampler, sampler.weights_of(shown, cfg.intensity), people, look, place)


@contextmanager
def _progress() -> Iterator["Watch"]:
    """A bar on a terminal, for as long as a search takes."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        search = bar.add_task("Searching", total=1.0)
        yield lambda share: bar.update(search, completed=share)


def main(cfg: DictConfig) -> None:
    """The command."""
    from emogan.core import machine

    machine.keep_freed_memory()
    generated = generate(cfg)
    say(*generated.said, f"Results in {generated.folder}")


callable_module(__name__)
