"""A training from its settings to its end."""

import gc
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

from emogan.config.check import checked
from emogan.config.compose import plain
from emogan.core import emotions, machine
from emogan.core.emotions import EMOTIONS
from emogan.core.images import as_shown, grid
from emogan.data.datamodule import ImageDataModule
from emogan.data.face_set import Faces
from emogan.networks.recogniser import Recogniser
from emogan.reports.figures import draw_losses
from emogan.runs.find import find_generator
from emogan.runs.generator_file import save_generator
from emogan.runs.losses import read_losses
from emogan.runs.record import RunRecord
from emogan.sampling.conditioning import pure
from emogan.training.build import NETWORKS, build, check_networks, count
from emogan.training.callbacks.checkpoints import AtomicCheckpoints, Checkpoints
from emogan.training.callbacks.curves import Curves
from emogan.training.callbacks.deadline import Deadline
from emogan.training.callbacks.divergence import TrainingFailedError, Watch
from emogan.training.callbacks.evaluation import Evaluation
from emogan.training.callbacks.interrupt import StopOnSignal
from emogan.training.callbacks.progress import TrainingProgress
from emogan.training.callbacks.samples import SampleGrids
from emogan.training.module import EmotionGAN
from emogan.training.reference import kept_aside, what_is_real, what_to_measure
from emogan.training.resume import place
from emogan.training.rollback import gone_wrong, step_back
from emogan.training.summary import layer_table
from emogan.training.warm_start import start_from

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """What a training left.

    Attributes:
        folder: the run folder.
        record: what ``run.json`` says.
        interrupted: whether a person stopped it before its last epoch.
    """

    folder: Path
    record: RunRecord
    interrupted: bool


def train(cfg: DictConfig) -> Result:
    """Train a GAN of one emotion or of all six, as ``conf/train.yaml`` and its groups describe, into ``cfg.run_dir``.

    Raises:
        UserError: for anything in the config, the data or the machine that makes the training impossible.
    """
    cfg = cfg.copy()
    if name := emotions.canonical(str(cfg.emotion)):
        cfg.emotion = name  # any other name is for the data module to know, or to refuse
    cfg = checked("train", cfg)
    check_networks(cfg)
    cfg, first_epoch = place(cfg)
    gc.collect()  # the networks of a sweep's former job, which Lightning keeps in circles of references
    machine.keep_freed_memory()
    quiet_lightning()
    pl.seed_everything(cfg.seed, verbose=False)
    if cfg.init_from is not None and cfg.ckpt_path is None:
        find_generator(cfg.init_from)
    faces: ImageDataModule = instantiate(cfg.data.module, _convert_="all")
    faces.setup()

    gan = build(cfg)
    if cfg.init_from is not None and cfg.ckpt_path is None:
        start_from(gan, cfg.init_from)
    folder = Path(cfg.run_dir)
    folder.mkdir(parents=True, exist_ok=True)
    reals = what_is_real(cfg)
    gan.unseen = kept_aside(cfg, reals) if reals else None
    (folder / "summary.txt").write_text(summarise(gan, faces))
    parameters = {name: count(getattr(gan, name)) for name in NETWORKS}
    log.info("Generator: %s parameters, discriminator: %s.", *(f"{n:,}" for n in parameters.values()))
    precision = machine.pick_precision(cfg.trainer.precision)
    measurable = what_to_measure(cfg, *reals) if reals and cfg.evaluate_every else None
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
    return fit(cfg, gan, faces, record, first_epoch, measurable)


