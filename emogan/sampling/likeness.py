"""How like a photograph the face is that was found for it: an honest word where the network knows no such face.

The mean difference of brightness does not tell: a white sheet comes within 6 of 255, portraits within 18 to 33.
Likeness does. Of the packaged network, 150 steps:

- 30 packaged faces of people it never saw have 0.67 to 0.91: 27 are called near, 3 far.
- 30 portraits of the Face Research Lab London Set have 0.37 to 0.80: 10 near, 19 far, 1 none.
- 38 pictures of no face (scikit-image's coins, bricks, grass, gravel, text, a cat, a rocket, ..., whole and in part;
  noise, plain grey) have -0.10 to 0.23: all none.

The limits were chosen with the first packaged network, whose figures were 0.60 to 0.95, 0.29 to 0.85 and -0.04 to
0.43. Near is no promise that it is the same person, and far no proof of a face: a packaged one upside down was far with
0.58. Where a person is small in the picture, it says none.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from skimage.filters import gaussian

from emogan.sampling.sampler import Picture

Likeness = Literal["near", "far", "none"]

FINE, COARSE = 1 / 64, 1 / 16  # of the width: between these two widths of blur are eyes, mouth and outline
NEAR, FAR = 0.7, 0.4  # least likeness


def likeness_of(photo: Picture, face: Picture) -> float:
    """How alike two pictures uint8 (h, w, c) are drawn, from -1 to 1; 0 where one of them is plain.

    The correlation of both between two widths of blur. Light and skin, which any face comes near, and hair and noise,
    which none does, have no part in it.
    """
    one, other = _drawn(photo), _drawn(face)
    size = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / size if size > 1e-3 * one.size else 0.0


def verdict_of(likeness: float) -> Likeness:
    """What a likeness means: the face is near, or far, or the network knows none like that of the photograph."""
    return "near" if likeness >= NEAR else "far" if likeness >= FAR else "none"


def _drawn(picture: Picture) -> NDArray[np.float64]:
    grey = picture.astype(np.float64).mean(axis=2)
    width = grey.shape[1]
    fine, coarse = (gaussian(grey, share * width, mode="reflect", preserve_range=True) for share in (FINE, COARSE))
    drawn: NDArray[np.float64] = fine - coarse
    drawn -= drawn.mean()
    return drawn
