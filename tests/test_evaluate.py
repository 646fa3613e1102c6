import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig

import emogan
from emogan.config.compose import conf_dir
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.data.people import held_out
from emogan.evaluate import evaluate, main
from emogan.metrics.comparison import BLURRED, COPIES, NOISE, REAL
from emogan.runs.systems import unseen_by
from emogan.training.loop import train
from tests.conftest import TINY
from tests.data.pictures import write_face
from tests.typed import typed

QUICK = ["recogniser.steps=5", "recogniser.batch=8", "recogniser.width=8", "faces=20", "bootstrap=3", "subsets=3"]


def config(*overrides: str) -> DictConfig:
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        return compose("evaluate", [*QUICK, *overrides])


@pytest.fixture(scope="module")
def sweep(six_emotions: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A run of each emotion."""
    root = tmp_path_factory.mktemp("sweep") / "tiny"
    for emotion in Emotion:
        base = [f"emotion={emotion}", "data=folder", f"data.root={six_emotions}", "data.people=train", *TINY]
        with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
            train(compose("train", [*base, "epochs=1", f"run_dir={root / emotion.value}"]))
    yield root


def test_a_sweep_is_measured_with_yardsticks(sweep: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(config(f"run={sweep}"))
    out = sweep / "evaluation"
    found = json.loads((out / "metrics.json").read_text())
    assert list(found["rows"]) == [REAL, BLURRED, NOISE, COPIES, "tiny"]
    row = found["rows"]["tiny"]
    assert set(row["all"]) == {
        "kid", "fid", "precision", "recall", "density", "coverage", "accuracy", "diversity", "copying", "cas",
    }  # fmt: skip
    assert row["all"]["kid"]["spread"] > 0 and row["all"]["fid"]["spread"] is None
    assert list(row["emotions"]) == [emotion.value for emotion in Emotion]
    assert sum(map(sum, row["confusion"])) == 6 * 20
    assert found["rows"][COPIES]["all"]["copying"]["value"] == 1
    assert all(person.startswith("p") for person in found["data"]["people_kept_aside"])

    page = (out / "report.html").read_text()
    assert page.count("data:image/png;base64,") == 4  # faces and closest pairs, of real ones and of the system
    assert not re.search(r'(src|href)="(?!data:)', page)
    printed = capsys.readouterr().out
    assert "All emotions" in printed and "Each emotion" in printed
    assert "Warning: FID of" in printed


def test_the_same_command_gives_the_same_numbers(sweep: Path, tmp_path: Path) -> None:
    first, second = (evaluate(config(f"run={sweep}", f"out={tmp_path / name}")).measures for name in "ab")
    assert first == second


def test_faces_that_lie_in_a_file_have_the_same_numbers(
    sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emogan.data.mapped.PORTION", 2048)
    held = evaluate(config(f"run={sweep / 'medo'}", f"out={tmp_path / 'held'}", f"cache={tmp_path / 'one'}"))
    cache = tmp_path / "other"
    streamed = evaluate(
        config(f"run={sweep / 'medo'}", f"out={tmp_path / 'streamed'}", f"cache={cache}", "data.in_memory=0")
    )
    assert held.measures == streamed.measures
    assert list(cache.glob("*.images")) and not list(cache.glob("*.npz"))


def test_one_run_one_checkpoint_and_one_emotion_of_a_sweep_agree(sweep: Path, tmp_path: Path) -> None:
    asked = (
        f"run={sweep / 'medo'}",
        f"ckpt_path={sweep / 'medo' / 'checkpoints' / 'last.ckpt'}",
        f"run={sweep} emotion=AF",
    )
    rows = []
    for number, words in enumerate(asked):
        out = evaluate(config(*words.split(), f"out={tmp_path / str(number)}")).folder
        rows.append([*json.loads((out / "metrics.json").read_text())["rows"].values()][-1])
    assert rows[0] == rows[1] == rows[2]
    assert "cas" not in rows[0]["all"]


def test_several_runs_stand_side_by_side(sweep: Path, tmp_path: Path) -> None:
    out = evaluate(config(f"runs=[{sweep / 'medo'},{sweep / 'raiva'}]", f"out={tmp_path}")).folder
    rows = json.loads((out / "metrics.json").read_text())["rows"]
    assert list(rows)[-2:] == ["medo", "raiva"]
    assert list(rows["raiva"]["emotions"]) == ["raiva"]


def test_another_feature_space(sweep: Path, tmp_path: Path) -> None:
    """Any module that makes vectors of images in [0, 1]."""
    out = evaluate(config(f"run={sweep / 'medo'}", "feature._target_=torch.nn.Flatten", f"out={tmp_path}")).folder
    own = evaluate(config(f"run={sweep / 'medo'}", f"out={tmp_path / 'own'}")).folder
    rows = [json.loads((folder / "metrics.json").read_text())["rows"]["medo"]["all"] for folder in (out, own)]
    assert rows[0]["kid"] != rows[1]["kid"]
    assert rows[0]["accuracy"] == rows[1]["accuracy"]


def test_the_packaged_space_needs_a_dozen_faces_and_no_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dozen of people kept aside, a dozen to learn from, a dozen generated; the same command gives the same."""
    people = [f"p{number:03d}" for number in range(90)]
    for aside in (True, False):
        for person in [person for person in people if held_out(person) is aside][:12]:
            write_face(tmp_path / "dozen" / "medo" / f"{person}.png", int(person[1:]), (40, 50))
    base = ["emotion=medo", "data=folder", f"data.root={tmp_path / 'dozen'}", "data.people=train", *TINY, "epochs=1"]
    base.append(r"data.person='(p\d+)'")
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        run = train(compose("train", [*base, f"run_dir={tmp_path / 'run'}"])).folder

    def no_training(*_: object) -> None:
        raise AssertionError("a recogniser was asked for")

    monkeypatch.setattr("emogan.reports.evaluating.recogniser_of", no_training)
    asked = (f"run={run}", "feature=packaged", "faces=12")
    first, again = (evaluate(config(*asked, f"out={tmp_path / name}")) for name in "ab")
    assert {"kid", "coverage", "accuracy", "diversity", "copying"} < set(first.measures["run"]["all"])
    assert first.measures == again.measures
    assert len(first.found["data"]["people_kept_aside"]) == 12
    assert first.measures[COPIES]["all"]["copying"]["value"] == 1
    assert "Features and emotion accuracy are those of the recogniser that comes with emogan." in first.notes
    with pytest.raises(AssertionError, match="a recogniser was asked for"):
        evaluate(config(f"run={run}", "faces=12", f"out={tmp_path / 'c'}"))


def test_networks_that_saw_everybody_are_not_searched_for_copies(
    six_emotions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ["emotion=raiva", "data=folder", f"data.root={six_emotions}", *TINY, "epochs=1"]
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        folder = train(compose("train", [*base, f"run_dir={tmp_path / 'run'}"])).folder
    capsys.readouterr()
    found = evaluate(config(f"run={folder}"))
    assert "copying" not in found.measures["run"]["all"]
    assert any("run learnt from people that are kept aside (not data.people=train)" in note for note in found.notes)
    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Nothing to evaluate is given: expected one of run=FOLDER, ckpt_path=FILE or runs=[FOLDER,FOLDER]."),
        (["run=x", "runs=[y]"], "run and runs given: expected one of"),
        (["run=nowhere"], "nowhere holds no run with checkpoints/generator.safetensors"),
        (["run={sweep}", "emotion=medo", "weights=best"], "holds no run of medo with checkpoints/best.safetensors"),
        (["run={sweep}", "faces=5"], "faces=5 is too few: KID and coverage need at least 12 of each emotion."),
        (["run={sweep}", "neighbours=30"], "need at least 62 real faces of people kept aside of felicidade, got"),
        (["run={sweep}", "weights=newest"], "weights=newest is not usable"),
        (["run={sweep}", "subset_size=1"], "subset_size=1 is not usable"),
        (["ckpt_path={sweep}/medo/checkpoints/last.ckpt", "emotion=raiva"], "draws medo, not raiva"),
        (["ckpt_path=x.ckpt", "weights=best"], "weights=best goes with run=FOLDER: ckpt_path=x.ckpt names a file"),
        (["runs=nowhere"], "nowhere holds no run"),
        (["ckpt_path=nothing.ckpt"], "ckpt_path=nothing.ckpt is not in a run folder"),
    ],
)
def test_wrong_questions_are_answered_before_any_work(sweep: Path, words: list[str], message: str) -> None:
    with pytest.raises(UserError, match=re.escape(message)):
        evaluate(config(*(word.format(sweep=sweep) for word in words)))


