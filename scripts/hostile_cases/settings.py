"""Every setting of every verb with odd values; unknown settings; and extreme ones that must work."""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hostile_cases import fixtures
from hostile_cases.case import DONE, EITHER, REFUSED, Bench, Case, Expected, Told, command
from hostile_cases.oracle import ANY, REFUSE, fate

NOWHERE = "no-such-place"  # what is checked behind the settings: data or weights that are not there
# verb -> the arguments that lead there
DOORS: dict[str, tuple[list[str], ...]] = {
    "train": (
        ["data=folder", "emotion=raiva", f"data.root={NOWHERE}"],
        ["data=folder", "emotion=raiva", f"data.root={NOWHERE}", "model=paper"],
    ),
    "inspect": (["data=kdef", f"data.root={NOWHERE}"],),
    "recognise": ([f"photo={NOWHERE}"],),
    "translate": ([f"photo={NOWHERE}", "emotion=raiva"],),
    "complete": ([f"photo={NOWHERE}"],),
    "generate": (["emotion=raiva", f"weights={NOWHERE}"],),
    "evaluate": ([f"run={NOWHERE}"],),
    "balance": ([f"data.root={NOWHERE}", f"out={NOWHERE}"],),
    "study": (["data=folder", f"data.root={NOWHERE}", f"out={NOWHERE}"],),
    "report": ([f"runs={NOWHERE}"],),
    "render": ([f"out={NOWHERE}"],),
    "export": (["out=made", f"weights={NOWHERE}"],),
    "app": ([f"weights={NOWHERE}", "browser=false"],),
}
VALUES = (
    "null", "", "''", "foo", "-1", "0", "0.5", "1e9", "1e30", "nan", "inf", "-inf", "true", "[]", "{}", "[1,2]",
    "{a:1}", "4294967296", "20261125064200", "2026", "~/x", "a, b.jpg", "emotion=raiva,epochs=1", "av\u00f3.jpg", "???",
    "${foo}", "${oc.env:HOME}", "1e400", "0x10", "[red]", "1 2", "'", "\\", "../..", "9" * 400, "\U0001f600",
)  # fmt: skip
EACH = 2  # values that are drawn for each setting
# What names a folder is taken, and then there is much to do
GOES_ON = ("render", "out"), ("recognise", "photo"), ("translate", "photo"), ("complete", "photo")
OURS = ("hydra",)  # sections that are no settings of ours
WIRING = ("_partial_", "_convert_", "_recursive_", "read", "framing", "module")


def cases(seed: int) -> list[Case]:
    """All of them."""
    chance = random.Random(f"settings {seed}")
    found = []
    for verb, doors in DOORS.items():
        known: set[str] = set()
        for door in doors:
            for key, default in walk(composed(verb, door)):
                if key in known or (verb, key) in GOES_ON:
                    continue
                known.add(key)
                found += [odd(verb, door, key, default, text) for text in chance.sample(VALUES, EACH)]
    found += [odd(verb, door, key, None, text) for verb, door, key, text in KNOWN]
    found += [typed(verb, words, says) for verb, words, says in MISTYPED]
    found += [works(words) for words in EXTREME]
    return found


def composed(verb: str, door: Sequence[str]) -> Mapping[str, Any]:
    """The verb's settings with their defaults, unresolved."""
    from hydra import compose, initialize_config_dir
    from omegaconf import OmegaConf

    from emogan.config.compose import conf_dir

    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        plain = OmegaConf.to_container(compose(verb, list(door)))
    assert isinstance(plain, dict)
    return {str(key): value for key, value in plain.items() if key not in OURS}


