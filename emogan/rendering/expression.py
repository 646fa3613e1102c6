"""The six expressions as facial actions: several ways to show each, from a hint to full, by people who differ."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from emogan.core.emotions import Emotion
from emogan.rendering.actions import EXTRA_ACTIONS

_FEAR = {"browInnerUp": 1.25, "browOuterUp": 0.6, "browSqueeze": 1.1, "eyeWide": 1.6}
_ANGER = {"browDown": 1.3, "browV": 1.3, "browSqueeze": 0.25, "lidTight": 0.75, "eyeSquint": 0.8, "jawForward": 0.25}
_GRIEF = {"browInnerUp": 1.2, "browSqueeze": 0.6, "browOblique": 1.25}
# emotion -> way -> its full strength
WAYS: dict[Emotion, dict[str, dict[str, float]]] = {
    Emotion.NEUTRO: {"rest": {}, "firm": {"mouthPress": 0.25}, "heavy": {"eyeBlink": 0.12}, "awake": {"eyeWide": 0.12}},
    Emotion.FELICIDADE: {
        "open": {
            "mouthSmile": 1.35,
            "cheekSquint": 1.0,
            "eyeSquint": 0.3,
            "mouthUpperUp": 1.0,
            "mouthLowerDown": 0.3,
            "mouthStretch": 0.2,
            "jawOpen": 0.16,
        },
        "closed": {"mouthSmile": 1.25, "cheekSquint": 1.0, "eyeSquint": 0.3, "mouthPress": 0.12},
        "mouth": {
            "mouthSmile": 1.4,
            "cheekSquint": 0.4,
            "mouthUpperUp": 0.95,
            "mouthLowerDown": 0.2,
            "mouthStretch": 0.2,
            "jawOpen": 0.08,
        },
        "laugh": {
            "mouthSmile": 1.35,
            "cheekSquint": 1.1,
            "eyeSquint": 0.5,
            "mouthUpperUp": 1.0,
            "mouthLowerDown": 0.5,
            "mouthStretch": 0.2,
            "jawOpen": 0.42,
        },
    },
    Emotion.MEDO: {
        "stretched": {
            **_FEAR,
            "mouthStretch": 1.5,
            "mouthLowerDown": 0.9,
            "mouthUpperUp": 0.25,
            "mouthFrown": 0.3,
            "jawOpen": 0.32,
        },
        "gasp": {**_FEAR, "browOuterUp": 0.5, "mouthStretch": 1.2, "mouthLowerDown": 0.8, "jawOpen": 0.45},
        "tense": {**_FEAR, "browInnerUp": 1.35, "mouthStretch": 1.5, "mouthFrown": 0.4, "mouthLowerDown": 0.7},
    },
    Emotion.RAIVA: {
        "pressed": {
            **_ANGER,
            "eyeWide": 0.25,
            "noseSneer": 1.0,
            "mouthFrown": 0.65,
            "mouthPress": 0.5,
            "mouthRollUpper": 0.35,
            "mouthRollLower": 0.2,
        },
        "bared": {
            **_ANGER,
            "noseSneer": 1.3,
            "mouthFrown": 0.65,
            "mouthUpperUp": 1.0,
            "mouthLowerDown": 0.95,
            "mouthStretch": 0.25,
            "jawOpen": 0.08,
        },
        "shout": {
            **_ANGER,
            "browV": 1.45,
            "noseSneer": 1.4,
            "mouthFrown": 0.5,
            "mouthUpperUp": 1.1,
            "mouthLowerDown": 0.9,
            "mouthFunnel": 0.3,
            "jawOpen": 0.2,
        },
        "glare": {**_ANGER, "browV": 1.45, "eyeWide": 0.5, "noseSneer": 0.8, "mouthFrown": 0.7, "mouthPress": 0.5},
    },
    Emotion.SURPRESA: {
        "open": {"browInnerUp": 1.15, "browOuterUp": 1.15, "eyeWide": 1.15, "jawOpen": 0.75, "mouthFunnel": 0.25},
        "wide": {"browInnerUp": 1.15, "browOuterUp": 1.3, "eyeWide": 1.25, "jawOpen": 0.95, "mouthFunnel": 0.15},
        "round": {"browInnerUp": 1.1, "browOuterUp": 1.25, "eyeWide": 1.1, "jawOpen": 0.65, "mouthFunnel": 0.5},
    },
    Emotion.TRISTEZA: {
        "lowered": {
            **_GRIEF,
            "eyeBlink": 0.26,
            "eyeSquint": 0.3,
            "eyeLookDown": 0.35,
            "mouthFrown": 1.5,
            "mouthShrugLower": 0.75,
        },
        "pleading": {
            **_GRIEF,
            "browInnerUp": 1.4,
            "eyeBlink": 0.12,
            "eyeSquint": 0.3,
            "mouthFrown": 1.5,
            "mouthShrugLower": 1.0,
        },
        "pressed": {
            **_GRIEF,
            "eyeBlink": 0.2,
            "eyeSquint": 0.4,
            "mouthFrown": 1.5,
            "mouthPress": 0.4,
            "mouthRollLower": 0.35,
            "mouthShrugLower": 0.8,
        },
    },
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
GROWTH = 0.5  # a face at half its strength moves by 0.5 to this power of the full way: expressions show early
SLEEPY = 0.12  # eyeWide at rest: the mesh's own lids hang a little
BLINKS = 0.03  # share of the photographs in which the eyes are just closing
LOPSIDED = 0.12  # share of the photographs in which one half moves much more


@dataclass(frozen=True)
class Expression:
    """What a face does: how strong (0 for neutral faces, 1 is full), in which way, and all facial actions."""

    strength: float
    way: str
    actions: dict[str, float]


def show(
    emotion: Emotion,
    strength: tuple[float, float],
    habits: np.random.Generator,
    manner: np.random.Generator,
    photo: np.random.Generator,
) -> Expression:
    """The expression of one photograph.

    Args:
        emotion: what the sitter was asked to show.
        strength: from a hint to full: least and most; the middle is likeliest.
        habits: generator of the person: what stays in this face whatever it shows.
        manner: generator of the person and the emotion: how this person shows it, the same in every session.
        photo: generator of the session and the emotion.
    """
    ways = WAYS[emotion]
    way = str(photo.choice(list(ways)))
    low, high = strength
    drawn = float(low + (high - low) * photo.beta(2.6, 2.4))
    lean = manner.normal(0, 0.06) + photo.normal(0, 0.03)  # one half of most faces moves more
    if photo.random() < LOPSIDED:
        lean += photo.choice([-1, 1]) * photo.uniform(0.15, 0.3)
    own = {name: float(np.clip(manner.normal(1, 0.12), 0.75, 1.25)) for name in sorted(_ACTIONS)}
    actions: dict[str, float] = {}
    for name, full in ways[way].items():
        weight = full * drawn**GROWTH * own[name] * np.clip(photo.normal(1, 0.06), 0.85, 1.15)
        for side, sign in (("Left", 1.0), ("Right", -1.0)) if name not in UNPAIRED else (("", 0.0),):
            actions[name + side] = float(np.clip(weight * (1 + sign * lean), 0, LIMIT))
    neutral = emotion is Emotion.NEUTRO
    actions = _with_habits(actions, habits, 1.0 if neutral else max(0.0, 1 - drawn))
    if photo.random() < BLINKS:
        closing = float(photo.uniform(0.5, 0.95))
        actions.update({f"eyeBlink{side}": closing for side in ("Left", "Right")})
    return Expression(0.0 if neutral else drawn, way, actions)


def at_full(emotion: Emotion, habits: np.random.Generator) -> dict[str, float]:
    """The facial actions of an emotion at full strength in the first of its ways, both halves of the face alike but for
    the person's habits: nothing is left to chance that a photograph would have."""
    actions: dict[str, float] = {}
    for name, weight in next(iter(WAYS[emotion].values())).items():
        actions.update(dict.fromkeys([name] if name in UNPAIRED else [name + "Left", name + "Right"], weight))
    return _with_habits(actions, habits, 1.0 if emotion is Emotion.NEUTRO else 0.0)


