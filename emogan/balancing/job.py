"""A balancing from its settings to the tree: the same settings and images give the same tree, byte for byte."""

import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

import emogan
from emogan.balancing import filling, manifest, plan, shards, told, tree
from emogan.balancing.candidates import Maker, Network
from emogan.balancing.database import Database
from emogan.balancing.filling import Filled, Way
from emogan.balancing.makers import draws, maker_of
from emogan.balancing.networks import Specialising, digest_of, named
from emogan.balancing.plan import Need
from emogan.balancing.sieve import Sieve
from emogan.config.compose import plain
from emogan.config.places import PACKAGED
from emogan.core.console import Watch
from emogan.core.errors import UserError
from emogan.core.folders import check_apart, check_unused
from emogan.core.names import printable
from emogan.core.tables import Table
from emogan.data.decode import Framing
from emogan.data.index import Index
from emogan.data.keeping import Keeping
from emogan.recognition.training import Recipe
from emogan.reports.sheet import contact_sheet
from emogan.runs.claim import Claim, claim
from emogan.sampling.estimate import duration
from emogan.translating.network import PACKAGED as TRANSLATOR

# Settings that change nothing in the tree, or are compared by their content
WHERE = ("out", "plan", "shard", "debug", "data", "recogniser", "weights", "target")
SPECIALISED = f"{PACKAGED}, specialised"
NOTHING = "Nothing to do: the tree is there, as it would be written."
COLUMNS = 12  # of the contact sheet


@dataclass(frozen=True)
class Balanced:
    """What was done, or would be.

    Attributes:
        folder: of the tree; None for a plan.
        tables: faces of each emotion, and what became of the candidates.
        said: what there is to know, a sentence each.
        written: how many files were not there yet.
    """

    folder: Path | None
    tables: tuple[Table, ...]
    said: tuple[str, ...]
    written: int

    @property
    def lists(self) -> list[Path]:
        """The files that tell of the tree."""
        names = (manifest.SHEET, manifest.MANIFEST, manifest.RECORD) if self.folder else ()
        return [path for name in names if (path := Path(self.folder or "", name)).is_file()]


