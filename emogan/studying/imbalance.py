"""Imbalances: how many images of each emotion a database is cut to, and which of them stay."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError

OWN, ONE, TWO, FER2013, WHOLE = "own", "one", "two", "fer2013", "whole"
KINDS = (OWN, ONE, TWO, FER2013)
CURVED = (OWN, ONE)  # where it is measured how many drawn faces help

# Training images of each emotion in FER2013 (Goodfellow et al. 2013)
SHARES = {
    Emotion.FELICIDADE: 7215,
    Emotion.MEDO: 4097,
    Emotion.NEUTRO: 4965,
    Emotion.RAIVA: 3995,
    Emotion.SURPRESA: 3171,
    Emotion.TRISTEZA: 4830,
}


def cut(counts: Mapping[Emotion, int], kind: str, short: Sequence[Emotion], images: int) -> dict[Emotion, int]:
    """How many images of each emotion stay of ``counts``.

    Args:
        kind: ``one``: the first of ``short`` is cut to ``images``; ``two``: the first two are; ``fer2013``: as unequal
            as FER2013, the largest as it is; ``own`` and ``whole``: all stay.

    Raises:
        UserError: when there is no such emotion, or nothing to cut.
    """
    left = dict(counts)
    if kind == FER2013:
        most = max(counts.values()) / max(SHARES[emotion] for emotion in counts)
        left = {emotion: min(count, round(most * SHARES[emotion])) for emotion, count in counts.items()}
    elif kind in (ONE, TWO):
        number = (ONE, TWO).index(kind) + 1
        if len(short) < number:
            raise UserError(f"imbalances={kind} cuts {number} emotions, short names {len(short)}: give short=[A,B].")
        for emotion in short[:number]:
            if (there := counts.get(emotion, 0)) <= images:
                raise UserError(
                    f"short={emotion} is to be cut to images={images}, and the people to learn from show it"
                    f" {there} times: give another emotion or fewer images."
                )
            left[emotion] = images
    return left


def short_of(left: Mapping[Emotion, int]) -> list[Emotion]:
    """The emotions with fewer images than the largest, in the order of the menu."""
    most = max(left.values())
    return [emotion for emotion in EMOTIONS if 0 < left.get(emotion, 0) < most]


def stay(emotions: Tensor, left: Mapping[Emotion, int], seed: int) -> Tensor:
    """Places, in order, of the images that stay, drawn with ``seed``: for two imbalances the smaller set lies in the
    larger, and what stays of an emotion does not depend on the others.

    Args:
        emotions: (n,), the place of each image's emotion in the menu.
    """
    kept = []
    for emotion, count in left.items():
        place = EMOTIONS.index(emotion)
        generator = torch.Generator().manual_seed(1000 * seed + place)
        there = (emotions == place).nonzero()[:, 0]
        kept.append(there[torch.randperm(len(there), generator=generator)[:count]])
    return torch.cat(kept).sort().values
