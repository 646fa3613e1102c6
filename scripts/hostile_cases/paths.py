"""Paths as people have them: names that look like numbers, lists, settings or flags, for every setting of a path."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from hostile_cases import fixtures
from hostile_cases.case import DONE, Bench, Case, Expected, Told, command
from hostile_cases.pictures import sound

NAMES = (
    "2026", "a, b", "emotion=raiva,epochs=1", "av\u00f3", "x (1)", "[red]x", "[1,2]", "{a: 1}", "it's", 'a"b', "1e9",
    "a\\b", "#x", "a b ", "\U0001f600", "$HOME", "a\nb", "???x", "nan", "-x", os.fsdecode(b"Jos\xe9"),
)  # fmt: skip
FEW = ("2026", "emotion=raiva,epochs=1", "av\u00f3", os.fsdecode(b"Jos\xe9"))  # for slow verbs
AT_HOME = "~/x"

Use = Callable[[Bench, str], list[str]]  # makes what the name stands for; gives the arguments


def cases(seed: int) -> list[Case]:
    """All of them."""
    found = []
    for setting, (verb, use, left) in QUICK.items():
        found += [taken(setting, verb, use, left, name) for name in (*NAMES, AT_HOME)]
    for setting, (verb, use, left) in SLOW.items():
        found += [taken(setting, verb, use, left, name) for name in (*FEW, AT_HOME)]
    return found


def taken(setting: str, verb: str, use: Use, left: str, name: str) -> Case:
    """A case of one name for one setting; ``left`` is what must be there afterwards (NAME: the name)."""

    def check(bench: Bench, told: Told) -> str | None:
        path = place(bench, name) if left.startswith("NAME") else bench.folder / "out"
        missing = not (path / left.partition("/")[2]).exists()
        if missing:
            return f"{left} is not there"
        return "a folder ~ was made" if (bench.folder / "~").exists() else None

    play = command(verb, lambda bench: use(bench, name))
    return Case(f"{verb} {setting}={ascii(name)[1:-1]}", play, Expected(DONE, check=check))


def place(bench: Bench, name: str) -> Path:
    """Where a name leads: below the working folder, or at home."""
    return bench.shared / "home" / bench.folder.name / name[2:] if name.startswith("~/") else bench.folder / name


def word(bench: Bench, name: str) -> str:
    """What is typed for it; each case has its own folder at home."""
    return f"~/{bench.folder.name}/{name[2:]}" if name.startswith("~/") else name


def copied(bench: Bench, name: str, source: Path) -> str:
    """Put a copy of ``source`` where the name leads; gives what is typed."""
    path = place(bench, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, path) if source.is_dir() else shutil.copy(source, path)
    return word(bench, name)


def photograph(bench: Bench, name: str) -> str:
    """A photograph of this name."""
    path = place(bench, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sound(".jpg"))
    return word(bench, name)


def weights(bench: Bench) -> str:
    """The run's weights."""
    return f"weights={fixtures.run(bench.shared)}"


def at_home(bench: Bench, name: str) -> str:
    """What is typed for something that is not there yet."""
    place(bench, name).parent.mkdir(parents=True, exist_ok=True)
    return word(bench, name)


QUICK: dict[str, tuple[str, Use, str]] = {
    "data.root": ("inspect", lambda bench, name: [
        "data=folder", "data.crop=square", f"data.root={copied(bench, name, fixtures.few(bench.shared))}",
        "image_size=16", "out=out"], "out/"),
    "out": ("inspect", lambda bench, name: [
        "data=folder", "data.crop=square", f"data.root={fixtures.few(bench.shared)}", "image_size=16",
        f"out={at_home(bench, name)}"],
        "NAME/report.md"),
    "out of faces": ("generate", lambda bench, name: [
        "emotion=raiva", "n=1", weights(bench), f"out={at_home(bench, name)}"], "NAME/grid.png"),
    "weights": ("generate", lambda bench, name: [
        "emotion=raiva", "n=1", f"weights={copied(bench, name, fixtures.run(bench.shared))}",
        "out=out"], "out/grid.png"),
    "project": ("generate", lambda bench, name: [
        f"project={photograph(bench, name)}", "crop=square", "steps=1", weights(bench), "out=out"], "out/grid.png"),
}  # fmt: skip
SLOW: dict[str, tuple[str, Use, str]] = {
    "runs": ("report", lambda bench, name: [f"runs={copied(bench, name, fixtures.run(bench.shared))}"],
             "NAME/report/report.html"),
    "photo": ("recognise", lambda bench, name: [
        f"photo={copied(bench, name, fixtures.few(bench.shared))}", "out=out"], "out/recognised.csv"),
    "run": ("evaluate", lambda bench, name: [
        *fixtures.QUICK, f"run={copied(bench, name, fixtures.run(bench.shared))}", "out=out"], "out/metrics.json"),
    "out of measures": ("evaluate", lambda bench, name: [
        *fixtures.QUICK, f"run={fixtures.run(bench.shared)}", f"out={at_home(bench, name)}"], "NAME/metrics.json"),
    "run_dir": ("train", lambda bench, name: [
        *fixtures.training(bench.shared), "epochs=1", f"run_dir={at_home(bench, name)}"], "NAME/run.json"),
    "init_from": ("train", lambda bench, name: [
        *fixtures.training(bench.shared), "epochs=1", "run_dir=out",
        f"init_from={copied(bench, name, fixtures.run(bench.shared))}"], "out/run.json"),
    "ckpt_path": ("train", lambda bench, name: [
        *fixtures.training(bench.shared), "epochs=3",
        f"ckpt_path={copied(bench, name, fixtures.run(bench.shared))}/checkpoints/last.ckpt"], "NAME/run.json"),
    "data.cache": ("train", lambda bench, name: [
        *fixtures.training(bench.shared), "epochs=1", "run_dir=out", f"data.cache={at_home(bench, name)}"], "NAME/"),
}  # fmt: skip
