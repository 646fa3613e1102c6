import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from emogan.cli.calling import composed
from emogan.config.check import checked
from emogan.config.compare import differences
from emogan.config.compose import compose_verb, plain
from emogan.core.errors import UserError
from emogan.runs.again import as_typed

Change = Callable[[dict[str, Any]], object]


@cache
def settings_of(*overrides: str) -> dict[str, Any]:
    return plain(checked("train", compose_verb("train", ["run_dir=there", *overrides])))


def recorded(folder: Path, *overrides: str, change: Change = lambda config: None) -> Path:
    """The record of a run with these settings, with a ``change`` in them."""
    config = deepcopy(settings_of(*overrides))
    change(config)
    facts = {"emotion": str(config["emotion"]), "config": config, "ended": "finished"}
    path = folder / "run.json"
    path.write_text(json.dumps(facts), encoding="utf-8")
    return path


ODD = r"it's \\ ${lr} {x}, [1]=2 ~ #"


@pytest.mark.parametrize(
    "overrides",
    [
        ["emotion=[raiva,medo]", "data.angle=[S,HL]", "lr=1e-5", "b1=0.5", "evaluate_every=null", "penalties.real=2"],
        [
            "emotion=raiva",
            "init_from=packaged",
            "data=folder",
            r"data.person='(p\\d+)_'",
            "augment=none",
            "grid.every=7",
        ],
        ["emotion=todas", "model=paper", "objective=hinge", "data=kdef", "data.root=K", "optimizer.fused=false"],
        ["experiment=paper", "emotion=medo", "data=fer2013", "data.root=F", "trainer.deterministic=true"],
        ["experiment=fashion_mnist", "emotion=fashion_mnist"],
        ["model=translator", "data=pairs", "data.root=F", "module.real=3"],
    ],
)
def test_a_record_says_again_what_was_typed(overrides: list[str], tmp_path: Path) -> None:
    if "data=folder" in overrides:
        overrides = [*overrides, f"data.root='{ODD.replace(chr(92), chr(92) * 2).replace(chr(39), chr(92) + chr(39))}'"]
    path = recorded(tmp_path, *[one.replace("trainer.det", "+trainer.det") for one in overrides])
    config = json.loads(path.read_text(encoding="utf-8"))["config"]
    again = plain(checked("train", composed("train", [], {"from_run": path, "run_dir": "there"})))
    assert differences(config, again, free=()) == {"from_run": (None, str(path))}


def test_what_is_given_wins(tmp_path: Path) -> None:
    path = recorded(tmp_path, "emotion=raiva", "lr=1e-5", "data.flip=0.1", "epochs=7", "seed=9")
    again = composed("train", ["lr=0.5", "data=kdef"], {"from_run": path.parent, "data": {"root": "K"}, "seed": 3})
    again = checked("train", again)
    assert (again.lr, again.optimizer.lr, again.seed) == (0.5, 0.5, 3)  # and what follows from it
    assert (again.data.root, again.data.flip) == ("K", 0.5)  # a group that is chosen anew has its own defaults
    assert (again.emotion, again.epochs) == ("raiva", 7)  # all else as it was


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: c["optimizer"].update(_target_="os.system"), r"names optimizer\._target_=os\.system, which no"),
        (lambda c: c.update(objective={"_target_": "os.system", "x": "ls"}), r"names objective\._target_=os\.system"),
        (lambda c: c["data"]["read"].update(_target_="mine.read"), r"give data\.read\._target_=NAME as well"),
        (lambda c: c["data"]["read"].update(_target_=["os.system"]), r"names data\.read\._target_="),
        (lambda c: c["optimizer"].update(betas=[{"_target_": "os.system"}]), r"its record says optimizer\.betas"),
        (lambda c: c.update(lr={"_target_": "os.system"}), r"names lr\._target_=os\.system"),
        (lambda c: c.update(hydra={"run": {"dir": "/etc"}}), r"its record has a setting hydra\.run\.dir"),
        (lambda c: c.update({"a b=c": 1}), "its record has a setting a b=c"),
        (lambda c: c.update(model="../../evil"), "its record has a setting model"),
        (lambda c: c["data"].update(module="evil"), "its data is none of faces, "),
    ],
)  # fmt: skip
def test_a_record_names_no_code(change: Change, told: str, tmp_path: Path) -> None:
    path = recorded(tmp_path, "emotion=raiva", change=change)
    with pytest.raises(UserError, match=told):
        as_typed(str(path), [f"from_run={path}"])


def test_a_record_names_no_folder_to_write_to(tmp_path: Path) -> None:
    path = recorded(
        tmp_path, "emotion=raiva", "data.cache=/elsewhere", "ckpt_path=/elsewhere", "resume=auto", "debug=true"
    )
    assert not [
        one
        for one in as_typed(str(path), [f"from_run={path}"])
        if "elsewhere" in one or "resume" in one or "debug" in one
    ]


def test_a_class_of_one_s_own_is_named_again_by_its_person(tmp_path: Path) -> None:
    own = ["model.generator._target_=mine.Net", "~model.generator.width", "+model.generator.wide=32"]
    path = recorded(tmp_path, "emotion=raiva", *own)
    with pytest.raises(UserError, match=r"give model\.generator\._target_=NAME as well"):
        as_typed(str(path), [f"from_run={path}"])
    for overrides, settings in (([own[0]], {}), ([], {"model": {"generator": {"_target_": "mine.Net"}}})):
        again = composed("train", overrides, {**settings, "from_run": path})
        assert (again.model.generator.wide, "width" in again.model.generator) == (32, False)


def test_what_does_not_go_together_is_told(tmp_path: Path) -> None:
    path = recorded(tmp_path, "emotion=raiva")
    with pytest.raises(UserError, match=r"experiment=paper beside from_run=.*: give one of them"):
        composed("train", ["experiment=paper"], {"from_run": path})
    with pytest.raises(UserError, match=r"from_run=.*nowhere cannot be trained again: .* does not exist"):
        composed("train", [f"from_run={tmp_path / 'nowhere'}"], {})
