"""The command line as a person meets it."""

import logging
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from emogan.cli.command import note_failed, run, tell_failed_jobs
from emogan.cli.help import text_of
from emogan.cli.verbs import VERBS, choose
from emogan.config import verbs


@pytest.fixture(autouse=True)
def log_handlers() -> Iterator[None]:
    """Hydra gives the root logger handlers that write to a test's own stdout."""
    before = list(logging.getLogger().handlers)
    yield
    logging.getLogger().handlers = before


def emogan(*arguments: str, cwd: Path, **settings: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "emogan", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False, **settings)  # type: ignore[call-overload,no-any-return]


def test_without_a_verb_it_lists_them(tmp_path: Path) -> None:
    shown = emogan(cwd=tmp_path)
    assert shown.returncode == 0
    lines = [line.split() for line in shown.stdout.splitlines()]
    for verb in verbs.VERBS:
        assert any(line[:1] == [verb] and len(line) > 3 for line in lines)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("trian", f"trian is no verb ({', '.join(VERBS)}): did you mean emogan train?"),
        ("emotion=raiva", "a verb comes first, as in emogan train emotion=raiva."),
    ],
)
def test_a_word_that_is_no_verb(typed: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        choose([typed])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("verb", VERBS)
def test_help_shows_examples_and_a_verb_s_own_settings(verb: str) -> None:
    text = text_of(verb)
    assert all(f"  emogan {verb} {example}" in text for example in VERBS[verb].examples)
    own = {name for name in verbs.VERBS[verb].model_fields if name not in ("data", "model", "run_dir", "feature")}
    for name in own - {"objective", "augment", "trainer", "recogniser", "module"}:
        assert f"\n  {name}=" in text or f"\n  {name}." in text, name
    assert "evaluate_every" not in text or verb == "train"
    assert all(len(line) <= 120 for line in text.splitlines())


def test_help_has_comments_groups_and_no_plumbing() -> None:
    text = text_of("train")
    assert "minutes=null" in text
    assert "the most to train, if that comes before the last epoch" in text
    assert "data=…  one of faces, " in text
    assert text.count("  data.people=") == 1
    assert not any(word in text for word in ("_target_", "_partial_", "data.module", "???"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["train", "emotion=raiva", "epoch=3"], "train has no setting epoch: did you mean epochs=VALUE?"),
        (["train", "emotion=raiva", "num_workers=4"], "train has no setting num_workers: images are decoded once"),
        (["train", "data=kdfe"], "data=kdfe is not there: expected one of"),
        (["train", "=3"], "=3 names no setting: expected setting=value."),
        (["train", "seed=emotion=raiva,epochs=1"], "seed=emotion=raiva,epochs=1 cannot be read"),
        (["train", "data=null"], "data=null is not there: expected one of"),
        (["train", "emotion=raiva", "lr=0"], "lr=0 is not usable: expected a number above 0, at most 10"),
        (["train", "emotion=ódio"], "Unknown emotion 'ódio': expected one of felicidade"),
        (["train", "emotion=raiva", "mix={a:"], "mix={a: cannot be read: expected setting=value"),
        (["generate", "raiva"], "raiva is no setting: expected setting=value, such as emotion=raiva."),
        (["generate", "--emotion", "raiva"], "--emotion is no flag of generate: settings are given as emotion=VALUE"),
        (["train", "-m", "emotion=raiva,foo", "epochs=1"], "The sweep's job emotion=foo: Unknown emotion 'foo'"),
        (["train", "-m", "emotion=raiva", "lr=1e-3,0"], "lr=0 is not usable"),
        (["train", "emotion=raiva", "data.root=X"], "data.root goes with data=kdef or data=folder or data=fer2013"),
        (["evaluate", "faces=x", "run=2026"], "faces=x is not usable: expected a whole number"),
    ],
)
def test_mistakes_are_one_line_and_leave_nothing(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments[0], arguments[1:]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("emogan: ")
    assert told in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""
    assert list(tmp_path.iterdir()) == []


def test_help_shows_the_choices_made() -> None:
    text = text_of("train", ["data=folder", "augment=diff"])
    assert "\n  data.root=\n" in text
    assert "\n  data.pattern=null" in text
    assert "\n  augment.light=0.2" in text
    assert "data.angle" not in text
    assert re.search(r"\n  data.people=all +train: some people are kept aside", text)
    assert text.count("\n  epochs=") == 1


def test_a_job_that_failed_is_remembered_whatever_its_name(tmp_path: Path) -> None:
    note_failed(tmp_path, "project=Jos\udce9.jpg: no")
    assert tell_failed_jobs(tmp_path) == 2
    note_failed(tmp_path / "gone", "x")


def test_a_wrong_value_is_refused_before_anything_slow_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys; from emogan.cli.command import run;"
        "print(run('train', ['emotion=raiva', 'lr=0']), 'torch' in sys.modules)"
    )
    began = time.monotonic()
    shown = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["2", "False"]
    assert time.monotonic() - began < 10  # 1 s on a machine that does nothing else


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_s_module_loads_anything_slow(verb: str, tmp_path: Path) -> None:
    code = f"import sys, emogan.{verb}; print([name for name in ('torch', 'matplotlib', 'PIL') if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_ctrl_c_while_it_loads_is_one_line(tmp_path: Path) -> None:
    slow = (
        "import sys, time, types; import emogan.cli.command as c; sys.argv[1:] = ['emotion=raiva'];"
        "c.importlib = types.SimpleNamespace(import_module=lambda _: (print('loading', flush=True), time.sleep(30)));"
        "from emogan.cli.start import main; main('generate')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", slow], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "loading\n"
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told.strip() == "emogan: interrupted before there was anything to save."


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_text("in the way")
    shown = emogan("train", "emotion=raiva", cwd=tmp_path)
    assert shown.returncode == 2
    assert "Traceback" not in shown.stderr
    assert "outputs" in shown.stderr
    assert shown.stderr.count("\n") == 1
