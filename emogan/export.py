"""The verb ``export``: ``python -m emogan.export out=generator.onnx``: networks and faces for other programs."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("export")

from pathlib import Path
from typing import TYPE_CHECKING

from omegaconf import DictConfig

from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.config.compose import plain
from emogan.core.console import say

if TYPE_CHECKING:
    from emogan.exporting.places import Exported


def export(cfg: DictConfig) -> "Exported":
    """Write what ``cfg`` asks for: a network with its card, a sheet of faces with what is on it, or an avatar.

    Raises:
        UserError: for anything that cannot be written, or computes something else than PyTorch does.
    """
    cfg = checked("export", cfg)
    if cfg.gltf is not None:
        return _avatar(cfg)
    return _network(cfg) if cfg.out is not None else _sheet(cfg)


def _network(cfg: DictConfig) -> "Exported":
    from emogan.exporting.networks import write_network

    return write_network(cfg.network, cfg.weights, cfg.median, cfg.format, Path(cfg.out))


def _sheet(cfg: DictConfig) -> "Exported":
    from emogan.exporting.sheet import Shown, Steps, write_sheet
    from emogan.sampling.asked import Look, People
    from emogan.sampling.sampler import Sampler

    shown = Shown(plain(cfg)["emotion"], cfg.intensity, cfg.size)
    people, look = People(cfg.n, cfg.seed, cfg.first), Look(cfg.truncation, cfg.median)
    steps = Steps(cfg.frames, cfg.fps, cfg.hold)
    return write_sheet(Sampler.of(cfg.weights), shown, people, look, steps, Path(cfg.sheet))


def _avatar(cfg: DictConfig) -> "Exported":
    from emogan.exporting.writing_avatar import write_avatar
    from emogan.recognition.photographs import photographs

    asked = plain(cfg)
    found = None if asked["photos"] is None else photographs(asked["photos"])
    return write_avatar(Path(cfg.gltf), cfg.seed, cfg.person[0], int(cfg.person[1:]), found, cfg.fps)


def main(cfg: DictConfig) -> None:
    """The command."""
    say(*export(cfg).said)


callable_module(__name__)