_ACTIONS = {name for ways in WAYS.values() for way in ways.values() for name in way}


def _with_habits(actions: Mapping[str, float], habits: np.random.Generator, rest: float) -> dict[str, float]:
    """Nobody's rest is the mesh's rest: lifts and droops that a person keeps, and those that only show at rest."""
    kept = {
        "mouthSmile": habits.normal(0.16, 0.05),
        "mouthFrown": max(habits.normal(0.0, 0.05), 0.0),
        "browOuterUp": habits.normal(0.0, 0.08),
        "browDown": habits.normal(0.0, 0.12) * rest,
        "eyeBlink": abs(habits.normal(0.0, 0.04)),
        "eyeWide": habits.normal(SLEEPY, 0.07) * (0.5 + 0.5 * rest),
        "mouthPress": abs(habits.normal(0.0, 0.08)),
    }
    lean = habits.normal(0, 0.15)
    result = dict(actions)
    for name, weight in kept.items():
        for side, sign in (("Left", 1.0), ("Right", -1.0)):
            result[name + side] = result.get(name + side, 0.0) + float(max(weight * (1 + sign * lean), 0.0))
    return result


def mean_action(actions: Mapping[str, float], name: str) -> float:
    """The strength of an action, averaged over its halves."""
    if name in actions:
        return actions[name]
    return 0.5 * (actions.get(name + "Left", 0.0) + actions.get(name + "Right", 0.0))
