"""Signals at every moment, kills, and two trainings at once: each with processes of its own."""

import json
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from hostile_cases import fixtures
from hostile_cases.case import Bench, Case, Expected, Told
from hostile_cases.verbs import Process, as_typed, ended, start

SLOW = 150.0  # seconds that a case with processes may take on a busy machine
AT_ONCE = 20.0  # seconds within which a signal must end a training; ten on an idle machine
LONG = [
    "data=folder", "data.crop=square", "emotion=todas", "latent_dim=16", "image_size=128", "batch_size=2",
    "grid.faces=6", "epochs=50", "evaluate_every=null", "checkpoint.every_minutes=0", "checkpoint.share=1",
]  # fmt: skip
MOMENTS = {"pydantic_core": 0.0, "libtorch_cpu": 0.0, "libtorch_python": 1.5}  # seconds after a library is mapped
INTERRUPTED = {signal.SIGINT: (130,), signal.SIGTERM: (130, 143), signal.SIGHUP: (129, 130)}


def cases(seed: int) -> list[Case]:
    """All of them."""
    found = [early(signal.SIGINT, library) for library in MOMENTS]
    found += [early(number, "libtorch_cpu") for number in (signal.SIGTERM, signal.SIGHUP)]
    found += [within(signal.SIGINT, 2), *(within(number, 1) for number in INTERRUPTED)]
    found += [killed(), at_once(), living(), gone_on(signal.SIGTERM), minutes()]
    return found


def many_epochs(bench: Bench, *further: str) -> list[str]:
    """A training of epochs of a tenth of a second each."""
    return [*fixtures.training(bench.shared), "epochs=400", "checkpoint.share=1", *further]


def waited(found: Callable[[], object], process: Process, seconds: float = 60.0) -> None:
    """Wait until something is there, or the process has ended.

    Raises:
        TimeoutError: when neither comes.
    """
    began = time.monotonic()
    while not found() and process.poll() is None:
        if time.monotonic() - began > seconds:
            process.kill()
            process.communicate()
            raise TimeoutError(f"nothing to see after {seconds:.0f} s")
        time.sleep(0.02)


def shell(told: Told) -> Told:
    """A death of a signal as shells tell it: 128 and its number."""
    return Told(128 - told.code if told.code < 0 else told.code, told.out, told.err, told.peak)


def mapped(process: Process) -> str:
    """The libraries that a process has opened so far."""
    try:
        return Path(f"/proc/{process.pid}/maps").read_text()
    except OSError:  # it has ended
        return ""


def epochs_in(run: Path) -> int:
    """The epochs that losses.csv tells of."""
    path = run / "losses.csv"
    return max(0, path.read_text().count("\n") - 1) if path.is_file() else 0


def record(run: Path) -> Mapping[str, object]:
    """What run.json says."""
    facts: Mapping[str, object] = json.loads((run / "run.json").read_text())
    return facts


def early(number: signal.Signals, library: str) -> Case:
    """A case of a signal as soon as a library is being imported, before there is anything to save."""

    def play(bench: Bench) -> Told:
        process = start(as_typed("train", many_epochs(bench, "run_dir=run")), bench.folder)
        waited(lambda: library in mapped(process), process)
        time.sleep(MOMENTS[library])
        process.send_signal(number)
        return shell(ended(process, AT_ONCE))

    name = f"{number.name} {MOMENTS[library]} s after {library} is opened"
    return Case(name, play, Expected(INTERRUPTED[number], never=(r"File \".*\", line",)), SLOW)


def within(number: signal.Signals, times: int) -> Case:
    """A case of a signal in the middle of an epoch that takes a minute."""

    def play(bench: Bench) -> Told:
        words = [*LONG, f"data.root={fixtures.faces(bench.shared)}", "run_dir=run"]
        process = start(as_typed("train", words), bench.folder)
        waited((bench.folder / "run" / "samples" / "real.png").exists, process)
        time.sleep(3)
        for _ in range(times):
            process.send_signal(number)
            time.sleep(0.5)
        return shell(ended(process, AT_ONCE))

    def check(bench: Bench, told: Told) -> str | None:
        if times > 1:
            return None
        if not (bench.folder / "run" / "checkpoints" / "last.ckpt").is_file():
            return "nothing was kept"
        says = str(record(bench.folder / "run")["ended"])
        return None if "interrupted" in says else f"run.json says {says}"

    told = f"{number.name} {'twice ' if times > 1 else ''}in the middle of a long epoch"
    return Case(told, play, Expected(INTERRUPTED[number], check=check), SLOW)


