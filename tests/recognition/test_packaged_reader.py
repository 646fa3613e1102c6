"""What the packaged networks say of faces. These tests need the trained files: with random weights they fail."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

import emogan
from emogan.core.emotions import Emotion
from emogan.data.faces import PACKAGED
from emogan.recognition.reading import ReadFace

PEOPLE = [f"A{sex}{number:02d}" for sex in "FM" for number in range(1, 6)]
CODES = {"HA": Emotion.FELICIDADE, "AF": Emotion.MEDO, "NE": Emotion.NEUTRO, "AN": Emotion.RAIVA}
CODES |= {"SU": Emotion.SURPRESA, "SA": Emotion.TRISTEZA}

Read = Mapping[str, Sequence[ReadFace]]


@pytest.fixture(scope="module")
def read() -> Read:
    """The largest face of each of ten packaged people in each emotion."""
    found: dict[str, list[ReadFace]] = {}
    for code in CODES:
        files = [PACKAGED / "KDEF" / person / f"{person}{code}S.JPG" for person in PEOPLE]
        found[code] = [face for file in files for face in emogan.recognise(file, faces="largest")]
        assert len(found[code]) == len(PEOPLE)
    return found


def test_smiles_are_named_happiness_four_times_of_five(read: Read) -> None:
    assert np.mean([face.emotion == "felicidade" for face in read["HA"]]) >= 0.8


def test_emotions_are_named_rightly_four_times_of_five(read: Read) -> None:
    right = [face.emotion == str(emotion) for code, emotion in CODES.items() for face in read[code]]
    assert np.mean(right) >= 0.8


def test_expressions_are_stronger_than_neutral_faces(read: Read) -> None:
    rest = np.mean([face.strength for face in read["NE"]])
    for code in CODES:
        if code != "NE":
            assert np.mean([face.strength for face in read[code]]) > rest + 0.3, code


def test_facial_actions_tell_smiles_and_open_mouths(read: Read) -> None:
    def mean(code: str, action: str) -> float:
        return float(np.mean([face.actions[action] for face in read[code]]))

    for side in ("Left", "Right"):
        assert mean("HA", f"mouthSmile{side}") > mean("NE", f"mouthSmile{side}") + 0.3
        assert mean("HA", f"mouthSmile{side}") > mean("SA", f"mouthSmile{side}") + 0.3
    assert mean("SU", "jawOpen") > mean("NE", "jawOpen") + 0.2
    assert mean("SU", "browInnerUp") > mean("AN", "browInnerUp") + 0.2


def test_identities_of_one_person_are_nearer_than_those_of_two(read: Read) -> None:
    smiling, angry = (np.stack([face.identity.numpy() for face in read[code]]) for code in ("HA", "AN"))
    likeness = smiling @ angry.T
    own, others = likeness.diagonal(), likeness[~np.eye(len(likeness), dtype=bool)]
    assert own.mean() > others.mean() + 0.1


def test_an_astronaut_is_found_where_her_face_is_and_smiles() -> None:
    (face,) = emogan.recognise(Image.fromarray(astronaut()))
    assert np.hypot(*(face.face.landmarks.mean(0) - (224, 125))) < 15
    assert face.emotion == "felicidade"
