import json
import logging
import shutil
from pathlib import Path

import pytest

import emogan
from emogan.runs.folder import RunFolder


@pytest.fixture
def run(conditional_run: Path, tmp_path: Path) -> RunFolder:
    """A finished run, for the test alone."""
    return RunFolder(Path(shutil.copytree(conditional_run, tmp_path / "first")))


def rewritten(run: RunFolder, **facts: object) -> None:
    """Let the record say something else."""
    content = json.loads(run.record.read_text(encoding="utf-8"))
    run.record.write_text(json.dumps({**content, **facts}), encoding="utf-8")


def test_a_run_trained_again_has_the_same_bits(
    run: RunFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        again = RunFolder(emogan.train(from_run=run.record, run_dir=tmp_path / "again").folder)
    assert again.generator.read_bytes() == run.generator.read_bytes()
    assert again.losses.read_bytes() == run.losses.read_bytes()
    assert f"Training {run.record} again, with its settings and seed." in caplog.text
    assert "Not the same bits" not in caplog.text and "another run" not in caplog.text
    facts = again.read_record().facts
    assert facts["config"]["from_run"] == str(run.record)
    assert {"python", "torch", "torchvision", "numpy", "pytorch-lightning"} <= facts["versions"].keys()
    assert facts["machine"]["cpu"] and facts["machine"]["threads"]


def test_what_is_changed_or_elsewhere_is_told(run: RunFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    facts = run.read_record().facts
    versions, machine = {**facts["versions"], "torch": "2.0.0"}, {**facts["machine"], "threads": 77}
    rewritten(run, versions=versions, machine=machine, ended="interrupted after 2 of 3 epochs")
    emogan.train(from_run=run.path, lr=0.001, epochs=1, run_dir=tmp_path / "again")
    assert f"another run than {run.path}: epochs (3 then, 1 now), lr (0.0005 then, 0.001 now)." in caplog.text
    assert f"Not the same bits as {run.path}, perhaps: torch was 2.0.0, is " in caplog.text
    assert "threads was 77, is " in caplog.text
    assert "it ended before its last epoch (interrupted after 2 of 3 epochs)" in caplog.text
    assert RunFolder(tmp_path / "again").generator.read_bytes() != run.generator.read_bytes()


def test_other_images_are_refused_unless_it_is_another_run(
    run: RunFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rewritten(run, images={"count": 1, "sha256": "0" * 64})
    with pytest.raises(emogan.UserError, match=r"learnt from other images: 1 then, \d+ now; put those of then back"):
        emogan.train(from_run=run.path, run_dir=tmp_path / "again")
    assert not (tmp_path / "again").exists()
    emogan.train(from_run=run.path, seed=2, epochs=1, run_dir=tmp_path / "other")
    assert f"Other images than those of {run.path}: 1 then, " in caplog.text
