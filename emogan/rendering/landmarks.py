"""Seventy landmarks in the order that most programs share: vertices of the skin, a person's own brows, the pupils."""

from functools import lru_cache

import numpy as np
from scipy.spatial import cKDTree

from emogan.rendering import brows
from emogan.rendering.head import Head, skin_normals
from emogan.rendering.identity import Identity
from emogan.rendering.mesh import Floats, Ints

# Places in mm on the middle person's left half, from the middle outwards, and on the middle line.
JAW_MIDDLE = (0.0, -119.0, 541.8)
JAW = ((18, -110, 545), (34, -93, 551), (46, -77, 562), (54, -66, 576), (60, -56, 591), (65, -49, 609), (68, -45, 628))
JAW_END = (69.0, -43.0, 648.0)
JAWS = 17  # landmarks of the jaw, before the brows
BRIDGE = ((0.1, -132.0, 651.6), (0.1, -132.8, 640.6), (0.1, -139.5, 628.3), (0.1, -148.9, 612.6))
NOSTRIL_MIDDLE, NOSTRILS = (0.1, -141.5, 603.1), ((6.8, -138.5, 603.9), (15.0, -133.0, 605.8))
EYE_INNER, EYE_OUTER = (18.4, -121.3, 645.1), (42.9, -117.2, 647.5)
LID_UPPER = ((26.3, -124.0, 651.2), (34.3, -123.6, 651.7))  # from the inner corner outwards
LID_LOWER = ((26.9, -123.2, 643.0), (34.6, -123.0, 642.7))
LIP_CORNER = (25.0, -126.5, 579.3)
LIP_UPPER_MIDDLE, LIP_UPPER = (0.1, -142.7, 590.0), ((5.0, -141.9, 591.0), (15.0, -136.5, 587.9))
LIP_LOWER_MIDDLE, LIP_LOWER = (0.1, -136.7, 568.9), ((6.0, -135.9, 569.3), (15.5, -131.9, 571.9))
INNER_CORNER = (22.5, -126.9, 579.9)
INNER_UPPER_MIDDLE, INNER_UPPER = (0.1, -136.7, 581.5), (10.0, -134.8, 581.8)
INNER_LOWER_MIDDLE, INNER_LOWER = (0.1, -137.0, 579.7), (10.5, -133.9, 580.2)

Place = tuple[float, float, float]


def _right(*places: Place) -> list[Place]:
    """The same places on the sitter's right half, which is the picture's left."""
    return [(-x, y, z) for x, y, z in places]


def _places() -> list[Place]:
    """58 places, all but the brows': jaw, nose, eyes, lips outside and inside, each from the picture's left."""
    jaw = [*_right(JAW_END, *JAW[::-1]), JAW_MIDDLE, *JAW, JAW_END]
    nose = [*BRIDGE, *_right(*NOSTRILS[::-1]), NOSTRIL_MIDDLE, *NOSTRILS]
    right = _right(EYE_OUTER, *LID_UPPER[::-1], EYE_INNER, *LID_LOWER)
    left = [EYE_INNER, *LID_UPPER, EYE_OUTER, *LID_LOWER[::-1]]
    outer = [*_right(LIP_CORNER, *LIP_UPPER[::-1]), LIP_UPPER_MIDDLE, *LIP_UPPER, LIP_CORNER]
    outer += [*LIP_LOWER[::-1], LIP_LOWER_MIDDLE, *_right(*LIP_LOWER)]
    inner = [*_right(INNER_CORNER, INNER_UPPER), INNER_UPPER_MIDDLE, INNER_UPPER, INNER_CORNER]
    inner += [INNER_LOWER, INNER_LOWER_MIDDLE, *_right(INNER_LOWER)]
    return [*jaw, *nose, *right, *left, *outer, *inner]


@lru_cache(maxsize=1)
def landmark_vertices(head: Head) -> Ints:
    """Vertices (58,) of the skin."""
    _, nearest = cKDTree(head.rest_skin).query(np.array(_places()) / 1000)
    result: Ints = nearest
    return result


def skin_landmarks(head: Head, person: Identity, skin: Floats) -> Floats:
    """The first 68 landmarks (68, 3) in space, of a person's skin (v, 3)."""
    fixed = skin[landmark_vertices(head)]
    own = brows.landmarks(head, person).follow(skin, skin_normals(head, skin))
    return np.concatenate([fixed[:JAWS], own, fixed[JAWS:]])


def landmark_points(head: Head, person: Identity, skin: Floats, pupils: Floats) -> Floats:
    """The landmarks (70, 3) in space, of a person's skin (v, 3) and its pupils (2, 3), the sitter's right one first."""
    return np.concatenate([skin_landmarks(head, person, skin), pupils])
