"""The verb ``train``: ``python -m emogan.train emotion=raiva``."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("train")

from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING

from omegaconf import DictConfig

from emogan.cli.module import callable_module
from emogan.cli.start import INTERRUPTED
from emogan.config.networks import TRANSLATING
from emogan.core import emotions
from emogan.core.console import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytorch_lightning import Callback

    from emogan.training.loop import Result


def train(cfg: DictConfig, *, callbacks: "Sequence[Callback]" = ()) -> "Result":
    """Train a network as ``conf/train.yaml`` and its groups describe; see :func:`emogan.training.loop.train`."""
    from emogan.training import loop

    return loop.train(cfg, callbacks)


def recorded(from_run: str, given: Sequence[str]) -> list[str]:
    """The overrides that train a run again; see :func:`emogan.runs.again.as_typed`."""
    from emogan.runs.again import as_typed

    return as_typed(from_run, given)


def tell(cfg: DictConfig, result: "Result") -> None:
    """Say how it ended, where the results are, and what to type next."""
    from emogan.core.machine import size
    from emogan.runs.folder import RunFolder

    run, facts = RunFolder(result.folder), result.record.facts
    verb = "Stopped" if result.interrupted else "Finished"
    seen, seconds, name = facts["images_seen"], facts["seconds"], facts["emotion"]
    say(f"\n{verb} {name} {result.position.of(cfg.epochs)}: {seen:,} images in {seconds:.0f} s.")
    say(f"Results in {run.path}:")
    if newest := run.newest_grid:
        say(f"  {newest.relative_to(run.path)}  what it generates ({run.samples.name}/real.png: what it learnt from)")
    say("  losses.png, losses.csv  both losses; tensorboard --logdir . shows them too")
    if run.generator.is_file():
        told = size(run.generator.stat().st_size)
        say(f"  {run.generator.relative_to(run.path)}  the generator alone ({told})")
    if result.interrupted:
        last = run.newest_checkpoint
        say(
            f"Go on with the same command and ckpt_path={quote(str(last))}"
            if last
            else "Nothing was saved yet: start it again."
        )
    elif cfg.module._target_ == TRANSLATING:
        say(f"Faces changed by it: emogan translate photo.jpg emotion=raiva weights={quote(str(run.path))}")
    elif emotions.canonical(str(name)):
        say(f"More of its faces: emogan generate emotion={name} n=100 weights={quote(str(run.path))}")


def main(cfg: DictConfig) -> int:
    """The command: exit code 130 when interrupted, as shells expect."""
    result = train(cfg)
    if result.leads:
        tell(cfg, result)
    return INTERRUPTED if result.interrupted else 0


callable_module(__name__)
