"""Every setting of every verb is declared: its range, its kind, and what to say of a wrong value."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf

from emogan.config.check import checked, flat
from emogan.config.compose import compose_verb
from emogan.config.verbs import VERBS
from emogan.core.errors import UserError

NEEDED = {
    "train": ["emotion=raiva", "run_dir=run"],
    "generate": ["emotion=raiva"],
    "evaluate": ["run=run"],
    "inspect": [],
    "recognise": ["photo=a.jpg"],
    "translate": ["photo=a.jpg", "emotion=raiva"],
    "complete": ["photo=a.jpg"],
    "balance": ["data.root=F", "out=balanced"],
    "study": ["out=study"],
    "render": ["out=faces"],
    "report": ["runs=runs"],
    "export": ["out=out"],
}
# Every choice of every group is composed at least once.
CONFIGS = [
    ("train", []),
    ("train", ["model=paper", "objective=hinge", "augment=none"]),
    ("train", ["experiment=paper", "data=kdef", "data.root=K"]),
    ("train", ["data=folder", "data.root=F", "objective=relativistic"]),
    ("train", ["data=fer2013", "data.root=F"]),
    ("train", ["data=shards", "data.root=F"]),
    ("train", ["experiment=fashion_mnist", "emotion=fashion_mnist"]),
    ("generate", []),
    ("evaluate", []),
    ("evaluate", ["feature=inception"]),
    ("evaluate", ["feature=packaged"]),
    ("inspect", []),
    ("recognise", []),
    ("translate", []),
    ("complete", []),
    ("balance", []),
    ("study", []),
    ("study", ["data=folder", "data.root=F"]),
    ("render", []),
    ("report", []),
    ("export", []),
    ("export", ["out=null", "sheet=faces.png"]),
    ("export", ["out=null", "gltf=person.glb", "person=M02", "photos=[a.jpg,b.jpg]"]),
]
NONSENSE: list[Any] = [math.nan, math.inf, -1e30, {"a": 1}, [[]], "", "\0"]


def config(verb: str, *overrides: str) -> DictConfig:
    return compose_verb(verb, [*NEEDED[verb], *overrides])


def leaves(values: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + str(key), value


@pytest.mark.parametrize(("verb", "overrides"), CONFIGS)
def test_the_defaults_pass_and_come_back_as_they_are(verb: str, overrides: list[str]) -> None:
    cfg = config(verb, *overrides)
    found = checked(verb, cfg)
    assert OmegaConf.to_container(found) == OmegaConf.to_container(cfg, resolve=True)
    assert checked(verb, found) == found


@pytest.mark.parametrize(("verb", "overrides"), CONFIGS)
def test_no_setting_takes_nonsense(verb: str, overrides: list[str]) -> None:
    values = OmegaConf.to_container(config(verb, *overrides), resolve=True)
    assert isinstance(values, dict)
    cfg = OmegaConf.create(values)
    for number, (key, usual) in enumerate(leaves(values)):
        if key.endswith(("_target_", "_convert_")):
            continue
        value = NONSENSE[number % len(NONSENSE)]
        OmegaConf.update(cfg, key, value, merge=False)
        try:
            checked(verb, cfg)
            pytest.fail(f"{key}={value!r} passed")
        except UserError as error:
            caught = str(error)
        # A value that others are made of is told under its own name.
        assert key.rsplit(".", 1)[-1] in caught or "emotion" in caught, (key, value, caught)
        OmegaConf.update(cfg, key, usual, merge=False)


@pytest.mark.parametrize(("verb", "overrides"), CONFIGS)
def test_no_section_takes_a_setting_that_there_is_none_of(verb: str, overrides: list[str]) -> None:
    values = OmegaConf.to_container(config(verb, *overrides), resolve=True)
    assert isinstance(values, dict)
    cfg = OmegaConf.create(values)
    known = {str(key): value for key, value in values.items()}
    parts = [key for key in flat(known) if isinstance(OmegaConf.select(cfg, key), DictConfig)]
    for part in ["", *parts]:
        name = f"{part}.brand_new".lstrip(".")
        OmegaConf.update(cfg, name, 1, force_add=True)
        with pytest.raises(UserError, match=f"{verb} has no setting {name}"):
            checked(verb, cfg)
        del (OmegaConf.select(cfg, part) if part else cfg)["brand_new"]


@pytest.mark.parametrize(
    ("verb", "override", "told"),
    [
        ("train", "data.centred=foo", "data.centred=foo is not usable: expected true or false"),
        ("train", "data.centred=no", "data.centred=no is not usable: expected true or false"),
        ("train", "data.zoom=1e9", "data.zoom=1000000000.0 is not usable: expected a number from 1 to 100"),
        ("train", "data.rotation=1e9", "expected a number from 0 to 180"),
        ("train", "penalties.real=1e9", "expected a number from 0 to 10,000"),
        ("train", "seed=4294967296", "seed=4294967296 is not usable: expected a whole number from 0 to 4,294,967,295"),
        ("train", "batch_size=1e22", "batch_size=1e+22 is not usable: expected a whole number from 2 to 100,000"),
        ("train", "grid=null", "grid=null is not usable: expected a section with settings of its own"),
        ("train", "checkpoint=null", "checkpoint=null is not usable"),
        ("train", "trainer.max_epochs=1", "a training is as long as epochs=VALUE says"),
        ("train", "+trainer.max_steps=1", "train has no setting trainer.max_steps"),
        ("train", "+trainer.fast_dev_run=true", "train has no setting trainer.fast_dev_run"),
        ("train", "trainer.devices=3", "trainer.devices=3 is not usable: expected 1"),
        ("train", "+new=1", "train has no setting new"),
        ("train", "+epoch=1", "train has no setting epoch: did you mean epochs=VALUE?"),
        ("train", "+model.generator.witdh=1", "did you mean model.generator.width=VALUE?"),
        ("train", "+num_workers=4", "train has no setting num_workers: images are decoded once and kept in memory"),
        ("train", "model.generator.width=0", "expected a whole number from 1 to 4,096"),
        ("train", "optimizer.betas=[1,2]", "optimizer.betas.0=1 is not usable"),
        ("train", "optimizer.fused=abc", "optimizer.fused=abc is not usable: expected true or false"),
        ("train", "objective._target_=foo", "expected the full name of a class"),
        ("train", "emotion=odio", "Unknown emotion 'odio': expected one of felicidade, medo"),
        ("train", "data=folder data.root=F data.person=abc", "expected a regular expression with a group"),
        ("train", "data.in_memory=2GB", "data.in_memory=2GB is not usable: expected a number from 0 to 1,000,000"),
        ("evaluate", "data.on_disk=-1", "data.on_disk=-1 is not usable: expected a number from 0 to 1,000,000"),
        ("train", "data.module=null", "data.module=null is not usable: expected a data module"),
        ("generate", "truncation=1e30", "truncation=1e+30 is not usable: expected a number from 0 to 2"),
        ("generate", "median=abc", "median=abc is not usable: expected true or false"),
        ("generate", "fps=1e308", "fps=1e+308 is not usable: expected a number from 1 to 50"),
        ("generate", "mix={odio:1}", "expected shares of emotions such as"),
        ("evaluate", "median=abc", "median=abc is not usable: expected true or false"),
        ("evaluate", "recogniser.shift=100", "recogniser.shift=100 is not usable: expected a number from 0 to 0.5"),
        ("evaluate", "measures=sharpness", "expected the full name of a function, as mine.sharpness, or several"),
        ("evaluate", "runs=[]", "runs=[] is not usable: expected one folder or several"),
        ("inspect", "image_size=100000", "image_size=100000 is not usable: expected a whole number from 4 to 4,096"),
        ("inspect", "samples_per_emotion=null", "samples_per_emotion=null is not usable"),
        ("recognise", "faces=some", "faces=some is not usable: expected one of all, largest"),
        ("translate", "intensity=2", "intensity=2 is not usable: expected a number from 0 to 1.5"),
        ("translate", "actions={jawOpen:3}", "is not usable: expected facial actions that emogan recognise lists"),
        ("translate", "actions={jawopen:1}", "is not usable: expected facial actions that emogan recognise lists"),
        ("translate", "actions={}", "is not usable: expected facial actions that emogan"),
        ("recognise", "photo=[]", "photo=[] is not usable: expected a photograph, a folder of them or several"),
        ("evaluate", "feature=packaged +feature.weights=x", "evaluate has no setting feature.weights"),
        ("render", "debug=abc", "debug=abc is not usable: expected true or false"),
    ],
)  # fmt: skip
def test_wrong_values_are_told(verb: str, override: str, told: str) -> None:
    with pytest.raises(UserError) as caught:
        checked(verb, config(verb, *override.split()))
    assert told in str(caught.value)


def test_a_path_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    found = checked("train", config("train", "data=folder", "data.root='~/faces'"))
    assert found.data.root == found.data.read.root == "/home/ana/faces"


def test_a_class_of_one_s_own_is_its_own_business() -> None:
    overrides = [
        "model.generator._target_=mine.Generator",
        "+model.generator.anything=3",
        "objective._target_=mine.Loss",
    ]
    found = checked("train", config("train", *overrides))
    assert found.model.generator.anything == 3


def test_what_one_s_own_function_reads_is_checked_but_for_its_arguments() -> None:
    own = ["data=own", "data.read._target_=mine.read", "data.root=F"]
    found = checked("train", config("train", *own, "+data.read.table=x.csv"))
    assert (found.data.read.root, found.data.read.table) == ("F", "x.csv")
    with pytest.raises(UserError, match=r"data\.flip=3 is not usable"):
        checked("train", config("train", *own, "data.flip=3"))
    with pytest.raises(UserError, match=r"data\.read\._target_ is missing"):
        checked("train", config("train", "data=own", "data.root=F"))


def test_every_verb_has_a_config_and_settings() -> None:
    for verb in VERBS:
        try:
            compose_verb(verb, [])
        except HydraException:
            pytest.fail(f"conf/{verb}.yaml is not there")


def test_a_pair_of_whole_numbers_is_one_of_numbers() -> None:
    betas = checked("train", config("train", "b1=0", "b2=0")).optimizer.betas
    assert [type(beta) for beta in betas] == [float, float]
