"""The verb ``export``: ``python -m emogan.export out=generator.onnx``: networks and faces for other programs."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("export")

from pathlib import Path
from typing import TYPE_CHECKING

from omegaconf import DictConfig

from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.core.console import say

if TYPE_CHECKING:
    from emogan.exporting.places import Exported


def export(cfg: DictConfig) -> "Exported":
    """Write what ``cfg`` asks for: a network with its card.

    Raises:
        UserError: for anything that cannot be written, or computes something else than PyTorch does.
    """
    cfg = checked("export", cfg)
    return _network(cfg)


def _network(cfg: DictConfig) -> "Exported":
    from emogan.exporting.networks import write_network

    return write_network(cfg.network, cfg.weights, cfg.median, cfg.format, Path(cfg.out))


def main(cfg: DictConfig) -> None:
    """The command."""
    say(*export(cfg).said)


callable_module(__name__)