def walk(node: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every dotted key, sections too, with its default; without what is only wired to another setting."""
    for key, value in node.items():
        if key in WIRING or (prefix and isinstance(value, str) and value.startswith("${")):
            continue
        yield prefix + key, value
        if isinstance(value, Mapping):
            yield from walk(value, f"{prefix}{key}.")


def odd(verb: str, door: Sequence[str], key: str, default: Any, text: str) -> Case:
    """A case of one value of one setting."""
    wanted = fate(verb, key, default, text)
    shown = text if len(text) < 40 else f"{text[:20]}…"
    words = [word for word in door if not word.startswith(f"{key}=")]

    def prepare(bench: Bench) -> list[str]:
        if verb == "render":
            (bench.folder / NOWHERE).write_text("a file, so that nothing is rendered")
        return [*words, f"{key}={text}"]

    def check(bench: Bench, told: Told) -> str | None:
        last = told.err.strip()
        if told.code == 0:
            return None if wanted == ANY else "taken, and the command went through"
        if NOWHERE in last and not names(last, key, text):
            return None if wanted == ANY else "taken: nothing is said of it"
        return None if names(last, key, text) else f"does not name it: {last}"

    expected = Expected(REFUSED if wanted == REFUSE else EITHER, check=check)
    return Case(f"{verb} {key}={shown} ({door[-1]})", command(verb, prepare), expected)


def names(told: str, key: str, text: str) -> bool:
    """Whether a message names the setting, or the value where that is telling."""
    last = key.rsplit(".", 1)[-1]
    words = {key, last, key.split(".")[0], *({text} if len(text) > 3 else set())}
    return any(re.search(rf"(?<![\w.]){re.escape(word)}(?![\w])", told) for word in words)


def typed(verb: str, words: Sequence[str], says: str) -> Case:
    """A case of something mistyped, that must be answered with what was meant."""
    return Case(f"{verb} {' '.join(words)}", command(verb, lambda bench: list(words)), Expected(REFUSED, (says,)))


def works(words: Sequence[str]) -> Case:
    """A case of an extreme but sensible setting: a training that must go through and say so."""

    def check(bench: Bench, told: Told) -> str | None:
        ended = json.loads((bench.folder / "run" / "run.json").read_text())["ended"]
        return None if ended == "finished" else f"ended: {ended}"

    def prepare(bench: Bench) -> list[str]:
        return [*fixtures.training(bench.shared), "epochs=1", "run_dir=run", *words]

    return Case(f"trains with {' '.join(words)}", command("train", prepare), Expected(DONE, check=check))


FOLDER, KDEF = DOORS["train"][0], DOORS["inspect"][0]
# What was accepted, or ended in a traceback, before
KNOWN: list[tuple[str, list[str], str, str]] = [
    *(("train", FOLDER, *pair) for pair in (
        ("data.centred", "foo"), ("data.centred", "[face]"), ("data.zoom", "1e9"), ("data.rotation", "1e9"),
        ("data.warp", "1e9"), ("penalties.real", "1e9"), ("augment.light", "1e30"), ("seed", "4294967296"),
        ("seed", "20261125064200"), ("batch_size", "1e22"), ("grid", "null"), ("checkpoint", "null"),
        ("penalties", "null"), ("data", "null"), ("model", "null"), ("objective", "foo"), ("debug", "abc"),
        ("trainer.max_epochs", "0"), ("optimizer.fused", "abc"), ("optimizer.betas", "[2,3]"), ("latent_dim", "1e22"),
        ("recogniser.lr", "-1"), ("recogniser.width", "0"), ("recogniser.shift", "100"), ("ckpt_path", "1"),
        ("init_from", "1"), ("trainer.precision", "foo"), ("optimizer._target_", "os.system"),
        ("model.generator._target_", "os.system"), ("trainer._target_", "os.system"),
        ("penalties._target_", "builtins.print"),
    )),
    *(("generate", DOORS["generate"][0], *pair) for pair in (
        ("truncation", "1e30"), ("truncation", "1e22"), ("intensity", "1e39"), ("median", "abc"), ("n", "1e22"),
        ("fps", "1e-9"), ("fps", "1e308"), ("frames", "1e9"), ("emotion", "foo"), ("to", "foo"), ("mix", "{foo:1}"),
        ("mix", "{raiva:-1}"), ("mix", "{raiva:nan}"), ("out", "7"),
    )),
    *(("evaluate", DOORS["evaluate"][0], *pair) for pair in (
        ("median", "abc"), ("faces", "1e22"), ("truncation", "1e22"), ("recogniser.features", "0"), ("weights", "foo"),
        ("emotion", "foo"), ("runs", "2026"), ("run", "2026"), ("neighbours", "1e9"), ("feature._target_", "os.getcwd"),
    )),
    *(("inspect", KDEF, *pair) for pair in (
        ("samples_per_emotion", "null"), ("image_size", "100000"), ("data.angle", "foo"), ("data.sex", "X"),
        ("data", "fashion_mnist"), ("channels", "2"), ("data.read._target_", "os.system"),
    )),
    ("report", DOORS["report"][0], "runs", "2026"), ("report", DOORS["report"][0], "runs", "''"),
]  # fmt: skip
MISTYPED: list[tuple[str, list[str], str]] = [
    *(
        (verb, [*doors[0], *words], says)
        for verb, doors in DOORS.items()
        for words, says in (
            (["num_workers=4"], "num_workers"), (["+num_workers=4"], "num_workers"), (["++new.key=4"], "new"),
            (["raiva"], "raiva"), (["--emotion", "raiva"], "emotion"), (["=3"], "=3"),
        )
    ),
    *((verb, ["sed=3"], "seed") for verb in ("train", "inspect", "generate", "evaluate", "render")),
    ("train", ["epoch=3"], "epochs"), ("train", ["emoton=raiva"], "emotion"), ("train", ["data.zom=2"], "zoom"),
    ("train", ["latentdim=8"], "latent_dim"), ("train", ["batchsize=8"], "batch_size"),
    ("train", ["~epochs"], "epochs"), ("train", ["model=stile"], "style"), ("train", ["data=fodler"], "folder"),
    ("train", ["experiment=papper"], "paper"),
    ("train", ["emotion=raivaa"], "raiva"), ("train", ["emotion=raiva, medo"], "emotion"),
    ("generate", ["weight=packaged"], "weights"), ("generate", ["emotion=furia"], "raiva"),
    ("generate", ["projekt=x.jpg"], "project"), ("evaluate", ["ruN=x"], "run"),
    ("evaluate", ["feature=foo"], "feature"),
    ("report", ["run=x"], "runs"), ("render", ["out=faces", "peopel=3"], "people"), ("inspect", ["data=kdf"], "kdef"),
    ("evaluate", [], "run"), ("report", [], "runs"), ("render", [], "out"), ("generate", [], "emotion"),
    ("train", [], "emotion"),
]  # fmt: skip
EXTREME: tuple[list[str], ...] = (
    ["data.zoom=8", "data.rotation=180"], ["data.flip=1", "data.crop_above=0", "data.warp=0.2"],
    ["data.border=zeros", "data.crop=paper"], ["data.centred=false", "data.people=all", "data.cache=null"],
    ["batch_size=2", "samples_per_emotion=2"], ["lr=1e-8"], ["b1=0", "b2=0"], ["ema_images=null"], ["ema_images=1"],
    ["grid.faces=1", "grid.every=1000000"], ["channels=3", "image_size=32"], ["latent_dim=1", "minutes=1000"],
    ["penalties.every=1"], ["penalties.real=0"], ["augment=none"], ["augment.shift=1", "augment.hide=1"],
    ["objective=hinge"], ["objective=relativistic"], ["objective=bce"], ["seed=4294967295"], ["seed=0"],
    ["checkpoint.every_minutes=1000"],
)  # fmt: skip
