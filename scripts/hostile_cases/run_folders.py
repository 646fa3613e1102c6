"""Run folders that are torn, foreign, of another version, or say what they should not."""

import codecs
import json
import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hostile_cases import fixtures, pages
from hostile_cases.case import DONE, EITHER, REFUSED, Bench, Case, Expected, Told

VERBS = ("report", "evaluate", "resume", "generate", "again")
EACH = 40  # wrong values that are drawn for fields of run.json, over all verbs
WRONG: tuple[Any, ...] = (
    None, "x", "", [], {}, -1, 0, 1e308, True, float("nan"), [1, [2, [3]]], {"_target_": "os.system"}, "../../x",
    "2" * 5000, "<script>alert(1)</script>", 2**70,
)  # fmt: skip
REMOVED = object()


def cases(seed: int) -> list[Case]:
    """All of them."""
    chance = random.Random(f"run folders {seed}")
    found = [
        of_text(verb, "run.json", name, change) for verb in VERBS for name, change in TEXTS.items()
    ] + [
        of_text(verb, "losses.csv", name, change)
        for verb in ("report", "resume")
        for name, change in {**TEXTS, **TABLES}.items()
    ]  # fmt: skip
    for _ in range(EACH):
        verb, path, value = chance.choice(VERBS), chance.choice(FIELDS), chance.choice((*WRONG, REMOVED))
        found.append(of_field(verb, path, value))
    found += [of_field("report", path, REMOVED) for path in FIELDS if len(path) == 1]
    found += [of_field("evaluate", path, REMOVED) for path in FIELDS if len(path) == 1]
    found += [beside(verb, name, content) for verb in ("report", "resume=auto", "evaluate") for name, content in
              (("torn", b"{"), ("binary", bytes(range(256))), ("list", b"[]"), ("foreign", b'{"a": 1}'))]  # fmt: skip
    found += [missing(verb, name) for verb in VERBS for name in LEAVES]
    return list({case.name: case for case in found}.values())


