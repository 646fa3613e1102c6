"""Damage in what is kept for hours: checkpoints, generators, remembered recognisers; and files made to harm."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from hostile_cases import fixtures
from hostile_cases.case import DONE, EITHER, REFUSED, Bench, Case, Expected, Told
from hostile_cases.crafted import CHECKPOINTS, GENERATORS, RESUME_ONLY, Write
from hostile_cases.run_folders import copied

LAST, PREVIOUS, GENERATOR = "last.ckpt", "previous.ckpt", "generator.safetensors"
FLIPS = {LAST: 100, GENERATOR: 100}  # seeded places at which a bit is turned over
RESUMED, MEASURED, REMEMBERED = 4, 3, 5  # of them through slower verbs
SHARES = (0.0, 0.1, 0.5, 0.9, 0.999)


def cases(seed: int) -> list[Case]:
    """All of them."""
    chance = random.Random(f"checkpoints {seed}")
    found = [flip(file, chance.random(), chance.randrange(8), "generate")
             for file, count in FLIPS.items() for _ in range(count)]  # fmt: skip
    found += [flip(LAST, chance.random(), chance.randrange(8), "resume") for _ in range(RESUMED)]
    found += [flip(GENERATOR, chance.random(), chance.randrange(8), "evaluate") for _ in range(MEASURED)]
    found += [flip(LAST, chance.random(), chance.randrange(8), "init_from") for _ in range(4)]
    found += [rotten(chance.random(), chance.randrange(8)) for _ in range(REMEMBERED)]
    found += [cut(file, share, "generate") for file in (LAST, GENERATOR) for share in SHARES]
    found += [cut(LAST, share, verb) for share in SHARES[::2] for verb in ("resume", "resume=auto", "init_from")]
    found += [both(share) for share in SHARES[::2]]
    found += [crafted("generate", name, GENERATOR, make) for name, make in GENERATORS.items()]
    found += [crafted(verb, name, LAST, make) for name, make in CHECKPOINTS.items() for verb in ("generate", "resume")]
    found += [crafted("resume", name, LAST, make) for name, make in RESUME_ONLY.items()]
    return list({case.name: case for case in found}.values())


def use(bench: Bench, verb: str, run: Path, file: str) -> Told:
    """Use one file of a run the way that ``verb`` does."""
    path = run / "checkpoints" / file
    if verb == "generate":
        return bench.call("generate", ["emotion=raiva", "n=1", f"weights={path}", "out=out"])
    if verb == "evaluate":
        return bench.call("evaluate", [*fixtures.QUICK, f"run={run}", "out=out"])
    training = [*fixtures.training(bench.shared), "epochs=3"]
    if verb == "init_from":
        return bench.call("train", [*training, f"init_from={path}", "run_dir=new"])
    if verb == "resume=auto":
        return bench.call("train", [*training, "resume=auto", "run_dir=new"])
    return bench.call("train", [*training, f"ckpt_path={path}"])


def unfinished(bench: Bench) -> Path:
    """A run of the case's own where resume=auto looks, that wants another epoch."""
    run = copied(bench, "outputs/run")
    facts = json.loads((run / "run.json").read_text())
    facts["config"]["epochs"], facts["ended"] = 3, "still running, or killed"
    (run / "run.json").write_text(json.dumps(facts))
    return run


def noticed(file: str) -> Callable[[Bench, Told], str | None]:
    """A check that the damaged file is named, and that nothing ran; the sound one beside it may be used."""

    def check(bench: Bench, told: Told) -> str | None:
        if list(bench.folder.rglob("PWNED")) or (bench.shared / "PWNED").exists():
            return "code ran"
        if file not in told.text:
            return f"the damage is not noticed (exit code {told.code})"
        return None

    return check


def flip(file: str, place: float, bit: int, verb: str) -> Case:
    """A case of one bit that is turned over."""

    def play(bench: Bench) -> Told:
        run = copied(bench)
        turn(run / "checkpoints" / file, place, bit)
        return use(bench, verb, run, file)

    # Another sound file of the run may be taken instead, with a word.
    codes = REFUSED if (file, verb) == (GENERATOR, "generate") else EITHER
    return Case(f"{verb}: {file} bit {bit} at {place:.5f}", play, Expected(codes, check=noticed(file)))


def turn(path: Path, place: float, bit: int) -> None:
    """Turn a bit over, at a share of the file's length."""
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 1 << bit
    path.write_bytes(content)


def rotten(place: float, bit: int) -> Case:
    """A case of a remembered recogniser with one bit turned over: it must be told and trained anew."""

    def play(bench: Bench) -> Told:
        cache = bench.folder / "cache"
        shutil.copytree(bench.shared / "cache" / "emogan", cache)
        for path in cache.glob("*recogniser*"):
            turn(path, place, bit)
        run = fixtures.run(bench.shared)
        return bench.call("evaluate", [*fixtures.QUICK, f"run={run}", "out=out", f"cache={cache}"])

    name = f"evaluate: remembered recogniser bit {bit} at {place:.5f}"
    return Case(name, play, Expected(DONE, ("recogniser_",)))


def cut(file: str, share: float, verb: str) -> Case:
    """A case of a file of which only a share is left; a checkpoint's predecessor is taken, with a word."""

    def play(bench: Bench) -> Told:
        run = unfinished(bench) if verb == "resume=auto" else copied(bench)
        path = run / "checkpoints" / file
        content = path.read_bytes()
        path.write_bytes(content[: int(share * len(content))])
        return use(bench, verb, run, file)

    wanted = DONE if verb.startswith("resume") else EITHER if file == LAST else REFUSED
    return Case(f"{verb}: {file} cut to {share:.1%}", play, Expected(wanted, check=noticed(file)))


def both(share: float) -> Case:
    """A case of two torn checkpoints: nothing is left to go on from."""

    def play(bench: Bench) -> Told:
        run = copied(bench)
        for file in (LAST, PREVIOUS):
            path = run / "checkpoints" / file
            content = path.read_bytes()
            path.write_bytes(content[: int(share * len(content))])
        return use(bench, "resume", run, LAST)

    return Case(f"resume: both checkpoints cut to {share:.1%}", play, Expected(REFUSED, check=noticed(LAST)))


def crafted(verb: str, name: str, file: str, make: Write) -> Case:
    """A case of a file made to harm, in the place of the run's own; the one before is gone."""

    def play(bench: Bench) -> Told:
        run = copied(bench)
        make(run / "checkpoints" / file)
        (run / "checkpoints" / PREVIOUS).unlink(missing_ok=True)  # what was there may have become it
        return use(bench, verb, run, file)

    return Case(f"{verb}: {file} {name}", play, Expected(REFUSED, check=noticed(file)))
