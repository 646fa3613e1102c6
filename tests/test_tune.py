"""scripts/tune.py: trials that are given up, killed, stopped and gone on with; what report says of them."""

import importlib
import math
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from emogan.cli.command import run
from emogan.core.errors import UserError
from emogan.reports.tuned import DATABASE, study_in
from emogan.runs.losses import read_losses
from emogan.training.callbacks.evaluation import Evaluation
from tests.conftest import TINY_STYLE

optuna = pytest.importorskip("optuna")
SCRIPTS = Path(__file__).parents[1] / "scripts"
Tune = Callable[..., int]
EVERY = 48  # images of an epoch


class KilledError(BaseException):
    """Ends a training as SIGKILL does, as far as Optuna can tell."""


@pytest.fixture
def tune(six_emotions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tune:
    """Tries learning rates; KID is the distance to 0.01, and smaller after more images."""
    monkeypatch.syspath_prepend(SCRIPTS)
    module: ModuleType = importlib.import_module("tune")

    def measure(self: Evaluation, trained: Any) -> tuple[float, float]:
        return abs(math.log10(self.settings["lr"]) + 2) + 10 / trained.images_seen, 1.0

    monkeypatch.setattr(Evaluation, "measure", measure)
    fixed = [*TINY_STYLE, f"data.root={six_emotions}", "emotion=todas", "recogniser.steps=2", "recogniser.batch=8"]
    fixed += [f"evaluate_every={EVERY}", "evaluate_faces=20", "samples_per_emotion=8", "checkpoint.share=1"]

    def tuned(name: str, *words: str) -> int:
        options = ["--out", str(tmp_path / name), "--startup", "1", "--heartbeat", "1"]
        found: int = module.main([*options, *fixed, "lr=tag(log,interval(0.0001,0.1))", *words])
        return found

    return tuned


def trials(study: Path) -> list[Any]:
    storage = optuna.storages.RDBStorage(f"sqlite:///{study / 'study.db'}")
    found: list[Any] = optuna.load_study(study_name="emogan", storage=storage).trials
    return found


def test_a_study_gives_up_is_killed_goes_on_and_is_told(
    tune: Tune, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study = tmp_path / "study"
    assert tune("study", "--trials", "2") == 0
    measure = Evaluation.measure
    seen: list[int] = []

    def killed(self: Evaluation, trained: Any) -> tuple[float, float]:
        if trained.images_seen > EVERY:
            raise KilledError
        return measure(self, trained)

    def noted(self: Evaluation, trained: Any) -> tuple[float, float]:
        seen.append(trained.images_seen)
        return measure(self, trained)

    with monkeypatch.context() as patch:
        patch.setattr(Evaluation, "measure", killed)
        with pytest.raises(KilledError):
            tune("study", "--trials", "4")
    assert trials(study)[2].state.name == "RUNNING"
    with monkeypatch.context() as patch:
        patch.setattr(Evaluation, "measure", noted)
        assert tune("study", "--trials", "4") == 0
    assert seen[:2] == [2 * EVERY, 3 * EVERY]  # from its checkpoint on
    found = trials(study)
    assert [one.state.name for one in found] == ["COMPLETE", "PRUNED", "FAIL", "COMPLETE", "PRUNED"]
    for one in found:
        kids = read_losses(study / "trials" / one.user_attrs["folder"] / "losses.csv")["kid"]
        assert len(kids) == (1 if one.state.name == "PRUNED" else 3)
        assert one.state.name != "COMPLETE" or one.value == min(kids)
    tried = [one.params for one in found if one.state.name != "FAIL"]

    capsys.readouterr()
    assert tune("at_once", "--trials", "4") == 0
    assert [one.params for one in trials(tmp_path / "at_once")] == tried
    best = min(found, key=lambda one: one.value or math.inf)
    assert f"Best: trial 2, KID {best.value:.4f}: lr={best.params['lr']}" in capsys.readouterr().out
    assert tune("study", "--trials", "5", "epochs=9") == 2
    assert "was begun with settings" in capsys.readouterr().err

    assert run("report", [f"runs={study}"]) == 0
    text, html = ((study / "report" / name).read_text() for name in ("report.md", "report.html"))
    assert "2 complete, 1 fail, 2 pruned." in text
    assert text.index("| 3 | ") < text.index("| 0 | ")  # the best first
    assert f"| {best.params['lr']:.4g} |" in text
    for name in ("study_history.png", "study_parallel.png"):
        assert f'src="{name}"' in html
        assert np.asarray(Image.open(study / "report" / name)).std() > 0


def test_settings_that_cannot_be_trained_end_it_at_once(tune: Tune, capsys: pytest.CaptureFixture[str]) -> None:
    assert tune("study", "latent_dim=-1,-2") == 2
    assert "emogan: latent_dim=-" in capsys.readouterr().err


def test_a_file_that_is_no_study_is_named(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"letter")
    with pytest.raises(UserError, match=r"study.db is no study of scripts/tune.py: take it away, or give another"):
        study_in(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == b"letter"
