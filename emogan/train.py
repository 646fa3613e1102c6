"""The verb ``train``: ``python -m emogan.train emotion=raiva``."""

from typing import TYPE_CHECKING

from omegaconf import DictConfig

from emogan.cli.module import callable_module
from emogan.cli.start import INTERRUPTED
from emogan.core import emotions

if TYPE_CHECKING:
    from emogan.training.loop import Result


def train(cfg: DictConfig) -> "Result":
    """Train a generator as ``conf/train.yaml`` and its groups describe; see :func:`emogan.training.loop.train`."""
    from emogan.training import loop

    return loop.train(cfg)


def tell(cfg: DictConfig, result: "Result") -> None:
    """Print how it ended, where the results are, and what to type next."""
    from emogan.runs.folder import newest_checkpoint

    folder, facts = result.folder, result.record.facts
    verb = "Stopped" if result.interrupted else "Finished"
    seen, seconds = facts["images_seen"], facts["seconds"]
    print(f"\n{verb} {cfg.emotion} after epoch {facts['epochs_done']}: {seen:,} images in {seconds:.0f} s.")
    print(f"Results in {folder}:")
    newest = max((folder / "samples").glob("epoch_*.png"))
    generator = folder / "checkpoints" / "generator.safetensors"
    print(f"  {newest.relative_to(folder)}  what it generates ({newest.parent.name}/real.png: what it learnt from)")
    print("  losses.png, losses.csv  both losses; tensorboard --logdir . shows them too")
    print(f"  {generator.relative_to(folder)}  the generator alone ({generator.stat().st_size / 1e6:.0f} MB)")
    if result.interrupted:
        last = newest_checkpoint(folder)
        print(f"Go on with the same command and ckpt_path={last}" if last else "No epoch was done: start it again.")
    elif emotions.canonical(str(cfg.emotion)):
        print(f"More of its faces: python -m emogan.generate emotion={cfg.emotion} n=100 weights={folder}")


def main(cfg: DictConfig) -> int:
    """The command: exit code 130 when interrupted, as shells expect."""
    result = train(cfg)
    tell(cfg, result)
    return INTERRUPTED if result.interrupted else 0


callable_module(__name__)

if __name__ == "__main__":
    from emogan.cli.start import main as start

    start("train")
