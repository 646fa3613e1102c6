"""Strengths of rendered faces: from their table to what a network learns."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from omegaconf import DictConfig
from torch import Tensor

from emogan.core.errors import UserError
from emogan.core.truth import write_truth
from emogan.data.faces import packaged_faces
from emogan.data.kdef import read_kdef
from emogan.sampling.conditioning import graded, mixture
from emogan.training.module import EmotionGAN
from tests.core.test_truth import ROW
from tests.data.pictures import write_face


def read(root: Path) -> dict[str, float]:
    index = read_kdef(root, angle="S", sex=None, session=None, person=None, akdef=False)
    return {face.path.relative_to(root).as_posix(): face.strength for face in index.faces}


def written(root: Path, **strengths: float) -> None:
    """Pictures of these names and a table of them in ``root``."""
    files = {name: f"{name[:4]}/{name}.JPG" for name in strengths}
    for number, file in enumerate(files.values()):
        write_face(root / "KDEF" / file, sum(root.name.encode()) + number, (40, 50))
    rows = [replace(ROW, file=files[name], strength=strength) for name, strength in strengths.items()]
    write_truth(root / "truth.csv", rows, ["jawOpen"])


def test_each_face_has_the_strength_of_the_nearest_table(tmp_path: Path) -> None:
    written(tmp_path / "one", AF01ANS=0.625, AF01HAS=1.05)
    written(tmp_path / "two", BF01ANS=0.3)
    write_face(tmp_path / "one" / "KDEF" / "AM01" / "AM01SUS.JPG", 9, (40, 50))  # in no table
    assert read(tmp_path) == {
        "one/KDEF/AF01/AF01ANS.JPG": 0.625,
        "one/KDEF/AF01/AF01HAS.JPG": 1.05,
        "one/KDEF/AM01/AM01SUS.JPG": 1.0,
        "two/KDEF/BF01/BF01ANS.JPG": 0.3,
    }


def test_the_packaged_faces_say_how_strong_they_are() -> None:
    faces = packaged_faces("S", None, None, None).faces
    shown = [face.strength for face in faces if face.emotion and face.emotion.value != "neutro"]
    assert len(set(shown)) > 600 and 0.25 <= min(shown) < 0.35 and 1.0 < max(shown) <= 1.1
    assert {face.strength for face in faces if face.emotion and face.emotion.value == "neutro"} == {0.0}


def test_a_damaged_table_is_told(tmp_path: Path) -> None:
    written(tmp_path, AF01ANS=0.625)
    table = tmp_path / "truth.csv"
    table.write_text(table.read_text().replace("0.625", "strong"))
    with pytest.raises(UserError, match=r"truth.csv is damaged: a strength in it is no number; render again"):
        read(tmp_path)
    table.write_text("name,age\n")
    with pytest.raises(UserError, match=r"truth.csv is no table of truth: expected what emogan render writes"):
        read(tmp_path)


@pytest.mark.parametrize("taught", [True, False])
def test_networks_are_told_how_strong_each_face_is(
    style_config: Callable[..., DictConfig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taught: bool
) -> None:
    from emogan.training.loop import train

    names = [f"{session}F0{person}ANS" for session in "AB" for person in (1, 2, 3)]
    written(tmp_path / "faces", **{name: 0.3 + 0.1 * k for k, name in enumerate(names)})
    told: list[Tensor] = []
    step = EmotionGAN.training_step

    def listening(gan: EmotionGAN, batch: object, number: int) -> object:
        told.append(batch.strengths)  # type: ignore[attr-defined]
        return step(gan, batch, number)  # type: ignore[arg-type]

    monkeypatch.setattr(EmotionGAN, "training_step", listening)
    where = [f"data.root={tmp_path / 'faces'}", f"run_dir={tmp_path / 'run'}", "data=kdef", "data.people=all"]
    train(style_config(*where, f"data.graded={taught}", "emotion=raiva", "epochs=1"))
    found = sorted(round(float(strength), 4) for part in told for strength in part)
    assert found == ([0.3, 0.4, 0.5, 0.6, 0.7, 0.8] if taught else [1.0] * 6)


def test_a_strength_is_as_much_of_the_emotion_as_intensity_is() -> None:
    from emogan.core.emotions import EMOTIONS, Emotion

    places, strengths = torch.tensor([3, 2, 0]), torch.tensor([0.4, 0.0, 1.1])
    rows = graded(places, strengths)
    for row, place, strength in zip(rows, places, strengths, strict=True):
        assert torch.allclose(row, mixture({EMOTIONS[int(place)]: 1.0}, float(strength)))
    assert rows[1, Emotion.NEUTRO.number - 1] == 1
