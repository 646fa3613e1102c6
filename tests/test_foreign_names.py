"""Paths that are not UTF-8, from a training to all that reads what it left."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from omegaconf import DictConfig

from emogan.config.compose import compose_verb
from emogan.evaluate import evaluate
from emogan.report import report
from emogan.runs.folder import RunFolder
from emogan.training.loop import train

QUICK = ["recogniser.steps=2", "recogniser.batch=8", "faces=20", "subsets=2", "subset_size=10", "bootstrap=2"]


def test_a_run_on_images_in_a_folder_that_is_no_utf8_is_reported_and_measured(
    style_config: Callable[..., DictConfig], six_emotions: Path, tmp_path: Path
) -> None:
    root = tmp_path / os.fsdecode(b"D\xe9")
    shutil.copytree(six_emotions, root)
    cfg = style_config("emotion=medo", "epochs=1")
    cfg.data.root = str(root)
    run = RunFolder(train(cfg).folder)
    assert run.read_record().setting("data.root") == str(root)
    assert report(compose_verb("report", [f"runs={run.path}"])).is_file()
    assert json.loads(
        (evaluate(compose_verb("evaluate", [*QUICK, f"run={run.path}"])).folder / "metrics.json").read_text()
    )
