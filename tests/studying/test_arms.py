from typing import get_args

from emogan.config.balancing import STUDY_ARMS
from emogan.studying.arms import ARMS, PLAIN, Drawn
from emogan.studying.drawing import DRAWERS


def test_settings_and_drawers_are_those_of_the_arms() -> None:
    assert list(STUDY_ARMS) == list(ARMS)
    assert {"", *DRAWERS} == set(get_args(Drawn)) == {arm.drawn for arm in ARMS.values()}


def test_one_arm_does_nothing_and_one_does_two_things_without_a_drawn_face() -> None:
    assert [name for name, arm in ARMS.items() if not arm.remedies and not arm.drawn] == [PLAIN]
    assert [name for name, arm in ARMS.items() if arm.remedies > 1] == ["augmented_oversampling"]
