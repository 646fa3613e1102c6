"""Lightning's loop with this project's callbacks, and a second try for a training that went wrong."""

import logging
from dataclasses import dataclass
from pathlib import Path

import pytorch_lightning as pl
import torch
from hydra.utils import instantiate
from omegaconf import DictConfig
from torch.utils.tensorboard.writer import SummaryWriter

from emogan.build import build, plain
from emogan.callbacks.checkpoints import AtomicCheckpoints, Checkpoints
from emogan.callbacks.curves import Curves
from emogan.callbacks.deadline import Deadline
from emogan.callbacks.evaluation import Evaluation
from emogan.callbacks.interrupt import StopOnSignal
from emogan.callbacks.progress import TrainingProgress
from emogan.callbacks.samples import SampleGrids
from emogan.callbacks.watch import TrainingFailedError, Watch
from emogan.data.datamodule import ImageDataModule
from emogan.data.reals import EMOTIONS, Faces
from emogan.errors import UserError
from emogan.figures import draw_losses, read_losses
from emogan.gan import EmotionGAN
from emogan.metrics.recogniser import Recogniser
from emogan.postprocess import as_shown, grid
from emogan.resume import LAST, PREVIOUS
from emogan.run_record import RunRecord
from emogan.weights import save_generator

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """What a training left.

    Attributes:
        folder: the run folder.
        interrupted: whether a person stopped it before its last epoch.
    """

    folder: Path
    interrupted: bool


def fit(
    cfg: DictConfig,
    gan: EmotionGAN,
    faces: ImageDataModule,
    record: RunRecord,
    writer: SummaryWriter,
    measurable: tuple[Faces, Recogniser] | None,
) -> Result:
    """Train ``gan`` to the end; where that goes wrong, once more from the last checkpoint before, by another way.

    Keeps ``record`` true however it ends.

    Raises:
        UserError: when it went wrong a second time, or before there was a checkpoint.
    """
    folder = record.path.parent
    (folder / "samples").mkdir(exist_ok=True)
    grid(as_shown(faces.real_batch(cfg.grid.faces).images)).save(folder / "samples" / "real.png")
    try:
        try:
            return attempt(cfg, gan, faces, record, writer, measurable)
        except TrainingFailedError as failure:
            cfg, gan = second_try(cfg, gan, record, failure)
        try:
            return attempt(cfg, gan, faces, record, writer, measurable)
        except TrainingFailedError as failure:
            raise gone_wrong(failure, "again, after a second try") from failure
    except Exception as error:
        record.update(ended=f"failed: {error}", images_seen=int(gan.images_seen))
        raise


def second_try(
    cfg: DictConfig, gan: EmotionGAN, record: RunRecord, failure: TrainingFailedError
) -> tuple[DictConfig, EmotionGAN]:
    """The config and the module to go on with from the last good checkpoint, with other random numbers."""
    back = last_good(record.path.parent / "checkpoints", failure.good_until)
    if back is None:
        raise gone_wrong(failure, "before there was a checkpoint to go back to") from failure
    if "gone_wrong" in record.facts:
        raise gone_wrong(failure, "again, after a second try") from failure
    log.warning("Training went wrong: %s. Going back to %s, with other random numbers.", failure.reason, back)
    record.update(gone_wrong=failure.reason)
    cfg = cfg.copy()
    cfg.ckpt_path = str(back)
    fresh = build(cfg)
    fresh.unseen, fresh.other_way = gan.unseen, True
    return cfg, fresh


def last_good(folder: Path, until: int) -> Path | None:
    """The newest checkpoint of at most ``until`` epochs."""
    for path in (folder / LAST, folder / PREVIOUS):
        if path.is_file() and torch.load(path, weights_only=True, mmap=True)["epoch"] + 1 <= until:
            return path
    return None


def gone_wrong(failure: TrainingFailedError, when: str) -> UserError:
    """What to tell a person of a training that cannot be saved."""
    return UserError(
        f"Training went wrong {when}: {failure.reason}; lower lr, raise penalties.real, or try another seed."
    )


def attempt(
    cfg: DictConfig,
    gan: EmotionGAN,
    faces: ImageDataModule,
    record: RunRecord,
    writer: SummaryWriter,
    measurable: tuple[Faces, Recogniser] | None,
) -> Result:
    """Run Lightning's loop with this project's callbacks to its end, or until a person stops it."""
    folder = record.path.parent
    shown = faces.emotions.unique().tolist()
    grid_size = {"count": cfg.grid.faces, "every": cfg.grid.every, "seed": cfg.seed}
    stop = StopOnSignal()
    curves = Curves(folder / "losses.csv", writer, gan.objective.name)
    samples = SampleGrids(folder / "samples", writer, **grid_size, emotions=[EMOTIONS[place] for place in shown])
    watch = Watch(curves, cfg.collapse)
    checkpoints = Checkpoints(folder / "checkpoints", cfg.checkpoint.every_minutes, cfg.checkpoint.share)
    # The order matters: a signal is noted first, the checkpoint comes last, when everything else is on disk.
    every, count = cfg.evaluate_every, cfg.evaluate_faces
    # Measures come before the row of the curves that holds them.
    measures = [Evaluation(every, count, *measurable, curves, checkpoints.folder, plain(cfg))] if measurable else []
    progress = TrainingProgress(record.facts["emotion"], curves, cfg.minutes)
    callbacks = [stop, Deadline(cfg.minutes), *measures, curves, watch, samples, progress, checkpoints]
    trainer: pl.Trainer = instantiate(
        cfg.trainer,
        precision=record.facts["precision"],
        callbacks=callbacks,
        plugins=[AtomicCheckpoints()],
        default_root_dir=str(folder),
    )
    try:
        trainer.fit(gan, faces, ckpt_path=cfg.ckpt_path, weights_only=True)
    except (KeyboardInterrupt, SystemExit):  # Lightning turns the one into the other
        stop.received = True
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
