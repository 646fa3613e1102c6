"""Tries emogan with more than a thousand hostile images, settings, run folders, checkpoints and signals.

usage: python scripts/hostile.py [--only KIND[/TEXT]] [--seed 0] [--short | --all] [--keep FOLDER]

Every case must end in what it should do or in one sentence that names what is wrong: no traceback, no hang, nothing
silent, no process above 1 GB. Exit code 1 when any does not. docs/reliability.md says what the kinds cover.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from hostile_cases import KINDS, cases_of
from hostile_cases.case import OK, VERDICTS, Outcome
from hostile_cases.crew import Job, Seat, play_all
from hostile_cases.fixtures import environment

# Cases of a kind that the seed draws: all of them take more than ten minutes.
USUAL = {"images": 190, "settings": 450, "run folders": 130, "checkpoints": 220, "signals": 14}
SHORT = {"images": 5, "settings": 5, "run folders": 3, "checkpoints": 3, "signals": 1}  # cases of a short version
WIDTH = 12  # of the table's columns


def main() -> None:
    """Play the cases, print a line for each that fails and a table at the end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="a kind, or KIND/TEXT for its cases with TEXT in their names")
    parser.add_argument("--seed", type=int, default=0, help="of the damage and the values that are drawn")
    parser.add_argument("--short", action="store_true", help="a few cases of each kind")
    parser.add_argument("--all", action="store_true", help="every case there is, instead of those the seed draws")
    parser.add_argument("--keep", type=Path, help="a new folder, in which every case's files stay")
    args = parser.parse_args()
    work = args.keep.absolute() if args.keep else Path(tempfile.mkdtemp(prefix="emogan_hostile_"))
    try:
        outcomes = played(work, args.only, args.seed, args.short, args.all, args.keep is not None)
    finally:
        if not args.keep:
            shutil.rmtree(work, ignore_errors=True)
    print(table(outcomes))
    sys.exit(any(outcome.verdict != OK for some in outcomes.values() for outcome in some))


def played(work: Path, only: str | None, seed: int, short: bool, every: bool, keep: bool) -> dict[str, list[Outcome]]:
    """The outcomes by kind; failures are printed as they come."""
    shared = work / "shared"
    shared.mkdir(parents=True)
    os.environ |= environment(shared)
    jobs = asked(work, only, seed, short, every)
    began = time.monotonic()
    # Each imports all libraries: for a few cases, that takes longer than the cases.
    seats = [Seat(shared, seed, keep) for _ in range(1 if short else os.cpu_count() or 1)]
    outcomes: dict[str, list[Outcome]] = {kind: [] for kind in dict.fromkeys(job.kind for job in jobs)}

    def heard(job: Job, outcome: Outcome) -> None:
        outcomes[job.kind].append(outcome)
        if outcome.verdict != OK:
            print(
                f"{outcome.verdict.upper()}  {job.kind}/{outcome.name}: {outcome.detail}\n    {outcome.command}",
                flush=True,
            )

    try:
        if wrong := seats[0].prepare():
            sys.exit(f"The fixtures cannot be made:\n{wrong}")
        play_all(jobs, seats, heard)
    finally:
        for seat in seats:
            seat.leave()
    slowest = sorted(((o.seconds, f"{kind}/{o.name}") for kind, some in outcomes.items() for o in some), reverse=True)
    print("\nSlowest: " + "; ".join(f"{name} {seconds:.1f} s" for seconds, name in slowest[:5]))
    print(f"{len(jobs)} cases in {time.monotonic() - began:.0f} s on {len(seats)} core(s), seed {seed}\n")
    return outcomes


def asked(work: Path, only: str | None, seed: int, short: bool, every: bool) -> list[Job]:
    """The cases to play, slow kinds first: so that the cores end together."""
    wanted, _, text = (only or "").partition("/")
    if wanted and wanted not in KINDS:
        sys.exit(f"--only {wanted}: expected one of {', '.join(KINDS)}.")
    jobs = []
    for kind in (kind for kind in reversed(KINDS) if wanted in ("", kind)):
        cases = [case for case in cases_of(kind, seed) if text in case.name]
        if not (every or only or short) and len(cases) > USUAL.get(kind, len(cases)):
            drawn = random.Random(f"{kind} {seed}").sample(range(len(cases)), USUAL[kind])
            cases = [cases[number] for number in sorted(drawn)]
        step = max(1, len(cases) // SHORT[kind]) if short else 1
        folder = work / kind.replace(" ", "_")
        jobs += [Job(kind, case, folder / f"{number:04d}") for number, case in enumerate(cases) if number % step == 0]
    return jobs


def table(outcomes: dict[str, list[Outcome]]) -> str:
    """A row per kind and one for all, in Markdown."""
    columns = ["kind", "cases", *VERDICTS, "most GB", "seconds"]
    rows = [row(kind, some) for kind, some in outcomes.items()]
    rows.append(row("all", [outcome for some in outcomes.values() for outcome in some]))
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
    return "\n".join("| " + " | ".join(cell.ljust(WIDTH) for cell in line) + " |" for line in lines)


def row(kind: str, outcomes: Sequence[Outcome]) -> list[str]:
    """One row of the table."""
    number = Counter(outcome.verdict for outcome in outcomes)
    peak = max((outcome.peak for outcome in outcomes), default=0)
    seconds = sum(outcome.seconds for outcome in outcomes)
    return [kind, str(len(outcomes)), *(str(number[v]) for v in VERDICTS), f"{peak / 1e9:.2f}", f"{seconds:.0f}"]


if __name__ == "__main__":
    main()
