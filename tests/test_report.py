import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from omegaconf import DictConfig
from PIL import Image

from emogan.config.compose import compose_verb
from emogan.core.errors import UserError
from emogan.report import report
from emogan.training.loop import train

Compose = Callable[..., DictConfig]


def test_figures_and_page_of_two_emotions(train_config: Compose, tmp_path: Path) -> None:
    for emotion in ("raiva", "medo"):
        train(train_config(f"emotion={emotion}", f"run_dir={tmp_path / 'sweep' / emotion}"))
    report(compose_verb("report", [f"runs={tmp_path / 'sweep'}"]))
    out = tmp_path / "sweep" / "report"
    html, text = (out / "report.html").read_text(), (out / "report.md").read_text()
    for picture in (
        "losses_discriminator",
        "losses_generator",
        "losses_raiva",
        "losses_medo",
        "faces_raiva",
        "faces_medo",
    ):
        assert f"{picture}.png" in html
        assert f"({picture}.png)" in text
        assert np.asarray(Image.open(out / f"{picture}.png")).std() > 0
    assert "<table>" in html
    assert text.index("| medo | 3 | 6 | 2 |") < text.index("| raiva | 3 | 30 | 10 |")  # the order of the menu


def test_two_runs_of_one_emotion_are_told_apart(train_config: Compose, tmp_path: Path) -> None:
    for name in ("a", "b"):
        train(train_config("epochs=1", f"run_dir={tmp_path / 'sweep' / name}"))
    report(compose_verb("report", [f"runs={tmp_path / 'sweep'}", f"out={tmp_path / 'out'}"]))
    assert (tmp_path / "out" / "faces_raiva_a.png").exists()
    assert (tmp_path / "out" / "faces_raiva_b.png").exists()


def test_a_folder_without_runs_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"runs={tmp_path} holds no run"):
        report(compose_verb("report", [f"runs={tmp_path}"]))


def test_the_command_says_what_is_missing(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-m", "emogan.report"], cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr.startswith("emogan: runs is missing: give it as runs=FOLDER")
    assert not list(tmp_path.iterdir())
