"""The network that draws an emotion's faces: one that is there, or the packaged one specialised on the database."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from emogan.balancing.candidates import Network
from emogan.config.compare import differences
from emogan.config.compose import compose_verb, plain
from emogan.config.data import GROUPS, data_section
from emogan.config.places import PACKAGED
from emogan.core import emotions
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.runs.find import find_generator
from emogan.runs.folder import RunFolder
from emogan.runs.record import read_record
from emogan.sampling.sampler import Sampler

log = logging.getLogger(__name__)

BUILT = ("module", "read", "framing")  # parts of a database's settings that follow from the others
ENDLESS = 10**9  # epochs: the minutes end a specialising
GRID = 1000  # epochs between two grids: of a dozen images an epoch is one step


def named(weights: str, emotions: Sequence[Emotion]) -> Network:
    """The network that the setting ``weights`` names, which draws all of ``emotions``.

    Raises:
        UserError: when there is none, or it does not know one of them.
    """
    sampler, file = Sampler.of(weights), Path(find_generator(weights))
    if unknown := [str(emotion) for emotion in emotions if emotion not in sampler.emotions]:
        raise UserError(
            f"weights={weights} draws {' and '.join(map(str, sampler.emotions))} only, not {' and '.join(unknown)}, of"
            " which faces are missing: give weights of a run that learnt all of them, or weights=packaged."
        )
    return Network(sampler, file, digest_of(file))


def digest_of(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@dataclass(frozen=True)
class Specialising:
    """How the packaged network is specialised on a database: one network on all emotions that it shows, so that a short
    one is drawn with the people, the light and the framing of the others.

    Attributes:
        settings: of ``emogan balance``: the database's are those of the training.
        emotions: that the database shows.
        run: the run folder; it stays.
    """

    settings: DictConfig
    emotions: Sequence[Emotion]
    run: Path

    def network(self) -> Network:
        """The network; trained now, or by an earlier call with the same settings.

        Raises:
            UserError: when it cannot be trained, or its folder holds another run.
            KeyboardInterrupt: when a person stops the training; the next call goes on with it.
        """
        from emogan.training import loop  # Lightning takes seconds to import

        run, cfg = RunFolder(self.run), self._config()
        if not self._is_finished(run, cfg):
            log.info("Specialising the packaged network in %s.", run.path)
            if (result := loop.train(cfg)).interrupted:
                raise KeyboardInterrupt(f"interrupted; the same command goes on with {result.folder}.")
        return named(str(run.generator), self.emotions)

    def _is_finished(self, run: RunFolder, cfg: DictConfig) -> bool:
        """Whether ``run`` has ended; where it has begun, ``cfg`` is made to go on with it."""
        if not run.record.is_file():
            return False
        record = read_record(run.record)
        if changed := differences(record.config, plain(cfg)):
            told = ", ".join(f"{key} ({then} then, {now} now)" for key, (then, now) in changed.items())
            raise UserError(f"{run.path} holds a training with other settings, {told}: give another out=FOLDER.")
        if record.ended == "finished" and run.generator.is_file():
            return True
        if newest := run.newest_checkpoint:
            cfg.ckpt_path = str(newest)
        else:
            run.record.unlink()  # it was stopped before there was anything to go on with
        return False

    def _config(self) -> DictConfig:
        """The settings of its training."""
        asked = self.settings
        emotion = emotions.canonical(self.emotions)  # as its record will have it
        cfg = compose_verb("train", [f"data={group_of(plain(asked)['data'])}", f"emotion={emotion}"])
        for key, value in asked.data.items():
            if key not in BUILT:
                cfg.data[key] = value
        given: dict[str, Any] = {
            "epochs": ENDLESS,
            "minutes": asked.minutes,
            "init_from": PACKAGED,
            "evaluate_every": None,
            "grid": {"every": GRID},
            "run_dir": str(self.run),
            **{key: asked[key] for key in ("image_size", "channels", "seed")},
        }
        return DictConfig(OmegaConf.merge(cfg, given))


def group_of(data: dict[str, Any]) -> str:
    """The name, in ``conf/data``, of the database that settings describe.

    Raises:
        UserError: for a person's own reader, which no training is composed with here.
    """
    section = data_section(data)
    for name, known in GROUPS.items():
        if known is section:
            return name
    raise UserError(
        "weights=null specialises on databases that conf/data knows: for your own reader train a network first, and"
        " give its run with weights=RUN."
    )
