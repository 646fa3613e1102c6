import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from omegaconf import OmegaConf
from PIL import Image

from emogan.core.errors import UserError
from emogan.report import report
from emogan.reports.runs import page, runs_to_show, write_report
from emogan.runs.folder import RunFolder, runs_below
from emogan.runs.systems import find_system
from tests.runs.conftest import MakeRun

TORN = [
    "",
    "{",
    '{"emotion": "medo", ',
    "null",
    "[]",
    "3",
    '"text"',
    "\ufeff",
    "[" * 5000,
    '{"a":' * 5000,
    "NaN",
    "\0\0",
]
MISSING = ["config", "ended", "emotion", "images", "seconds", "peak_memory_bytes", "versions"]
VALUES: list[Any] = [
    None,
    3,
    -1,
    "text",
    [],
    {},
    True,
    1e308,
    float("nan"),
    float("inf"),
    [[[]]],
    "../../x",
    "x" * 5000,
]
CONFIGS: list[Any] = [{}, {"data": None}, {"data": []}, {"data": {"module": 3}}, {"data": {}, "init_from": 7}]
HEAD = b"epoch,images_seen,discriminator,generator\n"
LOSSES: list[bytes] = [
    *(b"", b"\0\0\0", os.urandom(3000), HEAD.decode().encode("utf-16"), b"epoch,images_seen\n1,2\n", HEAD),
    *(HEAD + b"x,y,z,w\n", HEAD + b"1,2,1.3\n", HEAD + b"1,2,,\n", HEAD + b"1,2,0.1,0.2\n" + HEAD + b"1,2,0.1,0.2\n"),
    *(HEAD + b"1,2,\xe9,0.3\n2,4,0.1,0.2,0.3,0.4,0.5\n", HEAD + b"1,2,nan,inf\n2,3,1e308,-1e308\n"),
    *(HEAD + b"1,2,0.1,0.2\n2,3,0.\0001,0.2\n3,4\n", HEAD + b"1,2,0.1," + b"9" * 200_000 + b"\n"),
    *(HEAD + b'1,2,"0.1\n' * 50, b"epoch," + HEAD + b"1,1,2,1,1\n", HEAD + b",,,\n" * 9, HEAD + b"inf,inf,1,1\n"),
    b"\xef\xbb\xbf" + HEAD.replace(b"\n", b"\r\n") + b"1,2,0.1,0.2\r\n",
]


@pytest.fixture
def both(make_run: MakeRun) -> tuple[RunFolder, RunFolder]:
    """A sound run and one to spoil, side by side."""
    good = make_run("all/good")
    bad = RunFolder(good.path.parent / "bad")
    shutil.copytree(good.path, bad.path)
    return good, bad


def look(good: RunFolder, out: Path | None = None) -> None:
    """Everything that reads run folders does, or says why not in a sentence; the sound run is always shown."""
    source = good.path.parent
    assert good.path in [run.path for run, _ in runs_below(source)]
    shown = runs_to_show(source)
    assert good.path in [run.folder.path for run in shown]
    assert page(shown, source, {}).count("![generated faces") == len(shown)
    if out is not None:
        out.mkdir()
        write_report(shown, source, out)
        assert {path.parent for path in out.rglob("*")} == {out}
    try:
        find_system(source, "last", None)
    except UserError as error:
        assert "holds two runs of raiva" in str(error)


def changed(run: RunFolder, how: Callable[[dict[str, Any]], object]) -> None:
    facts = json.loads(run.record.read_text())
    how(facts)
    run.record.write_text(json.dumps(facts))


def test_torn_and_foreign_records_are_passed_over(both: tuple[RunFolder, RunFolder]) -> None:
    good, bad = both
    contents = [text.encode() for text in TORN] + [b"\xff\xfe{", os.urandom(500), b'{"emotion": "\xe9"}']
    for content in contents:
        bad.record.write_bytes(content)
        assert [run for run, _ in runs_below(bad.path.parent)] == [good]
        with pytest.raises(
            UserError, match=r"run\.json is no record of a run \(.*\): expected what emogan train"
        ) as told:
            bad.read_record()
        assert "\n" not in str(told.value) and len(str(told.value)) < 400
        look(good)


def test_a_record_that_is_no_file_is_passed_over(both: tuple[RunFolder, RunFolder]) -> None:
    good, bad = both
    bad.record.unlink()
    for make in (bad.record.mkdir, lambda: os.mkfifo(bad.record), lambda: bad.record.symlink_to("/dev/zero")):
        make()  # type: ignore[no-untyped-call]
        assert [run for run, _ in runs_below(bad.path.parent)] == [good]
        bad.record.rmdir() if bad.record.is_dir() else bad.record.unlink()
    with bad.record.open("wb") as file:
        file.truncate(30 * 2**30)
    assert [run for run, _ in runs_below(bad.path.parent)] == [good]


@pytest.mark.parametrize("name", MISSING)
def test_records_with_other_values_are_shown_or_passed_over(both: tuple[RunFolder, RunFolder], name: str) -> None:
    good, bad = both
    whole = bad.record.read_text()
    changed(bad, lambda facts: facts.pop(name))
    look(good)
    for value in CONFIGS if name == "config" else VALUES:
        bad.record.write_text(whole)
        changed(bad, lambda facts, value=value: facts.update({name: value}))  # type: ignore[misc]
        look(good)


