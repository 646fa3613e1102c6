"""Where a training goes: a folder of its own, or the run to go on with, whose settings must allow it."""

import itertools
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from emogan.config.compare import differences
from emogan.config.compose import plain
from emogan.config.run_folder import run_folder
from emogan.core.errors import UserError
from emogan.data.datamodule import ImageDataModule
from emogan.runs.claim import Claim, claim
from emogan.runs.folder import LAST, PREVIOUS, RunFolder, runs_below
from emogan.training.saved import Saved, first_usable, read_saved
from emogan.training.together import Together

log = logging.getLogger(__name__)

RUNS = Path("outputs")  # where resume=auto looks


@dataclass(frozen=True)
class Place:
    """A claimed run folder, and the checkpoint to go on from there; None: from the beginning.

    Attributes:
        claim: None where another process holds it for this one.
    """

    folder: Path
    claim: Claim | None
    saved: Saved | None

    @property
    def run(self) -> RunFolder:
        """The run folder."""
        return RunFolder(self.folder)

    def abandon(self) -> None:
        """Let others have the folder; see :meth:`emogan.runs.claim.Claim.abandon`."""
        if self.claim:
            self.claim.abandon()

    def settle(self, cfg: DictConfig) -> DictConfig:
        """``cfg`` with the place in it."""
        cfg = cfg.copy()
        cfg.run_dir, cfg.ckpt_path = str(self.run.path), str(self.saved.path) if self.saved else None
        return cfg


def find_place_for_all(cfg: DictConfig, together: Together) -> Place:
    """The place that the first process has found and claimed, for all of them; see :func:`find_place`."""
    claims = []

    def found() -> tuple[Path, Saved | None]:
        place = find_place(cfg)
        claims.append(place.claim)
        return place.folder, place.saved

    folder, saved = together.told(found)
    return Place(folder, claims[0] if claims else None, saved)


def find_place(cfg: DictConfig) -> Place:
    """Claim the folder that ``cfg`` means: before anything slow, so that no two trainings ever write into one.

    Raises:
        UserError: when a folder that was named holds another run already or is being trained into, or when a checkpoint
            does not fit.
    """
    settings = plain(cfg)
    if cfg.ckpt_path:
        checkpoint = Path(str(cfg.ckpt_path)).expanduser()
        _check_alone(cfg, checkpoint)
        return _go_on(checkpoint, settings)
    if cfg.resume == "auto":
        if place := _newest_unfinished(settings):
            log.info("Going on from %s.", place.saved and place.saved.path)
            return place
        log.info("No unfinished run with these settings.")
    taken = _own_folder(*run_folder(cfg))
    return Place(taken.folder, taken, None)


def check_images(saved: Saved, faces: ImageDataModule) -> None:
    """Refuse to go on with other images than the run's.

    Raises:
        UserError: naming how many there were and are.
    """
    if saved.images.sha256 != faces.digest:
        raise UserError(
            f"Cannot go on from {saved.path} with other images: {saved.images.count} then, {len(faces.images)} now"
            f"{', not the same ones' if saved.images.count == len(faces.images) else ''}; put those of then back"
            " (data.root=FOLDER where they have moved), or start a new run."
        )


def _own_folder(folder: Path, named: bool) -> Claim:
    """``folder``, or where nobody asked for it, the first of ``folder_2`` … that is nobody's."""
    for number in itertools.count(1):
        path = folder if number == 1 else folder.with_name(f"{folder.name}_{number}")
        taken = claim(path)
        if taken and not RunFolder(path).record.exists():
            return taken
        if taken:
            taken.release()
        if named:
            if taken:
                raise UserError(f"run_dir={path} holds a run already: choose another, or give its ckpt_path=FILE.")
            raise UserError(f"run_dir={path} is being trained into right now: choose another, or wait for its end.")
    raise AssertionError("unreachable")


def _check_alone(cfg: DictConfig, checkpoint: Path) -> None:
    """Refuse what would be passed over beside a checkpoint, which says itself where its training goes on."""
    if cfg.resume:
        raise UserError(f"ckpt_path={cfg.ckpt_path} beside resume={cfg.resume}: give one of them.")
    own, (folder, named) = RunFolder.containing(checkpoint).path, run_folder(cfg)
    if named and folder.resolve() != own.resolve():
        raise UserError(
            f"ckpt_path={cfg.ckpt_path} goes on in the folder of its run, {own}, not in run_dir={folder}: leave run_dir"
            " out, or start a new run there with init_from=RUN."
        )


def _go_on(checkpoint: Path, settings: Mapping[str, Any]) -> Place:
    """The place of a checkpoint that a person named; where the newest is damaged or gone, of the one before it."""
    previous = checkpoint.with_name(PREVIOUS)
    instead = checkpoint.name == LAST and previous.is_file()
    taken = claim(RunFolder.of_checkpoint(previous if instead else checkpoint).path)
    if taken is None:
        raise UserError(
            f"ckpt_path={checkpoint} is of a run that is being trained right now: wait for its end, or stop it first."
        )
    try:
        saved = (first_usable([checkpoint]) or read_saved(previous)) if instead else read_saved(checkpoint)
        _check_settings(saved, settings)
        if saved.position.epochs >= settings["epochs"]:
            raise UserError(
                f"{saved.path} has done {saved.position.epochs} epochs already: give epochs=NUMBER above that to train"
                " on."
            )
        return Place(taken.folder, taken, _tell(saved, checkpoint))
    except BaseException:
        taken.release()
        raise


def _newest_unfinished(settings: Mapping[str, Any]) -> Place | None:
    """The newest run below ``outputs/`` with these settings that can be gone on with, and that nobody trains now."""
    for run in _unfinished(settings):
        try:
            taken = claim(run.path)
        except UserError as error:  # a colleague's: it is no reason not to begin one's own
            log.warning("%s is left alone. %s", run.path, error)
            continue
        if taken is None:
            log.info("%s is being trained right now: it is left alone.", run.path)
            continue
        saved = first_usable([run.last, run.previous])
        if saved and not differences(saved.settings, settings) and saved.position.epochs < settings["epochs"]:
            return Place(taken.folder, taken, _tell(saved, run.last))
        taken.release()
    return None


def _unfinished(settings: Mapping[str, Any]) -> Iterator[RunFolder]:
    found = []
    for run, record in runs_below(RUNS):
        if record.ended == "finished" or record.config.get("epochs") != settings["epochs"]:
            continue
        if not differences(record.config, settings):
            times = [path.stat().st_mtime for path in (run.last, run.previous) if path.is_file()]
            found += [(max(times), run)] if times else []
    return (run for _, run in sorted(found, key=lambda pair: pair[0], reverse=True))


def _tell(saved: Saved, wanted: Path) -> Saved:
    """Where it is another one than ``wanted``, say so, and make it the last one: the next save moves that aside."""
    if saved.path == wanted or saved.path.name == LAST:
        return saved
    if wanted.name == LAST:
        log.warning("Going on from %s instead, after %s.", saved.path, saved.position)
        return saved.becomes_last()
    return saved


def _check_settings(saved: Saved, settings: Mapping[str, Any]) -> None:
    """Adam's state and the order of the data belong to the settings: else it would be neither the old run nor a new."""
    if changed := differences(saved.settings, settings):
        told = ", ".join(f"{key} ({old} then, {new} now)" for key, (old, new) in changed.items())
        raise UserError(
            f"Cannot go on from {saved.path} with other settings: {told}; give the run's own values or start a new run."
        )
