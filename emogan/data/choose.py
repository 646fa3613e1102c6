"""Which images of an emotion a training uses."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest

import numpy as np

from emogan.data.index import Face


def in_turns(faces: Sequence[Face], seed: int) -> list[Face]:
    """All ``faces`` in the order in which they are chosen: nobody comes a second time before everybody came once.

    The same faces and seed give the same order.
    """
    rng = np.random.default_rng(seed)
    of_person: dict[str, list[Face]] = defaultdict(list)
    for face in faces:
        of_person[face.person].append(face)
    piles = [[pile[i] for i in rng.permutation(len(pile))] for _, pile in sorted(of_person.items())]
    order = [piles[i] for i in rng.permutation(len(piles))]
    return [face for round_ in zip_longest(*order) for face in round_ if face is not None]
