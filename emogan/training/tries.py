"""One way from a checkpoint, or from nothing, to the end: a trainer with its callbacks."""

from collections.abc import Sequence

import pytorch_lightning as pl
from omegaconf import DictConfig

from emogan.config.compose import plain
from emogan.core.errors import UserError
from emogan.data.datamodule import ImageDataModule
from emogan.data.face_set import Faces
from emogan.networks.recogniser import Recogniser
from emogan.runs.folder import RunFolder
from emogan.training.adversarial import Adversarial
from emogan.training.board import Board
from emogan.training.build import build_trainer
from emogan.training.callbacks.checkpoints import Checkpoints
from emogan.training.callbacks.curves import Curves
from emogan.training.callbacks.deadline import Deadline
from emogan.training.callbacks.divergence import TrainingFailedError, Watch
from emogan.training.callbacks.evaluation import Evaluation
from emogan.training.callbacks.interrupt import StopOnSignal
from emogan.training.callbacks.progress import TrainingProgress
from emogan.training.callbacks.samples import SampleGrids
from emogan.training.loss_rows import LossRows
from emogan.training.position import Position
from emogan.training.saved import Saved
from emogan.training.together import Agree


class Ends:
    """What may end a training before its last epoch; both tries share it.

    Args:
        stop: hears a person's signals.
        minutes: see :class:`Deadline`.
    """

    def __init__(self, stop: StopOnSignal, minutes: float | None) -> None:
        self.stop, self.deadline = stop, Deadline(minutes)


class Fit:
    """A way to the end of which nothing is written: that of a process beside the one that writes.

    Args:
        saved: where it goes on from; None: from nothing.

    Attributes:
        cut_off: whether a person stopped it at once, between two saves.
    """

    def __init__(
        self, cfg: DictConfig, gan: Adversarial, faces: ImageDataModule, saved: Saved | None, ends: Ends
    ) -> None:
        self.cfg, self.gan, self.faces, self.saved = cfg, gan, faces, saved
        self.cut_off = False
        self.per_epoch = len(faces.train_dataloader())
        self.began = saved.position if saved else Position(0, self.per_epoch)
        self.started = Started(self.began)
        # What ends the training, in whichever process, is known to all that follow.
        self.callbacks: list[pl.Callback] = [self.started, ends.stop, ends.deadline, Agree(gan.together)]

    @property
    def position(self) -> Position:
        """How far the training is."""
        return Position(int(self.gan.steps), self.per_epoch)

    @property
    def images_seen(self) -> int:
        """How many images the training has seen at its :attr:`position`."""
        return int(self.gan.images_seen)

    @property
    def measuring_seconds(self) -> float:
        """What measuring took."""
        return 0.0

    def close(self) -> None:
        """Close what is open."""

    def fit(self, precision: str) -> None:
        """Train.

        Raises:
            TrainingFailedError: when it goes wrong.
            UserError: when the checkpoint does not fit.
        """
        trainer = build_trainer(self.cfg, precision, self.callbacks)
        try:
            trainer.fit(self.gan, self.faces, ckpt_path=self.saved.path if self.saved else None, weights_only=True)
        except (KeyboardInterrupt, SystemExit):  # Lightning turns the one into the other
            self.cut_off = True
        except (UserError, TrainingFailedError, OSError):
            raise
        except Exception as error:
            if self.saved is None or self.started.yes:
                raise
            raise UserError(
                f"{self.saved.path} does not fit this training ({str(error).splitlines()[0]}): give the last.ckpt of"
                " the run itself, or start a new run."
            ) from error
        finally:
            self.close()


class Try(Fit):
    """A try to train ``gan`` to the end, with everything that is written on the way.

    Args:
        measurable: see :func:`emogan.training.reference.what_to_measure`.
        further: callbacks of whoever called; they find the measures in ``trainer.callback_metrics``.
        fit: what :class:`Fit` takes.
    """

    def __init__(
        self,
        run: RunFolder,
        measurable: tuple[Faces, Recogniser] | None,
        further: Sequence[pl.Callback],
        cfg: DictConfig,
        gan: Adversarial,
        faces: ImageDataModule,
        saved: Saved | None,
        ends: Ends,
    ) -> None:
        super().__init__(cfg, gan, faces, saved, ends)
        self.rows = LossRows(run.losses, self.began.epochs)
        # Points that were written after the checkpoint come again.
        self.board = Board(run.tensorboard, self.began.steps if saved else None)
        curves = Curves(self.rows, self.board, gan.objective.name)
        examples = faces.real_batch(cfg.grid.faces)
        self.checkpoints = Checkpoints(run.checkpoints, cfg.checkpoint.every_minutes, cfg.checkpoint.share)
        self.evaluation = (
            Evaluation(cfg.evaluate_every, cfg.evaluate_faces, *measurable, curves, run, plain(cfg), ends.deadline)
            if measurable
            else None
        )
        self.callbacks += [
            *([self.evaluation] if self.evaluation else []),  # measures come before the row that holds them
            curves,
            *further,  # they may end the training: before it is saved
            Watch(curves, cfg.collapse),  # what went wrong is seen before it is kept
            SampleGrids(run.samples, self.board, cfg.grid.every, cfg.grid.faces, cfg.seed, examples),
            self.checkpoints,  # when everything else is on the disk: no file is behind it
            TrainingProgress(str(cfg.emotion), curves, cfg.minutes),  # talk comes when all is safe
        ]

    @property
    def position(self) -> Position:
        """How far the training is; cut off, how far what is saved of it is."""
        if not self.cut_off:
            return super().position
        return self.checkpoints.saved or (self.saved.position if self.saved else Position(0, self.per_epoch))

    @property
    def images_seen(self) -> int:
        if not self.cut_off:
            return super().images_seen
        return self.checkpoints.images_seen if self.checkpoints.saved else self.saved.images_seen if self.saved else 0

    @property
    def measuring_seconds(self) -> float:
        return self.evaluation.seconds if self.evaluation else 0.0

    def close(self) -> None:
        self.rows.close()
        self.board.close()


class Started(pl.Callback):
    """Knows whether the training has come to its first step: then the checkpoint fitted.

    Args:
        position: where the training is to begin.
    """

    def __init__(self, position: Position) -> None:
        self.position, self.yes = position, False

    def on_train_start(self, trainer: pl.Trainer, pl_module: Adversarial) -> None:  # type: ignore[override]
        batches = trainer.fit_loop.epoch_loop.batch_progress.current.ready if self.position.step else 0
        if (trainer.current_epoch, batches) != (self.position.epochs, self.position.step):
            raise ValueError("its loops stand elsewhere than its steps")
        self.yes = True
