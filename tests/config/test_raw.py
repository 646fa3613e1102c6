"""Paths and patterns arrive as they were typed."""

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import example, given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from emogan.config.compose import compose_verb
from emogan.config.raw import listed, protect, quoted, unquoted

PATHS = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=20)
TRICKY = st.text(st.sampled_from("ab'\"\\${}()[],=~ \n\té😀\udce9:#%*"), min_size=1, max_size=10)


# OmegaConf's word for a value that is missing: a file of that name is given as ./???
MISSING = "???"


@settings(deadline=None)
@given((PATHS | TRICKY).filter(lambda value: value != MISSING))
@example(f"./{MISSING}")
def test_any_text_survives_hydra_and_omegaconf(value: str) -> None:
    (override,) = OverridesParser.create().parse_overrides([f"key={quoted(value)}"])
    assert OmegaConf.create({"key": override.value()}).key == value


@settings(deadline=None, max_examples=30)
@given(TRICKY.filter(lambda value: value not in ("null", MISSING) and unquoted(value) == value))
def test_a_project_s_path_is_the_very_path(value: str) -> None:
    assert compose_verb("generate", [protect("generate", f"project={value}", {})]).project == value


@pytest.mark.parametrize(
    ("verb", "argument", "key", "value"),
    [
        ("generate", "project=avó.jpg", "project", "avó.jpg"),
        ("generate", "project=WhatsApp Image 2024 (1).jpeg", "project", "WhatsApp Image 2024 (1).jpeg"),
        ("generate", "project=a, b.jpg", "project", "a, b.jpg"),
        ("generate", "out=emotion=raiva,epochs=1", "out", "emotion=raiva,epochs=1"),
        ("generate", "weights=2026", "weights", "2026"),
        ("generate", 'out="a b"', "out", "a b"),
        ("generate", "out=null", "out", None),
        ("evaluate", "run=2026", "run", "2026"),
        ("evaluate", "data.root=~/x (1)", "data.root", "~/x (1)"),
        ("evaluate", "runs=[a (1),b=c]", "runs", ["a (1)", "b=c"]),
        ("evaluate", "runs=['a, b',c]", "runs", ["a, b", "c"]),
        ("train", "ckpt_path=~/x/last.ckpt", "ckpt_path", "~/x/last.ckpt"),
        ("train", "init_from=1", "init_from", "1"),
        ("train", "data.cache=[red]", "data.cache", "[red]"),
        ("inspect", "data.cache=~", "data.cache", "~"),
        ("recognise", "photo=[a (1).jpg,b=c.jpg]", "photo", ["a (1).jpg", "b=c.jpg"]),
        ("recognise", "photo=a, b (1).jpg", "photo", "a, b (1).jpg"),
        ("report", "runs=$HOME ${x}", "runs", "$HOME ${x}"),
    ],
)
def test_settings_that_are_paths(verb: str, argument: str, key: str, value: object) -> None:
    cfg = compose_verb(verb, [protect(verb, argument, {})])
    assert OmegaConf.select(cfg, key) == value


def test_the_root_of_a_database_is_a_path() -> None:
    argument = protect("train", "data.root=~/faces (1), new=", {"data": "folder"})
    assert compose_verb("train", ["data=folder", argument]).data.root == "~/faces (1), new="


def test_a_pattern_is_taken_as_it_is() -> None:
    argument = protect("train", r"data.pattern=^(?P<person>\d+)_{1,2}'", {"data": "folder"})
    assert compose_verb("train", ["data=folder", argument]).data.pattern == r"^(?P<person>\d+)_{1,2}'"
    assert protect("train", "data.person=[F01,F02]", {"data": "faces"}) == "data.person=[F01,F02]"


def test_what_is_no_path_stays_hydra_s() -> None:
    for argument in ("emotion=raiva,medo", "mix={raiva:1}", "lr=1e-3", "nothing"):
        assert protect("train", argument, {}) == argument


def test_folders_of_hydra_keep_their_interpolations() -> None:
    assert protect("train", "hydra.run.dir=a (1)/${now:%Y}", {}) == "hydra.run.dir='a (1)/${now:%Y}'"


def test_a_folder_named_like_a_list_is_one(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))
    assert listed("[a,b]") == ["a", "b"]
    from pathlib import Path

    Path("[a,b]").mkdir()
    assert listed("[a,b]") is None
