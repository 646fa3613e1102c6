"""The six expressions as facial actions, with the variation of people who were asked to pose them."""

from collections.abc import Mapping

import numpy as np

from emogan.core.emotions import Emotion
from emogan.rendering.actions import EXTRA_ACTIONS

TARGETS: dict[Emotion, dict[str, float]] = {
    Emotion.NEUTRO: {},
    Emotion.FELICIDADE: {
        "mouthSmile": 1.25,
        "cheekSquint": 1.0,
        "eyeSquint": 0.45,
        "mouthUpperUp": 0.9,
        "mouthLowerDown": 0.5,
        "mouthStretch": 0.35,
        "jawOpen": 0.18,
    },
    Emotion.MEDO: {
        "browInnerUp": 1.25,
        "browOuterUp": 0.6,
        "browSqueeze": 1.2,
        "eyeWide": 1.6,
        "mouthStretch": 1.5,
        "mouthLowerDown": 0.9,
        "mouthUpperUp": 0.25,
        "mouthFrown": 0.3,
        "jawOpen": 0.32,
    },
    Emotion.RAIVA: {
        "browDown": 1.45,
        "browV": 1.2,
        "browSqueeze": 0.75,
        "lidTight": 0.8,
        "eyeWide": 0.25,
        "eyeSquint": 0.75,
        "noseSneer": 1.0,
        "mouthFrown": 0.65,
        "mouthPress": 0.35,
        "mouthRollUpper": 0.3,
        "jawForward": 0.3,
        "cheekSquint": 0.3,
    },
    Emotion.SURPRESA: {
        "browInnerUp": 1.15,
        "browOuterUp": 1.15,
        "eyeWide": 1.15,
        "jawOpen": 0.75,
        "mouthFunnel": 0.25,
    },
    Emotion.TRISTEZA: {
        "browInnerUp": 1.2,
        "browSqueeze": 0.6,
        "browOblique": 1.25,
        "eyeBlink": 0.21,
        "eyeSquint": 0.3,
        "eyeLookDown": 0.2,
        "mouthFrown": 1.5,
        "mouthShrugLower": 0.75,
    },
}
# Anger is posed with the teeth bared by about half of the people, with tight lips by the others.
BARED = {
    "mouthUpperUp": 1.0,
    "mouthLowerDown": 0.95,
    "mouthStretch": 0.6,
    "mouthPress": 0.0,
    "mouthRollUpper": 0.0,
    "jawOpen": 0.08,
    "noseSneer": 1.3,
}
UNPAIRED = {
    "browInnerUp",
    "jawOpen",
    "jawForward",
    "mouthFunnel",
    "mouthPucker",
    "mouthClose",
    "mouthRollUpper",
    "mouthRollLower",
    "mouthShrugLower",
    "mouthShrugUpper",
    *EXTRA_ACTIONS,
}
LIMIT = 1.7  # beyond it the mesh folds


def sample_expression(emotion: Emotion, person: np.random.Generator, photo: np.random.Generator) -> dict[str, float]:
    """Facial actions of one photograph.

    Args:
        emotion: what the sitter was asked to show.
        person: generator seeded by person and emotion: the way this person shows it, the same in every session.
        photo: generator seeded by the photograph: the small differences between two takes.
    """
    target = dict(TARGETS[emotion])
    if emotion is Emotion.RAIVA and person.random() < 0.65:
        target.update(BARED)
    strength = person.uniform(0.90, 1.08) * photo.uniform(0.96, 1.04)
    lean = person.normal(0, 0.06)  # one half of most faces moves more
    actions: dict[str, float] = {}
    for name, weight in target.items():
        own = weight * strength * np.clip(person.normal(1, 0.12), 0.75, 1.25) * np.clip(photo.normal(1, 0.03), 0.9, 1.1)
        for side, sign in (("Left", 1.0), ("Right", -1.0)) if name not in UNPAIRED else (("", 0.0),):
            actions[name + side] = float(np.clip(own * (1 + sign * lean), 0, LIMIT))
    return _habits(actions, person)


def _habits(actions: Mapping[str, float], person: np.random.Generator) -> dict[str, float]:
    """Nobody's rest is the mesh's rest: slight lifts and droops that a person keeps."""
    habits = {
        "mouthSmile": person.normal(0.11, 0.03),
        "browOuterUp": person.normal(0.0, 0.06),
        "eyeBlink": abs(person.normal(0.0, 0.03)),
        "eyeWide": person.normal(0.24, 0.05) if not actions else 0.0,  # the mesh's own lids are sleepy
        "mouthPress": abs(person.normal(0.0, 0.05)),
    }
    result = dict(actions)
    for name, weight in habits.items():
        for side in ("Left", "Right"):
            result[name + side] = result.get(name + side, 0.0) + float(max(weight, 0.0))
    return result


def mean_action(actions: Mapping[str, float], name: str) -> float:
    """The strength of an action, averaged over its halves."""
    if name in actions:
        return actions[name]
    return 0.5 * (actions.get(name + "Left", 0.0) + actions.get(name + "Right", 0.0))
