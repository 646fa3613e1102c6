"""Where faces may be: scikit-image's cascade over a small copy of the picture, upright and turned; places to try."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from emogan.finding.frames import Frame, centred

SIDE = 256  # pixels of the copy's longer side; faces of a sixth of it and more are found at once
FINE = 800  # and where none is found
LEAST, WIDEST = 256, 1024  # pixels of the shorter side: smaller pictures are enlarged; but not the longer beyond this
WINDOW = 36  # pixels of the least face in the copy
TURNS = (0.0, 27.0, -27.0, 50.0, -50.0)  # degrees
LOWER, WIDER = 0.14, 1.5  # of a close crop against the cascade's box: the mean of rendered faces


def proposals(grey: Image.Image) -> Iterator[list[Frame]]:
    """Frames to look for landmarks in, round after round, each dearer and less likely than the one before."""
    for longest in (SIDE, FINE) if max(grey.size) > SIDE else (SIDE,):
        scale = max(min(longest / max(grey.size), 1.0), min(LEAST / min(grey.size), WIDEST / max(grey.size), 4.0))
        if longest == FINE and scale * max(grey.size) <= SIDE:
            return
        size = max(1, round(scale * grey.width)), max(1, round(scale * grey.height))
        small = grey.resize(size, Image.Resampling.BILINEAR)
        for turn in TURNS:
            if found := [frame.scaled(1 / scale) for frame in _boxes(small, turn)]:
                yield found
    yield list(_usual(grey))


def _boxes(small: Image.Image, degrees: float) -> list[Frame]:
    turned = np.asarray(small.rotate(degrees, Image.Resampling.BILINEAR, fillcolor=128) if degrees else small)
    most = min(turned.shape)
    found = _cascade().detect_multi_scale(
        turned, scale_factor=1.2, step_ratio=1, min_size=(WINDOW,) * 2, max_size=(most,) * 2, min_neighbor_number=2
    )
    middle = np.array(small.size) / 2
    back = np.radians(degrees)
    axes = np.array([[np.cos(back), np.sin(back)], [-np.sin(back), np.cos(back)]])
    frames = []
    for box in found:
        side = WIDER * box["width"]
        place = np.array([box["c"] + box["width"] / 2, box["r"] + (0.5 + LOWER) * box["height"]])
        x, y = (place - middle) @ axes + middle
        frames.append(centred((float(x), float(y)), side, back))
    return frames


def _usual(grey: Image.Image) -> Iterator[Frame]:
    """Where faces are in portraits, for those whom the cascade misses: hidden or turned ones."""
    width, height = grey.size
    for share in (0.9, 0.65, 0.45):
        side = share * min(width, height)
        for down in (0.4, 0.5, 0.6):
            for across in (0.4, 0.5, 0.6):
                yield centred((across * width, down * height), side)


@lru_cache(maxsize=1)
def _cascade() -> Any:
    from skimage.data import lbp_frontal_face_cascade_filename
    from skimage.feature import Cascade

    return Cascade(lbp_frontal_face_cascade_filename())