@pytest.mark.parametrize("content", LOSSES, ids=range(len(LOSSES)))
def test_losses_of_any_kind_are_drawn_or_passed_over(
    both: tuple[RunFolder, RunFolder], tmp_path: Path, content: bytes
) -> None:
    good, bad = both
    bad.losses.write_bytes(content)
    look(good, tmp_path / "out")


def test_losses_that_are_no_file_are_passed_over(both: tuple[RunFolder, RunFolder], tmp_path: Path) -> None:
    good, bad = both
    bad.losses.unlink()
    look(good, tmp_path / "none")
    bad.losses.mkdir()
    look(good, tmp_path / "folder")
    shutil.rmtree(bad.samples)
    look(good, tmp_path / "no_grid")
    (bad.samples / "epoch_000003.png").mkdir(parents=True)
    look(good, tmp_path / "grid_is_a_folder")


NASTY = "<img src=x onerror=alert(1)> ![x](http://evil/x.png) [c](javascript:alert(1)) $\\frac{ | _"


@pytest.mark.parametrize("emotion", ["../../x", "<script>alert(1)</script>", NASTY, "$\\frac{$", "_", "/etc/passwd"])
def test_a_run_from_elsewhere_writes_text_into_the_folder_alone(
    make_run: MakeRun, tmp_path: Path, emotion: str
) -> None:
    run = make_run(f"all/x{NASTY.replace('/', '')}")
    other = RunFolder(run.path.parent / "other")
    shutil.copytree(run.path, other.path)
    for one in (run, other):
        changed(one, lambda facts: facts.update(ended=NASTY, emotion=emotion))
    before = set(tmp_path.rglob("*"))
    report(OmegaConf.create({"runs": str(run.path.parent), "out": str(tmp_path / "out"), "debug": False}))
    assert {path.parent for path in set(tmp_path.rglob("*")) - before} == {tmp_path, tmp_path / "out"}
    page = (tmp_path / "out" / "report.html").read_text()
    assert "onerror=alert" in page and not [tag for tag in ("<script", "<img src=x", "<a ") if tag in page]
    assert 'src="http' not in page


def test_a_folder_that_cannot_be_written_is_told_before_the_work(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run()
    (tmp_path / "file").touch()
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UserError, match=r"out=.*(is a file|cannot be written)"):
            report(OmegaConf.create({"runs": str(run.path), "out": str(out), "debug": False}))
    report(OmegaConf.create({"runs": str(run.path), "out": None, "debug": False}))
    report(OmegaConf.create({"runs": str(run.path), "out": None, "debug": False}))  # over the former one
    assert (run.path / "report" / "report.html").is_file()


def asked(run: RunFolder, out: Path) -> Path:
    """The folder of a report on everything beside ``run``."""
    return report(OmegaConf.create({"runs": str(run.path.parent), "out": str(out), "debug": False})).parent


@pytest.mark.parametrize("what", ["secret", "sparse", "torn"])
def test_what_is_no_picture_is_not_published(
    make_run: MakeRun, tmp_path: Path, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    run = make_run("all/run")
    out = asked(run, tmp_path / "out")
    grid = run.samples / "epoch_000009.png"
    if what == "secret":
        (tmp_path / "secret.txt").write_text("password")
        grid.symlink_to(tmp_path / "secret.txt")
    elif what == "sparse":
        with grid.open("wb") as file:
            file.truncate(30 * 2**30)
    else:
        grid.write_bytes((run.samples / "epoch_000002.png").read_bytes()[:45])
    assert asked(run, out) == out
    assert not (out / "faces_raiva.png").exists()  # nor that of the former report
    page = (out / "report.md").read_text()
    assert "epoch\\_000009.png is no picture of faces (" in page and "faces_raiva.png" not in page
    assert f"{run.path}: epoch_000009.png is no picture of faces" in caplog.text


def test_a_picture_is_written_anew(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run("all/run")
    grid = run.samples / "epoch_000002.png"
    before = np.asarray(Image.open(grid).convert("RGB"))
    grid.write_bytes(grid.read_bytes() + b"what stands behind a picture")
    written = asked(run, tmp_path / "out") / "faces_raiva.png"
    assert np.array_equal(np.asarray(Image.open(written)), before) and b"behind" not in written.read_bytes()


@pytest.mark.parametrize("emotion", ["\u6012" * 80, "", "discriminator", "Generator"], ids=range(4))
def test_runs_of_any_name_are_reported_twice_into_one_folder(make_run: MakeRun, tmp_path: Path, emotion: str) -> None:
    run = make_run("all/run")
    changed(run, lambda facts: facts.update(emotion=emotion))
    out = asked(run, tmp_path / "out")
    assert len(list(out.glob("losses_*.png"))) == 3 and len(list(out.glob("faces_*.png"))) == 1
    assert asked(run, out) == out
    assert len(list(out.iterdir())) == 6


def test_names_that_differ_in_their_letters_size_are_told_apart(make_run: MakeRun, tmp_path: Path) -> None:
    """On many disks, A.png and a.png are the same file."""
    run = make_run("all/run")
    for name in ("RAIVA", "raiva_2"):
        other = RunFolder(run.path.parent / name)
        shutil.copytree(run.path, other.path)
        changed(other, lambda facts, name=name: facts.update(emotion=name))  # type: ignore[misc]
    names = [shown.name.casefold() for shown in runs_to_show(run.path.parent)]
    assert len(set(names)) == 3
