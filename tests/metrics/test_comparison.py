from dataclasses import replace

import pytest
import torch

from emogan.data.face_set import Faces
from emogan.metrics.baselines import copies
from emogan.metrics.comparison import BLURRED, COPIES, NOISE, REAL, Comparison, Measured
from emogan.metrics.measuring import Settings
from emogan.networks.recogniser import Recogniser
from emogan.recognition.training import Recipe

SETTINGS = Settings(neighbours=5, subsets=20, subset_size=100, bootstrap=10, seed=1)


@pytest.fixture(scope="module")
def comparison(packaged: Faces, recogniser: Recogniser, recipe: Recipe) -> Comparison:
    return Comparison(packaged, recogniser, None, replace(recipe, steps=60, batch=32, width=16), SETTINGS)


@pytest.fixture(scope="module")
def quick(comparison: Comparison) -> Comparison:
    """The same, for what does not depend on the classification accuracy score."""
    return replace(comparison, recipe=replace(comparison.recipe, steps=2), settings=replace(SETTINGS, bootstrap=2))


@pytest.fixture(scope="module")
def rows(comparison: Comparison) -> dict[str, Measured]:
    return comparison.yardsticks(comparison.others, unseen=True)


def values(rows: dict[str, Measured], name: str) -> list[float]:
    return [rows[row].row[name].value for row in (REAL, BLURRED, NOISE)]


@pytest.mark.parametrize("name", ["kid", "fid"])
def test_distances_rise_from_real_to_blurred_to_noise(rows: dict[str, Measured], name: str) -> None:
    real, blurred, noise = values(rows, name)
    assert real < blurred < noise


LEAST = {"precision": 0.9, "recall": 0.9, "density": 0.7, "coverage": 0.9, "accuracy": 0.8, "cas": 0.4}


@pytest.mark.parametrize("name", LEAST)
def test_qualities_fall_from_real_to_blurred_to_noise(rows: dict[str, Measured], name: str) -> None:
    real, blurred, noise = values(rows, name)
    assert real > blurred >= noise
    assert real > LEAST[name] and noise < 0.3


def test_real_people_are_as_diverse_as_others_and_noise_is_not(rows: dict[str, Measured]) -> None:
    real, _, noise = values(rows, "diversity")
    assert real == pytest.approx(1, abs=0.15)
    assert noise < real - 0.2


def test_only_copying_tells_copies_from_real_people(rows: dict[str, Measured]) -> None:
    copied, real = rows[COPIES].row, rows[REAL].row
    assert copied["kid"].value == pytest.approx(real["kid"].value, abs=0.2)
    assert copied["coverage"].value > 0.9
    assert copied["copying"].value == 1
    assert real["copying"].value == pytest.approx(0.05, abs=0.01)
    assert rows[NOISE].row["copying"].value == 0


def test_a_dozen_faces_again_and_again_lack_variety(quick: Comparison, rows: dict[str, Measured]) -> None:
    others = quick.others
    dozen = others[torch.cat([(others.emotions == place).nonzero()[:12, 0] for place in range(6)])]
    found = quick.measured(copies(dozen, 600, seed=0), others).row
    real = rows[REAL].row
    for name in ("recall", "coverage", "diversity"):
        assert found[name].value < real[name].value - 0.1
    assert found["kid"].value > real["kid"].value + 0.1


def test_each_emotion_has_its_own_row_and_samples(rows: dict[str, Measured]) -> None:
    real = rows[REAL]
    assert [emotion.number for emotion in real.emotions] == [1, 2, 3, 4, 5, 6]
    assert real.samples.emotions.tolist() == [place for place in range(6) for _ in range(10)]
    assert all(found.error is not None for name, found in real.row.items() if name != "fid")


def test_without_unseen_people_copying_is_not_measured(quick: Comparison) -> None:
    assert "copying" not in quick.measured(quick.others, None).row


def test_a_single_emotion_has_no_classification_accuracy_score(quick: Comparison) -> None:
    raiva = quick.others[quick.others.emotions == 3]
    assert "cas" not in quick.measured(raiva, None).row


def test_the_same_seed_gives_the_same_numbers(quick: Comparison) -> None:
    some = quick.others[torch.arange(0, 600, 3)]
    assert quick.measured(some, None).row == quick.measured(some, None).row
