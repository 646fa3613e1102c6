"""Run folders that try to run code, to write elsewhere, or to speak from a page."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hostile_cases import fixtures
from hostile_cases.case import EITHER, Bench, Case, Expected, Told
from hostile_cases.run_folders import change, copied, harmless, played


class Payload:
    """Pickles to a command."""

    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.system, ("touch PWNED",)


# What a file may name to run code, or to write over a file
TARGETS: dict[str, dict[str, Any]] = {
    "torch.load": {"_target_": "torch.load", "f": "evil.pt", "weights_only": False},
    "dotted torch.load": {"_target_": "emogan.data.datamodule.torch.load", "f": "evil.pt", "weights_only": False},
    "dotted torch.load through reals": {
        "_target_": "emogan.data.reals.torch.load",
        "f": "evil.pt",
        "weights_only": False,
    },
    "os.system": {"_target_": "os.system", "command": "touch PWNED"},
    "dotted os.system": {"_target_": "emogan.data.index.os.system", "command": "touch PWNED"},
    "subprocess": {"_target_": "subprocess.run", "args": ["touch", "PWNED"]},
    "numpy.load": {"_target_": "numpy.load", "file": "evil.pt", "allow_pickle": True},
    "joblib.load": {"_target_": "joblib.load", "filename": "evil.pt"},
    "open": {"_target_": "builtins.open", "file": "PWNED", "mode": "w"},
    "io.open": {"_target_": "io.open", "file": "PWNED", "mode": "w"},
    "FileHandler": {"_target_": "logging.FileHandler", "filename": "PWNED"},
    "ZipFile": {"_target_": "zipfile.ZipFile", "file": "PWNED", "mode": "w"},
    "torch.save": {"_target_": "torch.save", "obj": 1, "f": "PWNED"},
    "numpy.save": {"_target_": "numpy.save", "file": "PWNED", "arr": [1]},
    "eval": {"_target_": "builtins.eval", "_args_": ["__import__('os').system('touch PWNED')"]},
    "exec": {"_target_": "builtins.exec", "_args_": ["open('PWNED', 'w')"]},
    "runpy": {"_target_": "runpy.run_path", "path_name": "evil.py"},
    "copyfile": {"_target_": "shutil.copyfile", "src": "evil.py", "dst": "PWNED"},
    "Path.touch": {"_target_": "pathlib.Path.touch", "_args_": [{"_target_": "pathlib.Path", "_args_": ["PWNED"]}]},
    "our own writer": {"_target_": "emogan.core.files.atomic_write", "path": "PWNED", "content": "x"},
}
PLACES: dict[str, tuple[str, ...]] = {
    "read": ("config", "data", "read"),
    "in a list in read": ("config", "data", "read", "extra"),
    "in framing": ("config", "data", "framing", "extra"),
    "module": ("config", "data", "module"),
    "in module": ("config", "data", "module", "variations"),
    "generator": ("config", "model", "generator"),
}
SPOKEN = (
    "<img src=x onerror=alert(1)>", "![x](http://evil/x.png)", "[c](javascript:alert(1))", "<script>alert(1)</script>",
    "<a href='http://evil'>x</a>", "| a | b |\n|---|---|\n<b>", "<http://evil>", "`</code><svg onload=alert(1)>`",
    "[x]: http://evil\n\n[x]", "**bold** <!-- -->", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<style>@import url(http://evil)</style>",
)  # fmt: skip
VERBS = ("evaluate", "again", "evaluate", "report", "resume", "again", "generate")  # a record is used by
TEXT_FIELDS = (("ended",), ("emotion",), ("images", "count"), ("config", "emotion"))


def cases(seed: int) -> list[Case]:
    """All of them."""
    return [
        *(
            named(target, place, seed + number)
            for number, target in enumerate(TARGETS)
            for place in [*PLACES][(seed + number) % 3 :: 3]
        ),
        *(second(target) for target in [*TARGETS][seed % 3 :: 3]),
        *(spoken(verb, field, text) for verb in ("report", "evaluate") for text in SPOKEN
          for field in TEXT_FIELDS[: 2 if verb == "report" else 1]),
        *(of_folder(verb, text) for verb in ("report", "evaluate") for text in SPOKEN if "/" not in text),
        *(of_folder("report", text) for text in ("[red]x", "x\ny", "a|b", "_x_", "\u202ex")),
        *(elsewhere(text) for text in ("../../x", "/tmp/x", "..", "a/b", "a\0b")),
    ]  # fmt: skip


def armed(folder: Path) -> None:
    """Put the files there that the targets would load."""
    import torch

    torch.save(Payload(), folder / "evil.pt")
    (folder / "evil.py").write_text("open('PWNED', 'w')")


def put(run: Path, place: Sequence[str], target: dict[str, Any]) -> None:
    """Name a target in a record; in lists where nothing else stands."""
    inner = place[-1] in ("extra", "variations")
    change(run / "run.json", place, [target] if inner else target)


def named(target: str, place: str, number: int) -> Case:
    """A case of a record that names a target; evaluated, trained again, or used by the other verbs in turn."""
    verb = VERBS[number % len(VERBS)]

    def play(bench: Bench) -> Told:
        armed(bench.folder)
        run = copied(bench)
        put(run, PLACES[place], TARGETS[target])
        return played(bench, verb, run)

    return Case(f"{verb}: {target} {place}", play, Expected(EITHER, check=harmless))


def second(target: str) -> Case:
    """A case of a crafted run that is compared with a good one."""

    def play(bench: Bench) -> Told:
        armed(bench.folder)
        good, evil = copied(bench, "good"), copied(bench, "evil")
        put(evil, PLACES["in module"], TARGETS[target])
        return bench.call("evaluate", [*fixtures.QUICK, f"runs=[{good},{evil}]", "out=out"])

    return Case(f"evaluate: {target} in the second run", play, Expected(EITHER, check=harmless))


def spoken(verb: str, field: Sequence[str], text: str) -> Case:
    """A case of a record whose words are HTML or Markdown."""

    def play(bench: Bench) -> Told:
        run = copied(bench)
        change(run / "run.json", field, text)
        return played(bench, verb, run)

    return Case(f"{verb}: {'.'.join(field)} says {text}", play, Expected(EITHER, check=harmless))


def of_folder(verb: str, text: str) -> Case:
    """A case of a run folder whose name is HTML or Markdown."""
    make: Callable[[Bench], Path] = lambda bench: copied(bench, f"x{text}")  # noqa: E731
    return Case(
        f"{verb}: folder {ascii(text)[1:-1]}", lambda bench: played(bench, verb, make(bench)),
        Expected((0,), check=harmless),
    )  # fmt: skip


def elsewhere(text: str) -> Case:
    """A case of an emotion that is a path: report names files after it."""

    def play(bench: Bench) -> Told:
        run = copied(bench, "deep/er/run")
        change(run / "run.json", ["emotion"], text)
        return bench.call("report", [f"runs={run}", "out=deep/er/out"])

    def check(bench: Bench, told: Told) -> str | None:
        strays = [path for path in bench.folder.rglob("*.png") if "er" not in path.relative_to(bench.folder).parts]
        return f"{strays[0]} was written" if strays else None

    return Case(f"report: emotion {ascii(text)[1:-1]} as a path", play, Expected(EITHER, check=check))
