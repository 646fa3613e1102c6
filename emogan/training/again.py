"""A run that is trained again (``from_run``): what is not as it was then is told before it starts."""

import logging
from collections.abc import Mapping

from omegaconf import DictConfig

from emogan.config.compare import PLACES, differences
from emogan.config.compose import plain
from emogan.core.errors import UserError
from emogan.core.versions import versions
from emogan.runs.again import record_of
from emogan.runs.record import Images, machine_facts

log = logging.getLogger(__name__)

FOLLOWS = "trainer.max_epochs"  # from epochs
DEVICE = ("threads", "device", "cpu")  # of a machine: what arithmetic depends on


class Original:
    """The run that is trained again, and what is changed of it.

    Raises:
        UserError: when there is no such run.
    """

    def __init__(self, cfg: DictConfig) -> None:
        self.named, self.record = str(cfg.from_run), record_of(str(cfg.from_run))
        self.changed = differences(self.record.config, plain(cfg), (*PLACES, FOLLOWS))

    def tell(self) -> None:
        """Say in the log whether the same bits can be expected, and why not."""
        if self.changed:
            told = ", ".join(f"{key} ({old} then, {new} now)" for key, (old, new) in self.changed.items())
            log.warning("This is another run than %s: %s.", self.named, told)
        else:
            log.info("Training %s again, with its settings and seed.", self.named)
        for told in (*self.elsewhere(), *self.by_the_clock()):
            log.warning("Not the same bits as %s, perhaps: %s.", self.named, told)

    def elsewhere(self) -> list[str]:
        """What is another than then of the packages and the machine."""
        now: dict[str, Mapping[str, object]] = {"versions": versions(), "machine": machine_facts()}
        pairs = [
            (name, _part(self.record.facts, part).get(name), value)
            for part, values in now.items()
            for name, value in values.items()
            if part != "machine" or name in DEVICE
        ]
        return [f"{name} was {old}, is {new}" for name, old, new in pairs if old is not None and old != new]

    def by_the_clock(self) -> list[str]:
        """What of the run's course depended on time, which no second run repeats."""
        told = []
        if self.record.ended != "finished" or self.record.facts.get("epochs_done") != self.record.setting("epochs"):
            told.append(f"it ended before its last epoch ({self.record.ended:.100})")
        if "gone_wrong" in self.record.facts:
            told.append("it went on from a checkpoint in the middle, after it had gone wrong")
        return told

    def check_images(self, now: Images) -> None:
        """Refuse other images than the run's, unless it is another run anyhow.

        Raises:
            UserError: naming how many there were and are.
        """
        then = self.record.images
        if then is None or then.sha256 == now.sha256:
            return
        same = ", not the same ones" if then.count == now.count else ""
        if self.changed:
            log.warning("Other images than those of %s: %d then, %d now%s.", self.named, then.count, now.count, same)
            return
        raise UserError(
            f"from_run={self.named} learnt from other images: {then.count} then, {now.count} now{same}; put those of"
            " then back (data.root=FOLDER where they have moved), or change a setting, which makes it another run."
        )


def _part(facts: Mapping[str, object], name: str) -> dict[str, object]:
    part = facts.get(name)
    return part if isinstance(part, dict) else {}
