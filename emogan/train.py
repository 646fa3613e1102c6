"""The verb ``train``: ``python -m emogan.train emotion=raiva``."""

import gc
import importlib
import logging
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch
from hydra.utils import instantiate
from omegaconf import DictConfig
from torch.utils.tensorboard.writer import SummaryWriter

from emogan import emotions, machine
from emogan.build import NETWORKS, build, check_networks, count, plain
from emogan.callbacks.checkpoints import AtomicCheckpoints, Checkpoints
from emogan.callbacks.curves import Curves
from emogan.callbacks.evaluation import Evaluation
from emogan.callbacks.interrupt import StopOnSignal
from emogan.callbacks.progress import TrainingProgress
from emogan.callbacks.samples import SampleGrids
from emogan.cli import INTERRUPTED, command
from emogan.data.cache import folder_of
from emogan.data.datamodule import ImageDataModule
from emogan.data.people import belongs
from emogan.data.reals import Faces, real_faces
from emogan.errors import UserError
from emogan.figures import draw_losses, read_losses
from emogan.gan import EmotionGAN
from emogan.menu import with_emotion
from emogan.metrics.recogniser import Recogniser
from emogan.metrics.remembered import recogniser_of
from emogan.postprocess import as_shown, grid
from emogan.resume import newest_checkpoint, place
from emogan.run_record import RunRecord
from emogan.settings import check_settings
from emogan.summary import layer_table
from emogan.weights import save_generator

log = logging.getLogger(__name__)

PAPER_EPOCHS = 8000


@dataclass(frozen=True)
class Result:
    """What a training left.

    Attributes:
        folder: the run folder.
        interrupted: whether a person stopped it before its last epoch.
    """

    folder: Path
    interrupted: bool


def train(cfg: DictConfig) -> Result:
    """Train one emotion's GAN as ``conf/train.yaml`` and its groups describe, into the folder ``cfg.run_dir``.

    Raises:
        UserError: for anything in the config, the data or the machine that makes the training impossible.
    """
    cfg = cfg.copy()
    if emotion := emotions.find(str(cfg.emotion)):
        cfg.emotion = emotion.value  # any other name is for the data module to know, or to refuse
    check_settings(cfg)
    check_networks(cfg)
    cfg, first_epoch = place(cfg)
    gc.collect()  # the networks of a sweep's former job, which Lightning keeps in circles of references
    machine.keep_freed_memory()
    quiet_lightning()
    pl.seed_everything(cfg.seed, verbose=False)
    faces: ImageDataModule = instantiate(cfg.data.module, _convert_="all")
    faces.setup()

    folder = Path(cfg.run_dir)
    folder.mkdir(parents=True, exist_ok=True)
    gan = build(cfg)
    (folder / "summary.txt").write_text(summarise(gan, faces))
    parameters = {name: count(getattr(gan, name)) for name in NETWORKS}
    log.info("Generator: %s parameters, discriminator: %s.", *(f"{n:,}" for n in parameters.values()))
    precision = machine.pick_precision(cfg.trainer.precision)
    measurable = what_to_measure(cfg)
    record = RunRecord.start(
        folder / "run.json",
        {
            "command": sys.argv,
            "emotion": cfg.emotion,
            "seed": cfg.seed,
            "precision": precision,
            "parameters": parameters,
            "images": {"count": len(faces.images), "sha256": faces.digest, "left_out": len(faces.left_out)},
            "config": plain(cfg),
        },
    )
    # Points that a killed run wrote after its last checkpoint come again.
    purge = first_epoch * len(faces.train_dataloader()) + 1 if first_epoch else None
    with SummaryWriter(str(folder / "tensorboard"), purge_step=purge) as writer:
        result = fit(cfg, gan, faces, record, writer, precision, measurable)
    tell(cfg, result, record)
    return result


