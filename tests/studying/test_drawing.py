from pathlib import Path

import numpy as np
import pytest

from emogan.config.compose import compose_verb, plain
from emogan.core.emotions import Emotion
from emogan.data.decode import Framing
from emogan.data.folder import read_folder
from emogan.recognition.training import Recipe
from emogan.studying import drawing
from emogan.studying.drawing import Unbalanced, by_network, by_paper, by_translation, draw, read_drawn
from tests.conftest import TINY


def test_the_paper_s_networks_draw_what_is_missing_and_leave_no_run(
    drawn_faces: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "PAPER", [*drawing.PAPER, *(one for one in TINY if "model=" not in one)])
    settings = {"minutes": 0.01, "image_size": 16, "channels": 1, "data": {"cache": None}}
    files = [face for face in read_folder(str(drawn_faces)).faces if face.emotion is Emotion.RAIVA]
    missing = {Emotion.RAIVA: 7}
    unbalanced = Unbalanced(files, missing, 2.0, tmp_path, 1, settings, Framing(16, 1, "square", 0.5), recipe)
    faces = by_paper(unbalanced)
    assert faces[Emotion.RAIVA].shape == (7, 16, 16, 1)
    assert not list(tmp_path.rglob("*.ckpt"))
    assert len(list((tmp_path / "real" / "raiva").rglob("*.jpg"))) == 10


def test_faces_are_drawn_once(tmp_path: Path, recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def drawer(unbalanced: Unbalanced) -> dict[Emotion, drawing.Pixels]:
        calls.append(unbalanced.seed)
        return {Emotion.MEDO: np.full((3, 8, 8, 1), 7, np.uint8)}

    monkeypatch.setitem(drawing.DRAWERS, "network", drawer)
    unbalanced = Unbalanced([], {Emotion.MEDO: 3}, 1.0, tmp_path, 1, {}, Framing(8, 1, "square", 0.5), recipe)
    for _ in range(2):
        (found,) = read_drawn(draw("network", unbalanced)).items()
        assert found[0] is Emotion.MEDO and found[1].shape == (3, 8, 8, 1) and bool((found[1] == 7).all())
    assert calls == [1]


def test_the_database_s_own_people_get_the_emotion_that_is_short(
    drawn_faces: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("emogan.balancing.job.Balancing.run", lambda job, watch: asked.append(job.settings))
    monkeypatch.setattr("emogan.balancing.manifest.read_lines", lambda out: [])
    settings = compose_verb("study", ["data=folder", f"data.root={drawn_faces}", "out=x", "weights=packaged"])
    files = list(read_folder(str(drawn_faces)).faces)
    framing = Framing(16, 1, "square", 0.5)
    unbalanced = Unbalanced(files, {Emotion.RAIVA: 7}, 1.0, tmp_path, 3, plain(settings), framing, recipe)
    assert len(by_translation(unbalanced)[Emotion.RAIVA]) == 0
    assert len(by_network(unbalanced)[Emotion.RAIVA]) == 0
    changed, drawn = asked
    assert (changed.by, changed.weights, Path(changed.out).name) == ("translate", None, "changed")
    assert (drawn.by, drawn.weights, Path(drawn.out).name) == ("gan", "packaged", "balanced")
    assert changed.seed == 3 and Path(changed.target).read_text(encoding="utf-8").startswith("raiva,")
