"""A training from its settings to its end."""

import gc
import logging
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
from omegaconf import DictConfig
from safetensors import SafetensorError

from emogan.config.check import checked
from emogan.config.compose import plain
from emogan.core import emotions, machine
from emogan.core.console import unbreakable_logging
from emogan.core.errors import UserError
from emogan.core.images import as_shown, grid, save_png
from emogan.data.datamodule import ImageDataModule
from emogan.reports.figures import draw_losses
from emogan.runs.claim import ANOTHER
from emogan.runs.losses import read_losses
from emogan.runs.record import Images, RunRecord, Unwritten
from emogan.training.again import Original
from emogan.training.build import NETWORKS, build, build_data, check_networks, count, is_shared, kind_of
from emogan.training.callbacks.divergence import TrainingFailedError
from emogan.training.callbacks.interrupt import StopOnSignal
from emogan.training.position import Position
from emogan.training.reference import kept_aside, what_is_real, what_to_measure
from emogan.training.resume import Place, check_images, find_place_for_all
from emogan.training.rollback import gone_wrong, step_back
from emogan.training.saved import Saved
from emogan.training.together import Together, joined
from emogan.training.tries import Ends, Fit, Try
from emogan.training.warm_start import start_from

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """What a training left.

    Attributes:
        folder: the run folder.
        record: what ``run.json`` says.
        interrupted: whether a person stopped it before its last epoch.
        position: how far it came.
        leads: whether this process is the one of several that wrote it.
    """

    folder: Path
    record: RunRecord
    interrupted: bool
    position: Position
    leads: bool = True


def train(cfg: DictConfig, callbacks: Sequence[pl.Callback] = ()) -> Result:
    """Train a GAN of one emotion or of several, or a translator, as ``conf/train.yaml`` and its groups describe.

    It goes into ``cfg.run_dir``, which nobody else trains into meanwhile.

    Args:
        callbacks: Lightning's, called beside those of every training.

    Raises:
        UserError: for anything in the config, the data or the machine that makes the training impossible.
        KeyboardInterrupt: when a person stops it before there is anything to save.
    """
    cfg = cfg.copy()
    if name := emotions.canonical(str(cfg.emotion)):
        cfg.emotion = name  # any other name is for the data module to know, or to refuse
    cfg = checked("train", cfg)
    check_networks(cfg)
    if callbacks and is_shared(cfg):  # where one of them stops a process, the others would wait for it
        raise UserError("callbacks are not usable with trainer=ddp: leave one of the two out.")
    original = Original(cfg) if cfg.from_run else None
    with unbreakable_logging(), StopOnSignal() as stop, joined(is_shared(cfg)) as together:
        place = find_place_for_all(cfg, together)
        try:
            return Training(place.settle(cfg), place, stop, together, original, callbacks).run()
        finally:
            place.abandon()


