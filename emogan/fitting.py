"""Lightning's loop with this project's callbacks."""

from dataclasses import dataclass
from pathlib import Path

import pytorch_lightning as pl
from hydra.utils import instantiate
from omegaconf import DictConfig
from torch.utils.tensorboard.writer import SummaryWriter

from emogan.build import plain
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
from emogan.figures import draw_losses, read_losses
from emogan.gan import EmotionGAN
from emogan.metrics.recogniser import Recogniser
from emogan.postprocess import as_shown, grid
from emogan.run_record import RunRecord
from emogan.second_try import gone_wrong, step_back
from emogan.weights import save_generator


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
    folder = record.path.parent
    (folder / "samples").mkdir(exist_ok=True)
    real = faces.real_batch(cfg.grid.faces)
    kinds = len(real.emotions.unique())
    grid(as_shown(real.images), len(real.images) // kinds if kinds > 1 else 10).save(folder / "samples" / "real.png")
    stop, deadline = StopOnSignal(), Deadline(cfg.minutes)
    try:
        try:
            return attempt(cfg, gan, faces, record, first_epoch, measurable, stop, deadline)
        except TrainingFailedError as failure:
            if stop.received:
                raise gone_wrong(failure, "as it was being stopped") from failure
            checkpoint, first_epoch = step_back(folder / "checkpoints", record, failure)
        gan.other_way = True
        cfg = cfg.copy()
        cfg.ckpt_path = str(checkpoint)
        try:
            return attempt(cfg, gan, faces, record, first_epoch, measurable, stop, deadline)
        except TrainingFailedError as failure:
            raise gone_wrong(failure, "again, after a second try") from failure
    except Exception as error:
        record.update(ended=f"failed: {error}", images_seen=int(gan.images_seen))
        raise


def attempt(
    cfg: DictConfig,
    gan: EmotionGAN,
    faces: ImageDataModule,
    record: RunRecord,
    first_epoch: int,
    measurable: tuple[Faces, Recogniser] | None,
    stop: StopOnSignal,
    deadline: Deadline,
) -> Result:
    """Run Lightning's loop with this project's callbacks to its end, or until a person stops it."""
    folder = record.path.parent
    # Points that were written after the checkpoint come again.
    purge = first_epoch * len(faces.train_dataloader()) + 1 if first_epoch else None
    with SummaryWriter(str(folder / "tensorboard"), purge_step=purge) as writer:
        curves = Curves(folder / "losses.csv", writer, gan.objective.name)
        checkpoints = Checkpoints(folder / "checkpoints", cfg.checkpoint.every_minutes, cfg.checkpoint.share)
        shown = [EMOTIONS[place] for place in faces.emotions.unique()]
        samples = SampleGrids(folder / "samples", writer, cfg.grid.every, cfg.grid.faces, cfg.seed, shown)
        each = cfg.evaluate_every, cfg.evaluate_faces
        measures = (
            [Evaluation(*each, *measurable, curves, checkpoints.folder, plain(cfg), deadline)] if measurable else []
        )
        progress = TrainingProgress(record.facts["emotion"], curves, cfg.minutes)
        # The order matters: a signal is noted first, measures come before the row of the curves that holds them, what
        # went wrong is seen before it is kept, the checkpoint comes last, when everything else is on disk.
        callbacks = [stop, deadline, *measures, curves, Watch(curves, cfg.collapse), samples, progress, checkpoints]
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
        measuring_seconds=round(sum(one.seconds for one in measures), 3),
    )
    return Result(folder, interrupted)
