"""People are built like people, women and men."""

import numpy as np
import pytest

pytest.importorskip("anny")
pytest.importorskip("mitsuba")


def measured(sex: str) -> dict[str, float]:
    """Means over ten people at rest, in mm."""
    from emogan.rendering import solids
    from emogan.rendering.landmarks import landmark_points
    from emogan.rendering.photograph import sit

    rows = []
    for number in range(1, 11):
        sitter = sit(5, sex, number)
        skin = sitter.head.skin.weights @ sitter.neutral
        pupils = np.array([solids.pupil(sitter.head, sitter.neutral, side, (0.0, 0.0)) for side in "rl"])
        points = 1000 * landmark_points(sitter.head, sitter.person, skin, pupils)
        rows.append(
            {
                "pupils": float(points[69, 0] - points[68, 0]),
                "inner corners of the eyes": float(points[42, 0] - points[39, 0]),
                "mouth": float(points[54, 0] - points[48, 0]),
                "pupils to chin": float(points[68:, 2].mean() - points[8, 2]),
                "brows above pupils": float(points[[19, 24], 2].mean() - points[68:, 2].mean()),
                "between the brows": float(points[22, 0] - points[21, 0]),
            }
        )
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def test_faces_have_the_measures_of_people_and_those_of_men_are_longer() -> None:
    women, men = measured("F"), measured("M")
    for name, (low, high) in {
        "pupils": (59, 65),
        "inner corners of the eyes": (30, 38),
        "mouth": (48, 57),
        "brows above pupils": (17, 26),
        "between the brows": (13, 22),
    }.items():
        assert low < women[name] < high, (name, women)
        assert low < men[name] < high, (name, men)
    assert 98 < women["pupils to chin"] < 108
    assert women["pupils to chin"] + 7 < men["pupils to chin"] < 120
