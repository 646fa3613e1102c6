"""Where results go: closed pipes, full disks, terminals that cannot show them, folders that cannot be written."""

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence

from hostile_cases import fixtures
from hostile_cases.case import Bench, Case, Expected, Told
from hostile_cases.pictures import sound
from hostile_cases.signals import SLOW, epochs_in, shell
from hostile_cases.verbs import as_typed, ended, start

Arguments = Callable[[Bench], list[str]]
VERBS: Mapping[str, tuple[str, Arguments, str]] = {
    "train": ("train", lambda bench: [*fixtures.training(bench.shared), "epochs=30", "run_dir=out"], "out/run.json"),
    "inspect": ("inspect", lambda bench: [
        "data=folder", "data.crop=square", f"data.root={fixtures.few(bench.shared)}", "out=out"],
        "out/contact_sheet.png"),
    "generate": ("generate", lambda bench: [
        "emotion=raiva", "n=2", f"weights={fixtures.run(bench.shared)}", "out=out"], "out/generate.json"),
    "evaluate": ("evaluate", lambda bench: [
        *fixtures.QUICK, f"run={fixtures.run(bench.shared)}", "out=out"], "out/metrics.json"),
    "report": ("report", lambda bench: [f"runs={fixtures.run(bench.shared)}", "out=out"], "out/report.html"),
}  # fmt: skip
ASCII = {"PYTHONUTF8": "0", "LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
CP1252 = {"PYTHONIOENCODING": "cp1252"}
# What runs in a mount namespace of its own, which ends with the command: {} is the command
FULL = "mount -t tmpfs -o size={size} tmpfs out && exec {command}"
# … and is filled as soon as there is a checkpoint in it
FILLED = (
    "mount -t tmpfs -o size=16m tmpfs out && { (for i in {1..600}; do [ -e out/x/checkpoints/last.ckpt ] && break;"
    " sleep 0.1; done; dd if=/dev/zero of=out/fill bs=64k) > /dev/null 2>&1 & exec {command} epochs=150; }"
)
READ_ONLY = "mount -t tmpfs -o ro tmpfs out && exec {command}"
NOBODY = "mount --bind /dev/null /etc/passwd && exec env -u HOME -u XDG_CACHE_HOME {command}"
CONFINED = "exec setpriv --bounding-set=-all --inh-caps=-all {command}"  # root that obeys permissions
TAILS = ("head -1", "true", "cat > /dev/full")


def cases(seed: int) -> list[Case]:
    """All of them; those that need root say so and pass where we are not."""
    found = [piped(verb, tail) for verb in VERBS for tail in TAILS[: 3 if verb == "train" else 1]]
    found += [piped("evaluate", TAILS[2])]
    found += [spoken("evaluate", "ASCII", ASCII), spoken("inspect", "cp1252", CP1252)]
    found += [mounted(verb, "read-only", READ_ONLY, "out/x") for verb in ("train", "inspect", "report")]
    found += [mounted(verb, "full", FULL.replace("{size}", "4k"), "out/x") for verb in VERBS]
    found += [mounted("train", "full after a while", FILLED, "out/x")]
    found += [homeless("train"), confined("generate")]
    found += [unwritable_home("train"), closed_photograph()]
    found += [swift(verb, words) for verb, words in SWIFT]
    found += [bare(words, code, says) for words, code, says in BARE]
    return found


def typed(bench: Bench, verb: str) -> str:
    """A verb's command as one line for a shell."""
    name, arguments, _ = VERBS[verb]
    return shlex.join(as_typed(name, arguments(bench)))


def in_shell(bench: Bench, line: str, environment: Mapping[str, str | None] | None = None) -> Told:
    """Run a line in bash; the code is the first command's."""
    return shell(ended(start(["bash", "-c", line], bench.folder, environment), SLOW))


def left(verb: str) -> Callable[[Bench, Told], str | None]:
    """A check that all results are there."""

    def check(bench: Bench, told: Told) -> str | None:
        if not (bench.folder / VERBS[verb][2]).is_file():
            return f"{VERBS[verb][2]} is not there"
        found = epochs_in(bench.folder / "out")
        return f"losses.csv tells of {found} of 30 epochs" if verb == "train" and found != 30 else None

    return check


def piped(verb: str, tail: str) -> Case:
    """A case of a reader that goes away, or a log on a full disk: nothing is lost."""

    def play(bench: Bench) -> Told:
        command = typed(bench, verb)
        line = f"{command} > /dev/full" if "full" in tail else f"{command} | {tail}"
        return in_shell(bench, line + "; exit ${PIPESTATUS[0]}")

    # As after a broken pipe elsewhere: nothing, or the signal's number.
    return Case(
        f"{verb} | {tail}", play, Expected((0, 1, 2, 141), never=("give another folder",), check=left(verb)), SLOW
    )


def spoken(verb: str, name: str, words: Mapping[str, str | None]) -> Case:
    """A case of a terminal that lacks letters."""
    return Case(
        f"{verb} on a terminal of {name}", lambda bench: in_shell(bench, typed(bench, verb), words),
        Expected((0,), check=left(verb)), SLOW,
    )  # fmt: skip


def mounted(verb: str, name: str, line: str, out: str) -> Case:
    """A case of a disk that is full or cannot be written: one sentence that names the folder."""

    def play(bench: Bench) -> Told:
        (bench.folder / "out").mkdir()
        name, arguments, _ = VERBS[verb]
        words = [word.replace("=out", f"={out}") if word in ("out=out", "run_dir=out") else word
                 for word in arguments(bench)]  # fmt: skip
        return unshared(bench, line, shlex.join(as_typed(name, words)))

    return Case(f"{verb} into a {name} folder", play, Expected((2,), ("out",)), SLOW)


def unshared(bench: Bench, line: str, command: str) -> Told:
    """Run a line with mounts of its own; where that is not allowed there is nothing to see."""
    if ended(start(["unshare", "-m", "true"], bench.folder), SLOW).code:
        return Told(2, "out: not tried, it needs root", "")
    return shell(ended(start(["unshare", "-m", "bash", "-c", line.replace("{command}", command)], bench.folder), SLOW))


def homeless(verb: str) -> Case:
    """A case of a user without a home and without a name."""
    play: Callable[[Bench], Told] = lambda bench: unshared(bench, NOBODY, typed(bench, verb))  # noqa: E731
    return Case(f"{verb} without a home", play, Expected((0,), check=left(verb)), SLOW)


def confined(verb: str) -> Case:
    """A case of a folder without permission."""

    def play(bench: Bench) -> Told:
        name, arguments, _ = VERBS[verb]
        (bench.folder / "out").mkdir(0o555)
        words = [word.replace("=out", "=out/x") if word in ("out=out", "run_dir=out") else word
                 for word in arguments(bench)]  # fmt: skip
        return in_shell(bench, CONFINED.replace("{command}", shlex.join(as_typed(name, words))))

    return Case(f"{verb} into a folder without permission", play, Expected((2,), ("out",)), SLOW)


def unwritable_home(verb: str) -> Case:
    """A case of a home where nothing can be remembered."""
    settings = {"HOME": "/proc/nowhere", "XDG_CACHE_HOME": None}
    return Case(
        f"{verb} with a home that cannot be written", lambda bench: in_shell(bench, typed(bench, verb), settings),
        Expected((0,), check=left(verb)), SLOW,
    )  # fmt: skip


def closed_photograph() -> Case:
    """A case of a photograph that may not be read."""

    def play(bench: Bench) -> Told:
        path = bench.folder / "x.jpg"
        path.write_bytes(sound(".jpg"))
        path.chmod(0)
        words = [f"project={path}", f"weights={fixtures.run(bench.shared)}", "steps=1", "out=out"]
        return in_shell(bench, CONFINED.replace("{command}", shlex.join(as_typed("generate", words))))

    return Case("project= of a photograph without permission", play, Expected((2,), (r"x\.jpg",)), SLOW)


SWIFT = (
    ("train", ["epochs=-1"]), ("generate", ["n=0"]), ("evaluate", ["faces=0", "run=x"]), ("inspect", ["image_size=0"]),
    ("train", ["sed=1"]), ("generate", ["emotion=furia"]),
)  # fmt: skip


def swift(verb: str, words: Sequence[str]) -> Case:
    """A case of a wrong value that is refused before anything slow is imported."""

    def play(bench: Bench) -> Told:
        told = ended(start([sys.executable, "-X", "importtime", "-m", f"emogan.{verb}", *words], bench.folder), SLOW)
        heavy = [line for line in told.err.splitlines() if line.startswith("import time:") and line.endswith("| torch")]
        rest = [line for line in told.err.splitlines() if not line.startswith("import time:")]
        return shell(Told(told.code, told.out + "".join(heavy), "\n".join(rest), told.peak))

    expected = Expected((2,), (words[0].partition("=")[0][:3],), never=(r"\| +torch$",))
    return Case(f"{verb} {' '.join(words)} is refused before torch", play, expected, SLOW)


BARE: tuple[tuple[list[str], int, str], ...] = (
    ([], 0, "generate"), (["trian"], 2, "train"), (["TRAIN"], 2, "train"), (["--help"], 0, "generate"),
    (["generate", "--help"], 0, "truncation"), (["train", "--help"], 0, "epochs"), (["evaluate", "--help"], 0, "faces"),
    (["emotion=raiva"], 2, "verb"), (["report", "-x"], 2, "-x"), (["train", "epochs"], 2, "epochs"),
)  # fmt: skip


def bare(words: Sequence[str], code: int, says: str) -> Case:
    """A case of ``emogan`` with few words."""

    def play(bench: Bench) -> Told:
        return shell(ended(start([sys.executable, "-m", "emogan", *words], bench.folder), SLOW))

    return Case(f"emogan {' '.join(words)}", play, Expected((code,), (says,)), SLOW)