def test_runs_of_other_image_sizes_are_not_compared(sweep: Path, train_config: Callable[..., DictConfig]) -> None:
    other = train(train_config("image_size=32")).folder
    with pytest.raises(
        UserError, match=r"has data.framing.image_size=16, .* has data.framing.image_size=32: measures of both cannot"
    ):
        evaluate(config(f"runs=[{sweep / 'medo'},{other}]"))


def test_two_runs_of_one_emotion_are_no_system(sweep: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        shutil.copytree(sweep / "medo", tmp_path / name)
    with pytest.raises(UserError, match=r"holds two runs of medo: .* compare with runs="):
        evaluate(config(f"run={tmp_path}"))


def test_a_generator_of_another_emotion_in_the_folder_is_noticed(sweep: Path, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text((sweep / "medo" / "run.json").read_text())
    (tmp_path / "checkpoints").mkdir()
    content = (sweep / "raiva" / "checkpoints" / "generator.safetensors").read_bytes()
    (tmp_path / "checkpoints" / "generator.safetensors").write_bytes(content)
    with pytest.raises(UserError, match=r"draws raiva, its run\.json says medo"):
        evaluate(config(f"run={tmp_path}"))


def test_images_that_changed_since_are_noticed(sweep: Path, tmp_path: Path) -> None:
    record = json.loads((sweep / "medo" / "run.json").read_text())
    record["images"]["sha256"] = "0" * 64
    (tmp_path / "run.json").write_text(json.dumps(record))
    (tmp_path / "checkpoints").symlink_to(sweep / "medo" / "checkpoints")
    with pytest.raises(UserError, match="was trained on have changed since"):
        evaluate(config(f"run={tmp_path}"))


def test_asked_for_nothing(tmp_path: Path) -> None:
    done = typed("evaluate", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("emogan: Nothing to evaluate is given") and done.stderr.count("\n") == 1


def test_a_conditional_run_is_measured_like_a_sweep(conditional_run: Path, sweep: Path, tmp_path: Path) -> None:
    out = evaluate(config(f"runs=[{sweep},{conditional_run}]", f"out={tmp_path / 'out'}")).folder
    found = json.loads((out / "metrics.json").read_text())
    assert list(found["rows"])[-2:] == ["tiny", "todas"]
    assert list(found["rows"]["todas"]["emotions"]) == [emotion.value for emotion in Emotion]
    assert "copying" in found["rows"]["todas"]["all"] and "cas" in found["rows"]["todas"]["all"]
    alone = evaluate(config(f"run={conditional_run}", "emotion=medo", f"out={tmp_path / 'alone'}")).folder
    rows = json.loads((alone / "metrics.json").read_text())["rows"]
    assert list(rows["todas"]["emotions"]) == ["medo"]
    by_checkpoint = f"ckpt_path={conditional_run / 'checkpoints' / 'last.ckpt'}"
    again = evaluate(config(by_checkpoint, "emotion=medo", f"out={tmp_path / 'again'}")).folder
    assert [*json.loads((again / "metrics.json").read_text())["rows"].values()][-1] == rows["todas"]


def test_truncation_narrows_the_faces(conditional_run: Path, tmp_path: Path) -> None:
    spread = []
    for truncation in (0.1, 1.0):
        asked = (f"run={conditional_run}", f"truncation={truncation}", f"out={tmp_path / str(truncation)}")
        spread.append(evaluate(config(*asked)).measures["todas"]["all"]["diversity"]["value"])
    assert spread[0] < 0.5 * spread[1]


def test_a_start_from_people_kept_aside_is_not_forgotten(tmp_path: Path) -> None:
    for name, people, start in (
        ("a", "all", None),
        ("b", "train", "a"),
        ("c", "train", "packaged"),
        ("d", "train", "c"),
    ):
        (tmp_path / name).mkdir()
        begun = start if start in (None, "packaged") else str(tmp_path / start)
        config = {"data": {"people": people}, "init_from": begun}
        (tmp_path / name / "run.json").write_text(json.dumps({"emotion": "medo", "config": config}))
    configs = {n: json.loads((tmp_path / n / "run.json").read_text())["config"] for n in "abcd"}
    assert {name: unseen_by(config) for name, config in configs.items()} == {
        "a": False, "b": False, "c": True, "d": True,
    }  # fmt: skip
    assert not unseen_by({"data": {"people": "train"}, "init_from": str(tmp_path / "lost" / "generator.safetensors")})


def test_a_database_of_some_emotions_is_measured_with_a_note(six_emotions: Path, tmp_path: Path) -> None:
    for emotion in ("medo", "raiva"):
        shutil.copytree(six_emotions / emotion, tmp_path / "two" / emotion)
    base = ["emotion=medo", "data=folder", f"data.root={tmp_path / 'two'}", "data.people=train", *TINY, "epochs=1"]
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        run = train(compose("train", [*base, f"run_dir={tmp_path / 'run'}"])).folder
    assert (
        "The recogniser knows medo and raiva only: emotion accuracy is among them."
        in evaluate(config(f"run={run}")).notes
    )


def test_a_command_in_a_narrow_terminal_alphabet_loses_nothing(sweep: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "emogan.evaluate", *QUICK, f"run={sweep / 'medo'}", f"out={tmp_path / 'out'}"]
    ascii_only = {**os.environ, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, env=ascii_only)
    assert done.returncode == 0, done.stderr
    assert b" v " in done.stdout and b" +- " in done.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"metrics.json", "report.html"}


def test_results_are_written_before_anything_is_printed(
    sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("emogan.evaluate.say", broken)
    monkeypatch.setattr("emogan.evaluate.show", broken)
    with pytest.raises(BrokenPipeError):
        main(config(f"run={sweep / 'medo'}", f"out={tmp_path / 'out'}"))
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"metrics.json", "report.html"}


@pytest.mark.parametrize("out", ["run.json", "run.json/below", ""])
def test_where_results_go_is_known_before_the_work(
    out: str, sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(*_: object) -> None:
        raise AssertionError("the work began")

    monkeypatch.setattr("emogan.reports.evaluating.real_faces", work)
    with pytest.raises(UserError, match=r"^out=.*: give a(nother)? folder"):
        evaluate(config(f"run={sweep / 'medo'}", f"out={sweep / 'medo' / out}"))


def test_one_run_twice_is_no_comparison(sweep: Path) -> None:
    twice = sweep / "medo" / ".." / "medo"
    with pytest.raises(UserError, match=r"runs names .*medo twice: expected different folders"):
        evaluate(config(f"runs=[{sweep / 'medo'},{twice}]"))


def test_images_that_moved_are_measured_where_they_are_now(sweep: Path, six_emotions: Path, tmp_path: Path) -> None:
    shutil.copytree(six_emotions, tmp_path / "moved")
    shutil.copytree(sweep / "medo", tmp_path / "run")
    record = tmp_path / "run" / "run.json"
    record.write_text(record.read_text().replace(str(six_emotions), "/nowhere"))
    with pytest.raises(UserError, match=r"data\.root=/nowhere does not exist"):
        evaluate(config(f"run={tmp_path / 'run'}"))
    out = evaluate(config(f"run={tmp_path / 'run'}", f"data.root={tmp_path / 'moved'}")).folder
    found = json.loads((out / "metrics.json").read_text())
    assert found["emogan"] == emogan.__version__
    here = json.loads(
        (evaluate(config(f"run={sweep / 'medo'}", f"out={tmp_path / 'out'}")).folder / "metrics.json").read_text()
    )
    assert found["rows"]["run"] == here["rows"]["medo"]


def test_nothing_that_a_runs_record_names_runs(sweep: Path, tmp_path: Path) -> None:
    """It did: a call in a list of the reader's, or in the second of two runs."""

    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "sprung",)

    torch.save(Evil(), tmp_path / "evil.pt")
    call = {"_target_": "torch.load", "f": str(tmp_path / "evil.pt"), "weights_only": False}
    for name, part in (("read", "read"), ("module", "module")):
        shutil.copytree(sweep / "raiva", tmp_path / name)
        record = json.loads((tmp_path / name / "run.json").read_text())
        record["config"]["data"][part]["extra"] = [call]
        (tmp_path / name / "run.json").write_text(json.dumps(record))
    for asked in (f"run={tmp_path / 'read'}", f"runs=[{sweep / 'medo'},{tmp_path / 'module'}]"):
        with pytest.raises(UserError, match=r"extra=.* in a run's record is of another kind"):
            evaluate(config(asked))
    assert not (tmp_path / "sprung").exists()


def test_some_emotions_of_a_network_for_all(conditional_run: Path, tmp_path: Path) -> None:
    rows = evaluate(config(f"run={conditional_run}", "emotion=[anger,medo]", f"out={tmp_path / 'out'}")).measures
    assert list(rows["todas"]["emotions"]) == ["medo", "raiva"]


def test_emotions_that_are_missing_are_named(sweep: Path, tmp_path: Path) -> None:
    for emotion in ("medo", "neutro"):
        shutil.copytree(sweep / emotion, tmp_path / "some" / emotion)
    with pytest.raises(UserError, match="holds no run of raiva and surpresa with"):
        evaluate(config(f"run={tmp_path / 'some'}", "emotion=[medo,raiva,surpresa]"))


def test_more_faces_than_memory_holds_are_refused(sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emogan.sampling.estimate.memory", lambda: 10**8)
    with pytest.raises(UserError, match=r"faces=1000000 is too much at once: 1,000,000 images take 256 MB of memory"):
        evaluate(config(f"run={sweep / 'medo'}", "faces=1000000", f"out={tmp_path / 'out'}"))


def test_where_nobody_is_told_apart_nothing_is_measured(
    tmp_path: Path, train_config: Callable[..., DictConfig], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither while training nor afterwards: names of files decided who was kept aside."""
    caplog.set_level(logging.INFO)
    for number in range(30):
        write_face(tmp_path / "images" / "raiva" / f"{number}.png", number, (20, 24))
    words = [f"data.root={tmp_path / 'images'}", "epochs=1", "evaluate_every=1", "data.people=all"]
    folder = train(train_config(*words)).folder
    why = "Measures compare with people kept aside, but nothing says who the 30 images under"
    assert f"Nothing is measured while training. {why}" in caplog.text
    with pytest.raises(UserError, match=f"^{why} .*: give a folder to each person, or name them with data=folder"):
        evaluate(config(f"run={folder}"))
