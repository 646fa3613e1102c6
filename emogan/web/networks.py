"""The networks that the page may draw with: the packaged one, and those of runs."""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from emogan.config.places import PACKAGED
from emogan.core.errors import UserError
from emogan.runs.find import find_generator
from emogan.runs.folder import RunFolder
from emogan.sampling.sampler import Sampler

KEPT = 3  # networks in memory


@dataclass(frozen=True)
class Outputs:
    """The folder that the page's runs lie in. A run's name is its path below it; no name leads out of it."""

    folder: Path

    def run(self, name: str) -> RunFolder:
        """The run of that name.

        Raises:
            UserError: when there is none.
        """
        if not self.holds(name):
            raise UserError(f"run={name!r:.100} is no run here: expected one of those that /api/runs lists.")
        return RunFolder((self.folder / name).resolve())

    def holds(self, name: str) -> bool:
        """Whether there is a run of that name."""
        root = self.folder.resolve()
        try:
            path = (root / name).resolve()
            return bool(name) and path.is_relative_to(root) and (path / "run.json").is_file()
        except (OSError, ValueError):
            return False

    def name_of(self, run: RunFolder) -> str:
        """The path of a run below the folder."""
        return run.path.resolve().relative_to(self.folder.resolve()).as_posix()


class Networks:
    """Trained generators by name, the last used ones kept in memory.

    Args:
        outputs: where runs are.
        first: what is meant where no name is given, as the setting ``weights`` has it.
    """

    def __init__(self, outputs: Outputs, first: str) -> None:
        self.outputs, self.first = outputs, first
        self._kept: OrderedDict[tuple[Path, int], Sampler] = OrderedDict()
        self._lock = Lock()

    def of(self, name: str | None) -> Sampler:
        """The network of that name: None for the first one, ``packaged``, or a run's.

        Raises:
            UserError: when there is none.
        """
        wanted = self.first if name is None else name if name == PACKAGED else str(self.outputs.run(name).path)
        with self._lock:
            file = find_generator(wanted)
            key = file, file.stat().st_mtime_ns  # a training writes it anew
            if key not in self._kept:
                self._kept[key] = Sampler.of(wanted)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[key]