def begun(bench: Bench, run: str = "run", *further: str) -> Process:
    """A training that has kept a checkpoint already."""
    process = start(as_typed("train", many_epochs(bench, f"run_dir={run}", *further)), bench.folder)
    waited((bench.folder / run / "checkpoints" / "last.ckpt").exists, process)
    time.sleep(1)
    return process


def killed() -> Case:
    """A case of kill -9: the run's faces can be drawn, and it goes on to its end."""

    def play(bench: Bench) -> Told:
        run = "outputs/train/todas/a"
        process = begun(bench, run)
        process.kill()
        ended(process, AT_ONCE)
        drawn = bench.call("generate", ["emotion=raiva", "n=1", f"weights={run}", "out=drawn"])
        if drawn.code:
            return drawn
        shutil.rmtree(bench.folder / "drawn")
        return bench.call("train", many_epochs(bench, "resume=auto", "run_dir=other"))

    def check(bench: Bench, told: Told) -> str | None:
        run = bench.folder / "outputs" / "train" / "todas" / "a"
        if (bench.folder / "other" / "run.json").exists():
            return "began anew"
        return None if epochs_in(run) == 400 else f"losses.csv tells of {epochs_in(run)} of 400 epochs"

    return Case("SIGKILL, then generate and resume=auto", play, Expected((0,), check=check), SLOW)


def gone_on(number: signal.Signals) -> Case:
    """A case of a training that was stopped and goes on by its checkpoint."""

    def play(bench: Bench) -> Told:
        process = begun(bench)
        process.send_signal(number)
        ended(process, AT_ONCE)
        return bench.call("train", [*many_epochs(bench), "ckpt_path=run/checkpoints/last.ckpt"])

    def check(bench: Bench, told: Told) -> str | None:
        found = epochs_in(bench.folder / "run")
        return None if found == 400 else f"losses.csv tells of {found} of 400 epochs"

    return Case(f"{number.name}, then ckpt_path", play, Expected((0,), check=check), SLOW)


def at_once() -> Case:
    """A case of two trainings that are started in the same second."""

    def play(bench: Bench) -> Told:
        words = [*fixtures.training(bench.shared), "epochs=30"]
        both = [start(as_typed("train", [*words, f"seed={n}"]), bench.folder) for n in (1, 2)]
        told = [ended(process, 100) for process in both]
        return Told(max(one.code for one in told), told[0].out + told[1].out, told[0].err + told[1].err, told[0].peak)

    def check(bench: Bench, told: Told) -> str | None:
        runs = [path.parent for path in bench.folder.rglob("run.json")]
        if len(runs) != 2:
            return f"{len(runs)} run folders are there"
        short = [epochs_in(run) for run in runs if epochs_in(run) != 30]
        return f"losses.csv tells of {short[0]} of 30 epochs" if short else None

    return Case("two trainings in the same second", play, Expected((0,), check=check), SLOW)


def living() -> Case:
    """A case of a second training that wants to go on with one that is still running."""

    def play(bench: Bench) -> Told:
        first = begun(bench)
        second = bench.call("train", [*many_epochs(bench), "ckpt_path=run/checkpoints/last.ckpt"])
        alive = first.poll() is None
        first.send_signal(signal.SIGTERM)
        told = ended(first, AT_ONCE)
        return Told(
            second.code if alive and told.code in (130, 143) else 1, second.out + told.out, second.err, told.peak
        )

    said = ("running|in use|another|locked",)
    return Case("ckpt_path of a run that is running", play, Expected((2,), said), SLOW)


def minutes() -> Case:
    """A case of a limit in minutes that comes in the middle of a long epoch."""

    def play(bench: Bench) -> Told:
        words = [*LONG, f"data.root={fixtures.faces(bench.shared)}", "run_dir=run", "minutes=0.05"]
        return shell(ended(start(as_typed("train", words), bench.folder), 60))

    def check(bench: Bench, told: Told) -> str | None:
        seconds = record(bench.folder / "run")["seconds"]
        return None if isinstance(seconds, float) and seconds < AT_ONCE else f"it took {seconds} s"

    return Case("minutes=0.05 with an epoch of a minute", play, Expected((0,), check=check), SLOW)
