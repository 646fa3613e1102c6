import numpy as np
import pytest

from emogan.core.emotions import Emotion
from emogan.rendering.actions import EXTRA_ACTIONS
from emogan.rendering.arkit import OWN
from emogan.rendering.expression import GROWTH, LIMIT, WAYS, Expression, mean_action, show
from emogan.rendering.film import develop, smooth_grain
from emogan.rendering.folds import FOLDS
from emogan.rendering.hairstyles import STYLES, scalp_density
from emogan.rendering.identity import STYLES as STYLE_NAMES
from emogan.rendering.identity import sample_identity

LABELS = ("l-eye-scale-incr", "r-eye-scale-incr", "nose-trans-out", "chin-width-incr")


def test_a_person_depends_on_seed_sex_and_number_only() -> None:
    first = sample_identity(1, "F", 3, LABELS)
    assert sample_identity(1, "F", 3, LABELS) == first
    others = [
        sample_identity(2, "F", 3, LABELS),
        sample_identity(1, "M", 3, LABELS),
        sample_identity(1, "F", 4, LABELS),
    ]
    assert all(other.seed != first.seed and other.changes != first.changes for other in others)


def test_people_are_nearly_symmetric_adults_within_anny_s_range() -> None:
    for sex in "FM":
        for number in range(1, 60):
            person = sample_identity(1, sex, number, LABELS)
            assert set(person.changes) == set(LABELS)
            assert abs(person.changes["l-eye-scale-incr"] - person.changes["r-eye-scale-incr"]) < 0.15
            assert abs(person.changes["nose-trans-out"]) < 0.05
            assert all(0 <= value <= 1 for value in person.phenotype.values())
            assert 0.1 < person.skin < 0.7 and person.style in STYLES
            assert person.beard == "none" or sex == "M"


def test_neighbours_wear_different_hair_and_every_style_turns_up() -> None:
    for sex in "FM":
        worn = [sample_identity(1, sex, number, LABELS).style for number in range(1, 36)]
        assert set(worn) == set(STYLE_NAMES[sex])


def test_scalp_has_hair_on_top_and_none_on_the_face() -> None:
    places = np.array([[0, -0.03, 0.757], [0, 0.08, 0.68], [0, -0.13, 0.64], [0.04, -0.11, 0.58], [0, -0.125, 0.69]])
    for number in range(1, 11):
        for sex in "FM":
            person = sample_identity(1, sex, number, LABELS)
            density = scalp_density(places, person)
            assert density[2:].max() == 0
            assert density[1] == 1
            assert (density[0] == 1) == (person.style != "bald")


def shown(emotion: Emotion, person: int, photo: int, strength: tuple[float, float] = (0.25, 1.1)) -> Expression:
    habits, manner = np.random.default_rng([7, person]), np.random.default_rng([8, person])
    return show(emotion, strength, habits, manner, np.random.default_rng([9, photo]))


@pytest.mark.parametrize("emotion", list(Emotion))
def test_expressions_are_shown_in_several_ways_and_within_what_the_mesh_bears(emotion: Emotion) -> None:
    many = [shown(emotion, number, number) for number in range(60)]
    assert {one.way for one in many} == set(WAYS[emotion])
    assert all(0 <= value <= LIMIT + 0.5 for one in many for value in one.actions.values())
    assert shown(emotion, 1, 1) == shown(emotion, 1, 1) != shown(emotion, 2, 1)


def test_strength_goes_from_a_hint_to_full_and_the_middle_is_likeliest() -> None:
    drawn = np.array([shown(Emotion.RAIVA, 1, number).strength for number in range(400)])
    assert 0.25 <= drawn.min() < 0.4 and 1.0 < drawn.max() <= 1.1
    low, middle, high = np.histogram(drawn, bins=3, range=(0.25, 1.1))[0]
    assert middle > 1.3 * low and middle > 1.3 * high
    assert shown(Emotion.RAIVA, 1, 1, (0.9, 0.9)).strength == pytest.approx(0.9)


def test_actions_grow_with_strength_and_neutral_faces_have_none() -> None:
    hint, full = (shown(Emotion.SURPRESA, 1, 2, (share, share)) for share in (0.3, 1.0))
    assert hint.way == full.way
    assert hint.actions["jawOpen"] == pytest.approx(0.3**GROWTH * full.actions["jawOpen"])
    neutral = [shown(Emotion.NEUTRO, number, number) for number in range(5)]
    assert {one.strength for one in neutral} == {0.0}
    assert len({one.actions["eyeWideLeft"] for one in neutral}) == 5  # and yet they differ


def test_faces_are_lopsided_to_both_sides() -> None:
    lean = [
        shown(Emotion.FELICIDADE, number, number).actions["mouthSmileLeft"]
        / shown(Emotion.FELICIDADE, number, number).actions["mouthSmileRight"]
        for number in range(40)
    ]
    assert min(lean) < 0.9 and max(lean) > 1.1


def test_every_fold_has_drivers_that_some_expression_uses() -> None:
    used = {name for ways in WAYS.values() for way in ways.values() for name in way}
    for _, _, drivers in FOLDS.values():
        assert set(drivers) & used
    assert set(EXTRA_ACTIONS) <= used
    assert tuple(EXTRA_ACTIONS) == OWN


def test_mean_action_reads_paired_and_unpaired_names() -> None:
    assert mean_action({"jawOpen": 0.4}, "jawOpen") == 0.4
    assert mean_action({"eyeWideLeft": 0.2, "eyeWideRight": 0.4}, "eyeWide") == pytest.approx(0.3)
    assert mean_action({}, "eyeWide") == 0


def test_the_film_s_curve_rises_and_never_clips_early() -> None:
    shown = develop(np.linspace(0, 2, 50))
    assert shown[0] == 0 and shown[-1] <= 1
    assert (np.diff(shown) > 0).all()


def test_smoothing_removes_grain_and_keeps_edges() -> None:
    rng = np.random.default_rng(0)
    picture = np.where(np.arange(40) < 20, 0.2, 0.8) + rng.normal(0, 0.01, (40, 40))
    calm = smooth_grain(picture)
    assert calm[5:35, 5:15].std() < 0.5 * picture[5:35, 5:15].std()
    assert calm[20, 17] < 0.25 and calm[20, 22] > 0.75
