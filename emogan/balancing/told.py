"""What is said of a balancing: counts, sentences, and the facts of its record."""

from collections.abc import Sequence
from typing import Any

from omegaconf import DictConfig

from emogan.balancing.database import Database
from emogan.balancing.filling import Filled
from emogan.balancing.makers import By, draws
from emogan.balancing.plan import Need
from emogan.balancing.sieve import Sieve
from emogan.core.tables import Table


def after(database: Database, filled: Sequence[Filled]) -> dict[str, int]:
    """Faces of each emotion at the end."""
    kept = {one.need.emotion: len(one.lines) for one in filled}
    return {need.emotion.value: need.there + kept.get(need.emotion, 0) for need in database.needs}


def faces(database: Database, filled: Sequence[Filled]) -> Table:
    """The same beside what was there and what was wanted."""
    now = after(database, filled)
    rows = [(need.emotion.value, need.there, need.target, now[need.emotion.value]) for need in database.needs]
    return Table("Faces", ("emotion", "real", "target", "now"), rows)


def facts(database: Database, filled: Sequence[Filled], settings: DictConfig, sieve: Sieve | None) -> dict[str, Any]:
    """What ``balance.json`` says of a balancing that has ended."""
    return {
        "before": {need.emotion.value: need.there for need in database.needs},
        "after": after(database, filled),
        "generated": sum(len(one.lines) for one in filled),
        "candidates": {one.need.emotion.value: one.drawn for one in filled},
        "refused": {one.need.emotion.value: dict(sorted(one.refused.items())) for one in filled},
        "distances": sieve.yardstick.told if sieve else {},
        "not_filled": {one.need.emotion.value: one.short_of for one in filled if one.short_of},
        "said": sentences(database, filled, settings),
    }


def sentences(database: Database, filled: Sequence[Filled], settings: DictConfig) -> tuple[str, ...]:
    """What there is to know at the end."""
    said = not_filled(filled, settings.by)
    if untold := sum(not real.told for real in database.reals):
        said.append(f"{untold} real faces lie where data=folder cannot tell by the path whom they show.")
    if aside := len(database.everybody) - len(database.faces):
        people = settings.data.people
        said.append(f"{aside} faces are of people that are not among data.people={people}: test on them.")
    if settings.data.zoom != 1:
        said.append("Generated faces are drawn as data.zoom frames real ones: both have one size without it only.")
    return tuple(said)


def not_filled(filled: Sequence[Filled], by: By) -> list[str]:
    """The emotions whose faces did not pass in numbers, and what may help."""
    remedy = "specialise longer (weights=null minutes=NUMBER)" if draws(by) else "try by=both"
    return [
        f"{one.need.emotion} is not filled: {len(one.lines)} of the {one.need.missing} faces that are missing"
        f" passed, of {one.drawn} candidates; {remedy}, lower confidence, or raise tries."
        for one in filled
        if one.short_of
    ]


def part(which: str, needs: Sequence[Need]) -> str:
    """What to do when a part is done."""
    emotions = " and ".join(need.emotion.value for need in needs) or "no emotion, only real faces"
    return f"Part {which} is done ({emotions}): after all parts, the same command without shard= puts them together."
