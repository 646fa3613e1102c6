from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.sampling.asked import Look, People, asked
from emogan.sampling.interpolation import way_of
from emogan.sampling.photograph import read_photograph
from emogan.sampling.projection import project
from emogan.sampling.sampler import AT_ONCE, Sampler


@pytest.fixture(scope="module")
def of_two(conditional_run: Path) -> Sampler:
    """A network for medo and raiva."""
    trained = Sampler.of(str(conditional_run)).trained
    return Sampler(replace(trained, emotion="medo+raiva"), "RUN")


def test_portions_are_small_and_each_face_is_always_the_same(of_two: Sampler) -> None:
    shown = of_two.weights_of(asked(["raiva", "medo"]), 1.0)
    many = [*of_two.faces(shown, People(AT_ONCE + 30, 1), Look(1.0, True))]
    assert [len(portion.images) for portion in many] == [AT_ONCE, 30, AT_ONCE, 30]
    (alone,) = of_two.faces({"raiva": shown["raiva"]}, People(1, 1, first=AT_ONCE + 3), Look(1.0, True))
    assert alone.names == ("raiva_s1_0103",)
    assert np.array_equal(alone.images[0], many[3].images[3])


@pytest.mark.parametrize(
    ("emotion", "intensity", "says"),
    [
        ("todas", 1.0, "draws medo and raiva only, not felicidade and neutro and surpresa and tristeza: give"),
        ("surpresa", 1.0, "emotion=[medo,raiva] for what there is, or other weights, such as those of a run with"),
        ("raiva", 0.5, "not neutro (intensity starts from neutro): give"),
    ],
)
def test_what_a_network_has_not_learnt_is_told_with_a_way_on(
    emotion: str, intensity: float, says: str, of_two: Sampler
) -> None:
    with pytest.raises(UserError) as error:
        of_two.weights_of(asked(emotion), intensity)
    assert says in str(error.value)


def test_a_way_starts_from_one_emotion(of_two: Sampler) -> None:
    way = way_of(of_two, asked("medo"), "anger", 1.0)
    assert way.name == "medo_to_raiva" and way.start[1] == way.end[3] == 1
    with pytest.raises(UserError, match=r"to=raiva starts from one emotion: .* not 2 emotions"):
        way_of(of_two, asked(["medo", "raiva"]), "raiva", 1.0)


def test_a_photograph_is_shown_with_the_emotions_there_are(of_two: Sampler, six_emotions: Path) -> None:
    found = project(of_two, read_photograph(of_two, six_emotions / "medo" / "p03.png", "square", 0.5), 2, median=True)
    assert list(found.in_emotions) == [Emotion.MEDO, Emotion.RAIVA]
    assert found.shares[Emotion.MEDO] + found.shares[Emotion.RAIVA] == pytest.approx(1)