def fit(
    cfg: DictConfig,
    gan: EmotionGAN,
    faces: ImageDataModule,
    record: RunRecord,
    writer: SummaryWriter,
    precision: str,
    measurable: tuple[Faces, Recogniser] | None,
) -> Result:
    """Run Lightning's loop with this project's callbacks; keep ``record`` true however it ends."""
    folder = record.path.parent
    grid_size = {"count": cfg.grid.faces, "every": cfg.grid.every, "seed": cfg.seed}
    stop = StopOnSignal()
    curves = Curves(folder / "losses.csv", writer, gan.objective.name)
    samples = SampleGrids(folder / "samples", writer, **grid_size)
    checkpoints = Checkpoints(folder / "checkpoints", cfg.checkpoint.every_minutes, cfg.checkpoint.share)
    # The order matters: a signal is noted first, the checkpoint comes last, when everything else is on disk.
    every, count = cfg.evaluate_every, cfg.evaluate_faces
    # Measures come before the row of the curves that holds them.
    measures = [Evaluation(every, count, *measurable, curves, checkpoints.folder, plain(cfg))] if measurable else []
    callbacks = [stop, *measures, curves, samples, TrainingProgress(record.facts["emotion"], curves), checkpoints]
    trainer: pl.Trainer = instantiate(
        cfg.trainer,
        precision=precision,
        callbacks=callbacks,
        plugins=[AtomicCheckpoints()],
        default_root_dir=str(folder),
    )
    (folder / "samples").mkdir(exist_ok=True)
    grid(as_shown(faces.real_batch(cfg.grid.faces))).save(folder / "samples" / "real.png")
    try:
        trainer.fit(gan, faces, ckpt_path=cfg.ckpt_path, weights_only=True)
    except (KeyboardInterrupt, SystemExit):  # Lightning turns the one into the other
        stop.received = True
    except Exception as error:
        record.update(ended=f"failed: {error}", images_seen=int(gan.images_seen))
        raise
    done = trainer.current_epoch
    interrupted = stop.received and done < cfg.epochs
    save_generator(gan.sampler, plain(cfg), int(gan.images_seen), checkpoints.folder / "generator.safetensors")
    if losses := read_losses(curves.path):
        draw_losses(losses, f"{record.facts['emotion']}: {gan.objective.name} loss", folder / "losses.png")
    record.update(
        ended=f"interrupted after epoch {done}" if interrupted else "finished",
        epochs_done=done,
        images_seen=int(gan.images_seen),
    )
    return Result(folder, interrupted)


def what_to_measure(cfg: DictConfig) -> tuple[Faces, Recogniser] | None:
    """Real faces and the recogniser to measure with while training; None where that is turned off or impossible."""
    if cfg.evaluate_every is None:
        return None
    try:
        faces, digest, framing = real_faces(plain(cfg))
        recogniser = recogniser_of(faces, digest, framing, instantiate(cfg.recogniser), folder_of(cfg.data.cache))
    except UserError as error:
        log.info("No KID while training. %s", error)
        return None
    of_emotion = faces.of(emotions.parse(cfg.emotion))
    return of_emotion[torch.tensor([belongs(person, cfg.data.people) for person in of_emotion.people])], recogniser


def quiet_lightning() -> None:
    """Silence what Lightning says to people who write training loops; warnings that matter still pass."""
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", ".*LeafSpec.*is deprecated.*")  # Lightning 2.6 with torch 2.14


def summarise(gan: EmotionGAN, faces: ImageDataModule) -> str:
    """The layer tables of both networks (figure 2)."""
    generator = layer_table("Generator", gan.generator, gan.generator, torch.zeros(1, gan.latent_dim))
    probability: Any = gan.discriminator.probability
    return generator + "\n" + layer_table("Discriminator", gan.discriminator, probability, faces.real_batch(1))


def tell(cfg: DictConfig, result: Result, record: RunRecord) -> None:
    """Print how it ended, where the results are, and what to type next."""
    folder, facts = result.folder, record.facts
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
    elif cfg.epochs < PAPER_EPOCHS and emotions.find(cfg.emotion):
        paper = f"python -m emogan.train emotion={cfg.emotion} experiment=paper"
        print(f"The paper's full {PAPER_EPOCHS:,} epochs: {paper}")


def main(cfg: DictConfig) -> int:
    """The command: exit code 130 when interrupted, as shells expect."""
    return INTERRUPTED if train(cfg).interrupted else 0


if __name__ == "__main__":
    sys.argv[1:] = with_emotion(sys.argv[1:])
    command("train", importlib.import_module("emogan.train").main)  # not __main__'s: parallel jobs import it by name