class Training:
    """One training: its images, networks, folder and record, built once and in this order."""

    def __init__(
        self,
        cfg: DictConfig,
        place: Place,
        stop: StopOnSignal,
        together: Together,
        original: Original | None,
        callbacks: Sequence[pl.Callback],
    ) -> None:
        self.callbacks = callbacks
        self.cfg, self.run_folder, self.saved = cfg, place.run, place.saved
        self.ends, self.together = Ends(stop, cfg.minutes), together
        gc.collect()  # the networks of a sweep's former job, which Lightning keeps in circles of references
        machine.keep_freed_memory()
        quiet_lightning()
        pl.seed_everything(cfg.seed, verbose=False)
        starts_trained = cfg.init_from is not None and self.saved is None
        if starts_trained:
            kind_of(cfg).start_of(cfg.init_from)  # before images are decoded

        if original and self.saved is None:
            original.tell()
        self.faces: ImageDataModule = build_data(cfg)
        self.faces.setup()
        self.images = Images(len(self.faces.images), self.faces.digest)
        if self.saved:
            check_images(self.saved, self.faces)
        elif original:
            original.check_images(self.images)
        reals = what_is_real(cfg)
        self.unseen = kept_aside(cfg, reals) if reals else None
        self.gan = build(cfg, self.images, self.unseen, together=together)
        self.gan.check(self.faces)
        if starts_trained:
            start_from(self.gan, cfg.init_from)
        elif self.saved is None:
            self.gan.begin(self.faces)
        measures = together.leads and cfg.evaluate_every
        self.measurable = what_to_measure(cfg, *reals) if reals and measures else None
        self.record = self._open_folder()

    def run(self) -> Result:
        """Train to the end; where that goes wrong, once more from a checkpoint before, by another way.

        Keeps the record true however it ends.

        Raises:
            UserError: when it went wrong a second time, or before there was a checkpoint.
        """
        try:
            last = self._try(self.saved)
        except Exception as error:
            self._note(ended=f"failed: {error}", images_seen=int(self.gan.images_seen))
            raise
        done = last.position
        finished = done.epochs >= self.cfg.epochs or (self.ends.deadline.passed and not last.cut_off)
        ended = "finished" if finished else f"interrupted {done.of(self.cfg.epochs)}"
        self._write_results(ended, last)
        return Result(self.run_folder.path, self.record, not finished, done, self.together.leads)

    def _try(self, saved: Saved | None, again: bool = False) -> Fit:
        if self.together.leads:
            parts = self.run_folder, self.measurable, self.callbacks
            one: Fit = Try(*parts, self.cfg, self.gan, self.faces, saved, self.ends)
        else:
            one = Fit(self.cfg, self.gan, self.faces, saved, self.ends)
        try:
            one.fit(self.record.facts["precision"])
        except TrainingFailedError as failure:
            if self.ends.stop.received:
                raise gone_wrong(failure, "as it was being stopped") from failure
            if self.together.count > 1:
                raise gone_wrong(failure, "in one of several processes, which do not try again") from failure
            if again or "gone_wrong" in self.record.facts:
                raise gone_wrong(failure, "again, after a second try") from failure
            back, note = step_back(self.run_folder, failure, saved)
            self._note(gone_wrong=note)
        else:
            return one
        finally:
            seconds = self.record.facts.get("measuring_seconds", 0.0) + one.measuring_seconds
            self.record.facts["measuring_seconds"] = round(seconds, 3)
        gc.collect()  # the networks of the first try
        self.gan = build(self.cfg, self.images, self.unseen, other_way=True)
        return self._try(back, again=True)

    def _open_folder(self) -> RunRecord:
        """Write what is known before the first step."""
        run, cfg, gan = self.run_folder, self.cfg, self.gan
        parameters = {name: count(getattr(gan, name)) for name in NETWORKS}
        log.info("Generator: %s parameters, discriminator: %s.", *(f"{n:,}" for n in parameters.values()))
        real = self.faces.real_batch(cfg.grid.faces)
        kinds = len(real.emotions.unique())
        try:
            if self.together.leads:
                run.samples.mkdir(parents=True, exist_ok=True)
                run.generator.unlink(missing_ok=True)  # of before: killed, a run is what its last checkpoint holds
                run.summary.write_text(gan.summary(self.faces.real_batch(1)), encoding="utf-8")
                save_png(grid(as_shown(real.images), len(real.images) // kinds if kinds > 1 else 10), run.real)
            kind = RunRecord if self.together.leads else Unwritten
            return kind.start(
                run.record,
                {
                    "command": sys.argv,
                    "emotion": cfg.emotion,
                    "seed": cfg.seed,
                    "processes": self.together.count,
                    "precision": machine.pick_precision(cfg.trainer.precision),
                    "parameters": parameters,
                    "images": {
                        "count": self.images.count,
                        "sha256": self.images.sha256,
                        "left_out": len(self.faces.left_out),
                    },
                    "config": plain(cfg),
                },
            )
        except OSError as error:
            raise cannot_write(run.path, error) from error

    def _note(self, **facts: Any) -> None:
        """Add to the record; a disk that is full does not hide what happened."""
        try:
            self.record.update(**facts)
        except OSError as error:
            log.warning("%s was not brought up to date (%s).", self.record.path, error.strerror or error)

    def _write_results(self, ended: str, last: Fit) -> None:
        """The generator, the curves and how it ended: each is tried, whatever became of the others.

        Cut off, what was learnt since the last checkpoint is lost: then that is the run's generator.
        """
        run, done, seen, failed = self.run_folder, last.position, last.images_seen, None
        if done.steps and self.together.leads:
            try:
                if not last.cut_off:
                    self.gan.save(run.generator)
            except (OSError, SafetensorError) as error:
                failed = error
            try:
                if losses := read_losses(run.losses):
                    draw_losses(losses, f"{self.cfg.emotion}: {self.gan.objective.name} loss", run.losses_figure)
            except OSError as error:
                failed = failed or error
        try:
            self.record.update(ended=ended, epochs_done=done.epochs, steps_done=done.steps, images_seen=seen)
        except OSError as error:
            failed = failed or error
        if failed:
            raise cannot_write(run.path, failed, "its checkpoints are whole: free space and resume") from failed


def cannot_write(folder: Path, error: Exception, then: str = f"give another with {ANOTHER}") -> UserError:
    """The sentence for a run folder on a full disk, or one that is read-only."""
    return UserError(f"{folder} cannot be written ({getattr(error, 'strerror', None) or error}): {then}.")


def quiet_lightning() -> None:
    """Silence what Lightning says to people who write training loops; warnings that matter still pass."""
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", ".*in eval mode at the start of training")  # the generator from before is
    warnings.filterwarnings("ignore", "The `srun` command is available")  # one process is what one device takes
    warnings.filterwarnings("ignore", ".*LeafSpec.*is deprecated.*")  # Lightning 2.6 with torch 2.14