class Balancing:
    """One balancing.

    Args:
        settings: of the verb, checked.
        index: of the database, all people.
    """

    def __init__(self, settings: DictConfig, index: Index, framing: Framing, recipe: Recipe) -> None:
        self.settings, self.framing, self.recipe = settings, framing, recipe
        self.out, self.keeping = Path(settings.out), Keeping.of(settings.data)
        self.way = Way(settings.seed, settings.tries)
        check_apart(self.out, index.root)
        self.database = Database.read(index, framing, settings.data.people, settings.target, self.keeping)
        missing = self.database.missing
        self.missing = shards.own_needs(missing, settings.shard) if settings.shard else missing
        emotions = [need.emotion for need in missing]
        self.network = named(settings.weights, emotions) if settings.weights else None

    def plan(self) -> Balanced:
        """What would be done, and how long it takes."""
        missing = sum(need.missing for need in self.missing)
        if not missing:
            return Balanced(None, (plan.table_of(self.database.needs),), ("Nothing is missing.",), 0)
        seconds = self._maker(self.network or named(PACKAGED, [])).seconds(missing)
        said = [
            f"Making them takes about {duration(seconds)} if every face passes, {duration(seconds * self.way.tries)} at"
            f" most (tries={self.way.tries} candidates for each that is missing); a recogniser that is not remembered"
            " yet, half a minute."
        ]
        if draws(self.settings.by) and self.network is None:
            said.append(f"Specialising takes {duration(60 * self.settings.minutes)} before (minutes).")
        return Balanced(None, (plan.table_of(self.database.needs),), (*said, "Nothing was written."), 0)

    def run(self, watch: Watch) -> Balanced:
        """Write the tree, or what of it is not there yet.

        Raises:
            UserError: when it cannot be, or when another process writes into the same folder.
        """
        taken = self._claim()
        try:
            record = self._read_record()
            if record is not None:
                manifest.check_same(self.out, record["asked"], self.asked)
                if record.get("ended") == manifest.FINISHED and self._is_whole(record):
                    return Balanced(self.out, (), (NOTHING,), 0)
            return self._write(watch)
        finally:
            taken.abandon()

    @property
    def asked(self) -> dict[str, Any]:
        """All that the tree depends on, as plain values."""
        settings, database = plain(self.settings), self.database
        network = self.network.sha256 if self.network else f"{SPECIALISED} for {self.settings.minutes:g} minutes"
        if not draws(self.settings.by):
            network = digest_of(TRANSLATOR)
        return {
            **{key: value for key, value in settings.items() if key not in (*WHERE, "minutes")},
            "target": {need.emotion.value: need.target for need in database.needs},
            "weights": network,
            "images": {"sha256": database.digest, "used": len(database.faces), "people": settings["data"]["people"]},
            "framing": self.framing.key,
            "recogniser": asdict(self.recipe),
        }

    def _maker(self, network: Network | None) -> Maker:
        return maker_of(self.settings, network, self.database.reals, self.framing)

    @property
    def _specialising(self) -> Specialising:
        emotions = [need.emotion for need in self.database.needs]
        return Specialising(self.settings, emotions, self.out.with_name(f"{self.out.name}.network"))

    def _read_record(self) -> dict[str, Any] | None:
        """The record of what was begun in ``out``; None where nothing was.

        Raises:
            UserError: when it holds anything that no balancing began.
        """
        record = manifest.read_record(self.out)
        if record is None:
            check_unused(self.out)
        return record

    def _claim(self) -> Claim:
        self._read_record()  # before a lock is left in a folder that is not ours
        which = self.settings.shard
        taken = claim(self.out, shards.lock_of(which), "out={}", "out=FOLDER")
        if taken is None or shards.is_kept_out(self.out, which):
            if taken:
                taken.abandon()
            raise UserError(
                f"out={printable(self.out)} is being balanced into right now: wait for its end, or give another folder."
            )
        return taken

    def _is_whole(self, record: Mapping[str, Any]) -> bool:
        there = all(tree.holds(real, self.out) for real in self.database.reals) and manifest.holds_all(self.out)
        whole = there and not shards.are_left(self.out)
        return whole and (self.out / manifest.SHEET).is_file() == bool(record.get("generated"))

    def _write(self, watch: Watch) -> Balanced:
        database, settings = self.database, self.settings
        network, sieve = self.network, None
        if self.missing:
            sieve = database.sieve(self.framing, self.recipe, settings.confidence, self.keeping.folder)
            if network is None and draws(self.settings.by):
                network = self._specialising.network()
        try:
            begun = manifest.record_of(self.asked, {}, "not yet")
            if not (self.out / manifest.RECORD).is_file():
                tree.put(self.out / manifest.RECORD, begun.encode())
            written = self._write_reals(watch)
            filled = [self._fill(need, network, sieve, watch) for need in self.missing if sieve]
            written += sum(one.written for one in filled)
            if settings.shard:
                written += sum(shards.keep(one, self.asked, self.out) for one in filled)
            else:
                written += self._write_lists(filled, sieve)
        except OSError as error:
            raise UserError(
                f"out={printable(self.out)} cannot be written ({error.strerror or error}): every file there is whole;"
                " make room or allow it, and give the same command again."
            ) from error
        if settings.shard:
            said = (*told.not_filled(filled, settings.by), told.part(settings.shard, self.missing))
            return Balanced(self.out, (filling.table_of(filled),), said, written)
        tables = told.faces(database, filled), filling.table_of(filled)
        return Balanced(self.out, tables, told.sentences(database, filled, settings), written)

    def _fill(self, need: Need, network: Network | None, sieve: Sieve, watch: Watch) -> Filled:
        """An emotion, as a part of the work has filled it, or filled now."""
        if done := shards.kept(need, self.asked, self.out):
            return done
        maker = self._maker(network)
        return filling.fill(need, maker, sieve, self.way, self.database.reals, self.out, watch)

    def _write_reals(self, watch: Watch) -> int:
        reals, which = self.database.reals, self.settings.shard
        if which:
            reals = shards.own_reals(reals, which)
        written = 0
        for number, real in enumerate(reals, start=1):
            written += tree.put_real(real, self.out, self.settings.real == "link")
            watch("real faces", number, len(reals))
        return written

    def _write_lists(self, filled: Sequence[Filled], sieve: Sieve | None) -> int:
        """What is told of the generated faces; the record last, since it says that all is there."""
        lines = [line for one in filled for line in one.lines]
        tree.tidy(self.out, {line.file for line in lines})
        written = int(tree.put(self.out / manifest.MANIFEST, _bytes(manifest.table_of(lines))))
        rows = [
            (one.need.emotion.value if not start else "", one.shown[start : start + COLUMNS])
            for one in filled
            for start in range(0, len(one.shown), COLUMNS)
        ]
        if rows:
            file = io.BytesIO()
            contact_sheet(rows).save(file, "PNG")
            written += tree.put(self.out / manifest.SHEET, file.getvalue())
        else:
            with suppress(FileNotFoundError):
                (self.out / manifest.SHEET).unlink()
        facts = told.facts(self.database, filled, self.settings, sieve)
        text = manifest.record_of(self.asked, {"emogan": emogan.__version__, **facts}, manifest.FINISHED)
        written += tree.put(self.out / manifest.RECORD, _bytes(text))
        shards.clear(self.out)
        return written


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