def fit(
    cfg: DictConfig,
    gan: EmotionGAN,
    faces: ImageDataModule,
    record: RunRecord,
    first_epoch: int,
    measurable: tuple[Faces, Recogniser] | None,
) -> Result:
    """Train ``gan`` to the end; where that goes wrong, once more from a checkpoint before, by another way.

    Keeps ``record`` true however it ends.

    Args:
        first_epoch: epochs that were done before this command.

    Raises:
        UserError: when it went wrong a second time, or before there was a checkpoint.
    """
    folder, facts = record.path.parent, record.facts
    (folder / "samples").mkdir(exist_ok=True)
    real = faces.real_batch(cfg.grid.faces)
    kinds = len(real.emotions.unique())
    grid(as_shown(real.images), len(real.images) // kinds if kinds > 1 else 10).save(folder / "samples" / "real.png")
    stop, deadline, checkpoint, ended = StopOnSignal(), Deadline(cfg.minutes), cfg.ckpt_path, False
    try:
        while not ended:
            # Points that were written after the checkpoint come again.
            purge = first_epoch * len(faces.train_dataloader()) + 1 if first_epoch else None
            with SummaryWriter(str(folder / "tensorboard"), purge_step=purge) as writer:
                trainer, measures = trainer_for(cfg, gan, faces, record, writer, measurable, (stop, deadline))
                try:
                    trainer.fit(gan, faces, ckpt_path=checkpoint, weights_only=True)
                    ended = True
                except (KeyboardInterrupt, SystemExit):  # Lightning turns the one into the other
                    stop.received = ended = True
                except TrainingFailedError as failure:
                    if stop.received:
                        raise gone_wrong(failure, "as it was being stopped") from failure
                    checkpoint, first_epoch = step_back(folder / "checkpoints", record, failure)
                    gan.other_way = True
                finally:
                    seconds = facts.get("measuring_seconds", 0.0) + sum(one.seconds for one in measures)
                    facts["measuring_seconds"] = round(seconds, 3)
    except Exception as error:
        record.update(ended=f"failed: {error}", images_seen=int(gan.images_seen))
        raise
    done = trainer.current_epoch
    interrupted = stop.received and done < cfg.epochs
    seen = int(gan.images_seen)
    save_generator(gan.sampler, plain(cfg), seen, folder / "checkpoints" / "generator.safetensors")
    if losses := read_losses(folder / "losses.csv"):
        draw_losses(losses, f"{cfg.emotion}: {gan.objective.name} loss", folder / "losses.png")
    ending = f"interrupted after epoch {done}" if interrupted else "finished"
    record.update(ended=ending, epochs_done=done, images_seen=seen)
    return Result(folder, record, interrupted)


def trainer_for(
    cfg: DictConfig,
    gan: EmotionGAN,
    faces: ImageDataModule,
    record: RunRecord,
    writer: SummaryWriter,
    measurable: tuple[Faces, Recogniser] | None,
    ends: tuple[StopOnSignal, Deadline],
) -> tuple[pl.Trainer, list[Evaluation]]:
    """Lightning's trainer with this project's callbacks; and those of them that measure."""
    folder, (stop, deadline) = record.path.parent, ends
    curves = Curves(folder / "losses.csv", writer, gan.objective.name)
    checkpoints = Checkpoints(folder / "checkpoints", cfg.checkpoint.every_minutes, cfg.checkpoint.share)
    shown = [EMOTIONS[place] for place in faces.emotions.unique()]
    samples = SampleGrids(folder / "samples", writer, cfg.grid.every, cfg.grid.faces, cfg.seed, shown)
    measures = []
    if measurable:
        each = cfg.evaluate_every, cfg.evaluate_faces
        measures.append(Evaluation(*each, *measurable, curves, checkpoints.folder, plain(cfg), deadline))
    progress = TrainingProgress(cfg.emotion, curves, cfg.minutes)
    # The order matters: a signal is noted first, measures come before the row of the curves that holds them, what went
    # wrong is seen before it is kept, the checkpoint comes last, when everything else is on disk.
    callbacks = [stop, deadline, *measures, curves, Watch(curves, cfg.collapse), samples, progress, checkpoints]
    trainer: pl.Trainer = instantiate(
        cfg.trainer,
        precision=record.facts["precision"],
        callbacks=callbacks,
        plugins=[AtomicCheckpoints()],
        default_root_dir=str(folder),
    )
    return trainer, measures


def quiet_lightning() -> None:
    """Silence what Lightning says to people who write training loops; warnings that matter still pass."""
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", ".*in eval mode at the start of training")  # the generator from before is
    warnings.filterwarnings("ignore", ".*LeafSpec.*is deprecated.*")  # Lightning 2.6 with torch 2.14


def summarise(gan: EmotionGAN, faces: ImageDataModule) -> str:
    """The layer tables of both networks (figure 2)."""
    image, emotion = (part[:1] for part in faces.real_batch(1))
    weights, probability = pure(emotion), gan.discriminator.probability
    latent = torch.zeros(1, gan.latent_dim)
    generator = layer_table("Generator", gan.generator, lambda one: gan.generator(one, weights), latent)
    run: Any = lambda one: probability(one, weights)  # type: ignore[operator]  # noqa: E731
    return generator + "\n" + layer_table("Discriminator", gan.discriminator, run, image)
