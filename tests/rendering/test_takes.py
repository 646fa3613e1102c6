from dataclasses import replace

import numpy as np

from emogan.core.emotions import Emotion
from emogan.rendering.shots import Shot
from emogan.rendering.streams import stream
from emogan.rendering.takes import Settings, Take, draw

SETTINGS = Settings(176, 238, 5, 1, "wild", False, (0.25, 1.1), 0.5)
PAIRS = replace(SETTINGS, pairs=True)


def shot(emotion: str = "raiva", session: str = "A", number: int = 1, angle: str = "S") -> Shot:
    return Shot(session, "F", number, emotion, angle)


def common(take: Take) -> tuple[object, ...]:
    return take.gaze, take.pose, take.light, take.film, take.noise


def test_streams_depend_on_the_seed_and_every_name() -> None:
    first = stream(1, "F", 1, "view").random()
    assert stream(1, "F", 1, "view").random() == first
    others = {stream(2, "F", 1, "view").random(), stream(1, "F", 1, "gaze").random(), stream(1, "F", 11).random()}
    assert len(others | {first}) == 4


def test_pairs_share_everything_but_the_expression() -> None:
    takes = [draw(shot(emotion.value), PAIRS) for emotion in Emotion]
    assert len({common(take) for take in takes}) == 1
    assert len({tuple(take.expression.actions.items()) for take in takes}) == len(Emotion)
    alone = {common(draw(shot(emotion.value), SETTINGS)) for emotion in Emotion}
    assert len(alone) == len(Emotion)


def test_another_session_or_person_is_another_photograph_and_the_angle_keeps_the_expression() -> None:
    first = draw(shot(), PAIRS)
    assert draw(shot(), PAIRS) == first
    for other in (draw(shot(session="B"), PAIRS), draw(shot(number=2), PAIRS)):
        assert common(other) != common(first) and other.expression != first.expression
    turned = draw(shot(angle="HL"), PAIRS)
    assert turned.expression == first.expression and turned.light == first.light and turned.pose != first.pose


def test_wild_photographs_use_all_of_their_ranges_and_stay_in_them() -> None:
    takes = [draw(shot(number=number), SETTINGS) for number in range(1, 300)]
    for name, most in (("yaw", 35), ("pitch", 20), ("roll", 25)):
        turns = np.degrees([getattr(take.pose, name) for take in takes])
        assert 0.8 * most < np.abs(turns).max() <= most
    focals = [take.pose.focal for take in takes if take.pose.focal is not None]
    assert 24 <= min(focals) < 30 and 110 < max(focals) <= 135 and len(focals) == len(takes)
    assert {take.film.occluder for take in takes} == {"", "block", "scarf", "hand"}
    assert {take.film.backdrop for take in takes} == {"wall", "gradient", "noise", "boxes", "stripes"}
    sides = np.array([take.light.side for take in takes])
    assert sides.min() < -2 and sides.max() > 2 and 0.4 < (sides > 0).mean() < 0.6


def test_studio_photographs_are_straight_and_plain() -> None:
    takes = [draw(shot(number=number), replace(SETTINGS, look="studio")) for number in range(1, 60)]
    assert max(abs(np.degrees(take.pose.yaw)) for take in takes) < 9
    assert {(take.film.backdrop, take.film.occluder, take.film.quality) for take in takes} == {("wall", "", None)}