TEXTS: dict[str, Callable[[bytes], bytes]] = {
    "torn": lambda text: text[: len(text) // 2],
    "torn at its end": lambda text: text[:-3],
    "empty": lambda text: b"",
    "binary": lambda text: random.Random(1).randbytes(2000),
    "zeros": lambda text: bytes(4096),
    "BOM": lambda text: codecs.BOM_UTF8 + text,
    "UTF-16": lambda text: text.decode().encode("utf-16"),
    "Latin-1": lambda text: text.replace(b"raiva", b"ra\xedva").replace(b"epoch", b"\xe9poch"),
    "null": lambda text: b"null",
    "number": lambda text: b"7",
    "list": lambda text: b"[1, 2]",
    "text": lambda text: b'"x"',
    "deep": lambda text: b"[" * 100_000,
    "deep objects": lambda text: b'{"config":' * 50_000 + b"1" + b"}" * 50_000,
    "HTML": lambda text: b"<html><body>404</body></html>",
    "huge number": lambda text: b'{"config": ' + b"9" * 10_000 + b"}",
    "twice": lambda text: text + text,
    "foreign": lambda text: b'{"name": "other", "version": "1.0", "config": "x"}',
    "older": lambda text: text.replace(b'"images"', b'"pictures"').replace(b'"config"', b'"settings"'),
}
TABLES: dict[str, Callable[[bytes], bytes]] = {
    "a word for a number": lambda text: text.replace(b"0.", b"x.", 3),
    "a long row": lambda text: text + b"1,2,3,4,5,6,7,8,9,10,11,12,13\n",
    "a short row": lambda text: text + b"9\n",
    "a missing column": lambda text: b"\n".join(line.partition(b",")[2] for line in text.splitlines()),
    "NULs": lambda text: text.replace(b",", b"\0,", 4),
    "a huge field": lambda text: text + b"9" * 300_000 + b",1,1\n",
    "a quote that stays open": lambda text: text + b'"9,1,1\n',
    "no header": lambda text: text.partition(b"\n")[2],
    "infinite": lambda text: text.replace(b"0.", b"inf#0.", 1).replace(b"#0.", b""),
    "a script": lambda text: text.replace(b"epoch", b"epoch<script>alert(1)</script>", 1),
}
FIELDS: tuple[tuple[str, ...], ...] = (
    *((name,) for name in ("config", "ended", "emotion", "images", "seconds", "peak_memory_bytes", "epochs_done",
                           "versions", "seed", "images_seen", "started", "resumed", "parameters")),
    *(("images", name) for name in ("count", "sha256", "left_out")),
    *(("config", name) for name in ("data", "model", "emotion", "epochs", "init_from", "seed", "image_size",
                                    "channels", "latent_dim")),
    *(("config", "data", name) for name in ("read", "framing", "module", "people", "cache", "root", "centred")),
    ("config", "data", "read", "root"), ("config", "data", "read", "_target_"), ("config", "data", "module", "read"),
    ("config", "data", "framing", "image_size"), ("config", "data", "framing", "crop"),
    ("config", "data", "module", "emotion"), ("config", "data", "module", "batch_size"),
    ("config", "model", "generator"), ("config", "model", "generator", "_target_"),
)  # fmt: skip
LEAVES = ("losses.csv", "samples", "checkpoints", "checkpoints/generator.safetensors", "run.json", "tensorboard")


def copied(bench: Bench, name: str = "run") -> Path:
    """A run of the case's own."""
    path = bench.folder / name
    shutil.copytree(fixtures.run(bench.shared), path)
    return path


def played(bench: Bench, verb: str, run: Path) -> Told:
    """Use a run folder the way that ``verb`` does."""
    if verb == "report":
        return bench.call("report", [f"runs={run}", "out=out"])
    if verb == "evaluate":
        return bench.call("evaluate", [*fixtures.QUICK, f"run={run}", "out=out"])
    if verb == "generate":
        return bench.call("generate", ["emotion=raiva", "n=1", f"weights={run}", "out=out"])
    if verb == "again":
        return bench.call("train", [f"from_run={run}", "epochs=1", "run_dir=out"])
    return bench.call(
        "train", [*fixtures.training(bench.shared), "epochs=3", f"ckpt_path={run / 'checkpoints' / 'last.ckpt'}"]
    )


def harmless(bench: Bench, told: Told) -> str | None:
    """What every run folder must leave true: no code ran, no page holds a tag or a link of it."""
    if list(bench.folder.rglob("PWNED")) or (bench.shared / "PWNED").exists():
        return "code ran"
    return pages.carries(bench.folder / "out")


def of_text(verb: str, file: str, name: str, change: Callable[[bytes], bytes]) -> Case:
    """A case of a file of the run with other bytes."""

    def play(bench: Bench) -> Told:
        path = copied(bench) / file
        path.write_bytes(change(path.read_bytes()))
        return played(bench, verb, path.parent)

    return Case(f"{verb}: {name} {file}", play, Expected(EITHER, check=harmless))


def of_field(verb: str, path: Sequence[str], value: Any) -> Case:
    """A case of one field of run.json with another value, or without it."""

    def play(bench: Bench) -> Told:
        run = copied(bench)
        change(run / "run.json", path, value)
        return played(bench, verb, run)

    shown = "missing" if value is REMOVED else f"{value!r}"[:30]
    return Case(f"{verb}: {'.'.join(path)} {shown}", play, Expected(EITHER, check=harmless))


def change(record: Path, path: Sequence[str], value: Any) -> None:
    """Set one field of a record, or take it away."""
    facts = node = json.loads(record.read_text())
    for name in path[:-1]:
        node = node.setdefault(name, {})
    if value is REMOVED:
        node.pop(path[-1], None)
    else:
        node[path[-1]] = value
    record.write_text(json.dumps(facts))


def beside(verb: str, name: str, content: bytes) -> Case:
    """A case of a good run that a bad one lies beside: the good one must be taken all the same."""

    def play(bench: Bench) -> Told:
        good = copied(bench, "outputs/good")
        bad = copied(bench, "outputs/bad")
        (bad / "run.json").write_bytes(content)
        if verb != "resume=auto":
            return played(bench, verb, bench.folder / "outputs")
        change(good / "run.json", ["config", "epochs"], 3)
        change(good / "run.json", ["ended"], "still running, or killed")
        return bench.call("train", [*fixtures.training(bench.shared), "epochs=3", "resume=auto", "run_dir=new"])

    def check(bench: Bench, told: Told) -> str | None:
        if verb == "resume=auto" and (bench.folder / "new" / "run.json").exists():
            return "began anew instead of going on with the good run"
        return harmless(bench, told)

    return Case(f"{verb}: a good run beside a {name} one", play, Expected(DONE, ("bad",), check=check))


def missing(verb: str, name: str) -> Case:
    """A case of a run that lacks something."""

    def play(bench: Bench) -> Told:
        run = copied(bench)
        path = run / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        return played(bench, verb, run)

    codes = REFUSED if (verb, name) in NEEDED else EITHER
    return Case(f"{verb}: without {name}", play, Expected(codes, check=harmless))


NEEDED = {("resume", "checkpoints"), ("evaluate", "checkpoints"), ("generate", "checkpoints"), ("evaluate", "run.json")}
