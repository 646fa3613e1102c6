"""Which images of an emotion a training uses."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest

import numpy as np

from emogan.data.index import Face


def spread_over_people(faces: Sequence[Face], count: int, seed: int) -> list[Face]:
    """``count`` of ``faces``, from as many people as possible: nobody gives a second image before everybody gave one.

    The same faces and seed give the same choice. ``count`` must not exceed the number of faces.
    """
    rng = np.random.default_rng(seed)
    of_person: dict[str, list[Face]] = defaultdict(list)
    for face in faces:
        of_person[face.person].append(face)
    piles = [[pile[i] for i in rng.permutation(len(pile))] for _, pile in sorted(of_person.items())]
    order = [piles[i] for i in rng.permutation(len(piles))]
    chosen = [face for round_ in zip_longest(*order) for face in round_ if face is not None][:count]
    return sorted(chosen, key=lambda face: face.path)
