"""A face that is partly seen, explained by the model: where everything lies, how bright it is, with which emotion."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from scipy.interpolate import LinearNDInterpolator
from scipy.ndimage import gaussian_filter
from scipy.spatial import QhullError
from torch import Tensor

from emogan.completing.model import FaceModel, on_texture
from emogan.networks.surface import Surface, grid
from emogan.translating.pairs import SIZE

PLACED, BRIGHT = 0.05, 0.6  # deviations of what is seen from the model: halves of the face, and of its deviation
ALIKE_PLACES, ALIKE_PIXELS = 12.0, 40.0  # cells and pixels beside each other err together: so many count as one
LIGHTS = 4  # how bright, how much contrast, from the left, from above
LOOSE = 10.0  # deviation of those
ROUNDS = 3
LIPS = (0.30, 0.22, 0.62)  # of the shared face: half the width, the top and the bottom of where the mouth can open
SPREAD = (2.0, 5.0, 12.0, 30.0)  # pixels that what is hidden is taken from
OPEN = 0.35  # of the usual: a place of the shared face that is stretched more is a gap between lips


@dataclass(frozen=True, eq=False)
class Seen:
    """What the model makes of a face.

    Attributes:
        drawn: (1, 1, SIZE, SIZE) in 0..1: all of its skin.
        skin: (1, 1, SIZE, SIZE) from 0 to 1: where there is any.
        emotions: (6,) the logarithm of how well each explains what is seen.
    """

    drawn: Tensor
    skin: Tensor
    emotions: Tensor


def explained(grey: Tensor, hidden: Tensor, model: FaceModel, surface: Surface, emotion: Tensor | None) -> Seen:
    """Explain what is seen of a face (1, 1, SIZE, SIZE) in 0..1.

    Args:
        hidden: (1, 1, SIZE, SIZE) 1 where it is not seen.
        surface: says which place of the shared face each pixel shows.
        emotion: (6,) shares of what it shows; None: what the visible part says.
    """
    visible = 1 - hidden
    face = torch.lerp(smooth(grey, visible), grey, visible)
    for _ in range(ROUNDS):
        _, places, skin = surface(face, torch.zeros(1, surface.motions.shape[0] // 3))
        seen = _explained(grey, visible, places, skin.sigmoid(), model, emotion)
        whole = torch.lerp(smooth(grey, visible), seen.drawn, seen.skin)
        face = torch.lerp(whole, grey, visible)
    return seen


def _explained(
    grey: Tensor, visible: Tensor, places: Tensor, skin: Tensor, model: FaceModel, emotion: Tensor | None
) -> Seen:
    first = _Rows.of_places(places, skin * F.avg_pool2d(visible, 2), model)
    # Emotions take turns to explain it; with none given, the places alone say how much each counts at first.
    amounts, chances = first.solve(model, emotion)
    lies = _where(model, amounts)
    second, normal = _Rows.of_pixels(grey, visible, lies, model)
    amounts, chances = first.and_also(second).solve(model, emotion)
    lies = _where(model, amounts)
    drawn, covered = _drawn(lies, amounts, normal, model)
    return Seen(drawn, covered, chances)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Equations: ``of`` times the amounts, and the lights, is ``value``; added up, each with its weight."""

    square: Tensor  # (k, k)
    right: Tensor  # (k,)
    size: Tensor  # ()

    @staticmethod
    def added(of: Tensor, value: Tensor, weight: Tensor) -> "_Rows":
        weighted = of * weight[:, None]
        return _Rows(weighted.T @ of, weighted.T @ value, (weight * value * value).sum())

    def and_also(self, other: "_Rows") -> "_Rows":
        return _Rows(self.square + other.square, self.right + other.right, self.size + other.size)

    @staticmethod
    def of_places(places: Tensor, seen: Tensor, model: FaceModel) -> "_Rows":
        """Where each cell lies that shows a known place of the shared face."""
        at = places.permute(0, 2, 3, 1)
        fields = torch.cat([model.shapes.flatten(0, 1), model.there[None]])[None]
        values = F.grid_sample(fields, at, padding_mode="zeros", align_corners=False)[0]
        weight = (values[-1] > 0.99).float() * seen[0, 0]
        here = grid(places.shape[-1])[0].permute(2, 0, 1)
        ways = values[:-1].unflatten(0, (-1, 2))  # (1 + s, 2, h, w)
        off = (here - ways[0]).flatten()
        of = torch.zeros(len(off), _width(model))
        of[:, : len(ways) - 1] = ways[1:].flatten(1).T
        return _Rows.added(of, off, weight.flatten().repeat(2) / (PLACED**2 * ALIKE_PLACES))

    @staticmethod
    def of_pixels(grey: Tensor, visible: Tensor, lies: Tensor, model: FaceModel) -> "tuple[_Rows, tuple[float, float]]":
        """How bright each visible pixel of the skin is, by a usual light, and that."""
        texture, skin = _textured(lies, model)
        weight = (visible[0, 0] * (skin > 0.9)).flatten()
        bright = grey[0, 0].flatten()
        count = weight.sum().clamp_min(1)
        middle = float((bright * weight).sum() / count)
        contrast = max(float(((bright - middle).square() * weight).sum() / count) ** 0.5, 0.02)
        start = len(model.shapes) - 1
        of = torch.zeros(len(bright), _width(model))
        of[:, start : start + len(texture) - 1] = texture[1:].flatten(1).T
        of[:, -LIGHTS:] = _lights(texture[0])
        rows = _Rows.added(of, (bright - middle) / contrast - texture[0].flatten(), weight / (BRIGHT**2 * ALIKE_PIXELS))
        return rows, (middle, contrast)

    def solve(self, model: FaceModel, emotion: Tensor | None) -> tuple[Tensor, Tensor]:
        """The likeliest amounts, and how well each emotion explains the equations (6,)."""
        known = len(model.spread)
        inverse = torch.linalg.inv(model.spread)
        before = torch.zeros(len(self.square), len(self.square))
        before[:known, :known] = inverse
        before[range(known, len(before)), range(known, len(before))] = LOOSE**-2
        precision = self.square + before
        means = torch.zeros(len(model.means), len(before))
        means[:, :known] = model.means
        pulled = self.right + means @ before  # (6, k)
        found = torch.linalg.solve(precision, pulled.T).T
        worth = 0.5 * ((pulled * found).sum(1) - ((means @ before) * means).sum(1))
        shares = worth.softmax(0) if emotion is None else emotion / emotion.sum().clamp_min(1e-6)
        return shares @ found, worth


def _width(model: FaceModel) -> int:
    return len(model.spread) + LIGHTS


def _lights(mean: Tensor) -> Tensor:
    """(h · w, LIGHTS)"""
    cells = grid(mean.shape[-1])[0]
    return torch.stack([torch.ones_like(mean), mean, cells[..., 0], cells[..., 1]], -1).flatten(0, 1)


def _where(model: FaceModel, amounts: Tensor) -> Tensor:
    """Which place of the shared face each pixel (SIZE, SIZE, 2) shows; far away where none is."""
    ways = len(model.shapes) - 1
    shape = model.shapes[0] + torch.tensordot(amounts[:ways], model.shapes[1:], 1)
    there = model.there > 0
    start = shape[:, there].T.double().numpy()
    end = grid(len(model.there))[0][there].double().numpy()
    at = grid(SIZE)[0].double().numpy()
    try:
        found: NDArray[np.float64] = LinearNDInterpolator(start, end, fill_value=9.0)(at)
    except QhullError:  # folded into a line
        found = np.full_like(at, 9.0)
    return torch.from_numpy(found).float()


def _textured(lies: Tensor, model: FaceModel) -> tuple[Tensor, Tensor]:
    """The textures (1 + t, SIZE, SIZE) as pixels show them, and where they do."""
    maps = torch.cat([model.textures, model.skin[None]])[None]
    values = F.grid_sample(maps, on_texture(lies)[None], padding_mode="zeros", align_corners=False)[0]
    return values[:-1], values[-1]


def _drawn(lies: Tensor, amounts: Tensor, light: tuple[float, float], model: FaceModel) -> tuple[Tensor, Tensor]:
    texture, skin = _textured(lies, model)
    start = len(model.shapes) - 1
    own = amounts[start : start + len(texture) - 1]
    lit = texture[0] + torch.tensordot(own, texture[1:], 1)
    lit = lit + (_lights(texture[0]) @ amounts[-LIGHTS:]).view_as(lit)
    bright = light[0] + light[1] * lit
    bright = bright * (1 - 0.85 * _gap(lies))
    return bright.clamp(0, 1)[None, None], skin[None, None]


def _gap(lies: Tensor) -> Tensor:
    """Where lips are apart (SIZE, SIZE), from 0 to 1: there the shared face, whose mouth is shut, is stretched."""
    wide, top, bottom = LIPS
    inside = (lies[..., 0].abs() < wide) & (lies[..., 1] > top) & (lies[..., 1] < bottom)
    step = torch.zeros(SIZE, SIZE)
    step[1:-1] = (lies[2:, :, 1] - lies[:-2, :, 1]) / 2 * (SIZE / 2)  # 1: as in the mean
    open_ = ((OPEN - step) / (OPEN / 2)).clamp(0, 1) * inside
    return F.avg_pool2d(open_[None, None], 3, 1, 1)[0, 0]


def smooth(grey: Tensor, visible: Tensor) -> Tensor:
    """What is hidden (1, 1, h, w), taken smoothly from what is around it."""
    filled = spread(grey[0, 0].numpy()[..., None], visible[0, 0].numpy(), SPREAD)
    return torch.from_numpy(filled[..., 0])[None, None]


def spread(values: NDArray[Any], known: NDArray[Any], widths: Sequence[float]) -> NDArray[Any]:
    """Values (h, w, c) everywhere, from where they are known (h, w), from 0 to 1: the nearest of ever wider blurs."""
    result, weight = np.zeros_like(values), np.zeros_like(known)
    for width in widths:
        left = np.clip(1 - weight, 0, 1)
        result += left[..., None] * gaussian_filter(values * known[..., None], (width, width, 0))
        weight += left * gaussian_filter(known, width)
    filled: NDArray[Any] = result / np.maximum(weight, 1e-3)[..., None]
    return filled
