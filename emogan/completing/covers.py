"""What hides part of an aligned face, for learning and for measuring: areas of any shape, and drawn things."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from emogan.finding.frames import ALIGNED
from emogan.rendering.mesh import Floats
from emogan.rendering.occluders import OCCLUDERS

Draw = Callable[[Floats, Floats, np.random.Generator], tuple[NDArray[Any], Floats]]

JAW = 0.506  # width of the jaw in shares of an aligned face: the mean of rendered ones
MIDDLE, HALF = (0.5, 0.52), (0.26, 0.33)  # of the ellipse that is called the face, in shares
ROUGH = (3, 5, 9)  # cells of the noise that areas come from
MOUTH = (0.5, 0.68)  # where it is, in shares
AROUND_MOUTH = (0.17, 0.11)  # half axes of what hides it
EYES_APART = float(ALIGNED[1, 0] - ALIGNED[0, 0]) / JAW  # in widths of the jaw
SEAM = 3  # pixels around a drawn cover that are hidden too


def face_area(size: int) -> Tensor:
    """(size, size) bool: the ellipse of the face."""
    return _ellipse(size, MIDDLE, HALF)


def mouth_area(size: int) -> Tensor:
    """(size, size) bool: the mouth and what moves with it."""
    return _ellipse(size, MOUTH, AROUND_MOUTH)


def free_form(shares: Tensor, size: int, generator: torch.Generator) -> Tensor:
    """Areas (n, 1, size, size), 1 where hidden, that hide these shares (n,) of the face: blots, strokes, halves, discs.

    Each is where a random field is high: noise, its zero lines, a slope, the way to a place, or a mix of them.
    """
    n = len(shares)
    line = (torch.arange(size) + 0.5) / size
    y, x = line.view(1, -1, 1), line.view(1, 1, -1)

    def draw(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(n, 1, 1, generator=generator)

    noises = [
        F.interpolate(torch.randn(n, 1, k, k, generator=generator), size, mode="bicubic", align_corners=False)[:, 0]
        for k in ROUGH
    ]
    noise = torch.stack(noises)[torch.randint(len(ROUGH), (n,), generator=generator), torch.arange(n)]
    noise = torch.where(draw(0, 1) < 0.3, -noise.abs(), noise)
    angle, middle = draw(0, 2 * math.pi), (draw(0.3, 0.7), draw(0.3, 0.85))
    slope = (x - 0.5) * angle.cos() + (y - 0.5) * angle.sin()
    wide, square = draw(0.6, 1.6), draw(0, 1) < 0.5
    across, along = (x - middle[0]).abs() * wide, (y - middle[1]).abs() / wide
    disc = -torch.where(square, torch.maximum(across, along), (across**2 + along**2).sqrt())
    kind = torch.randint(4, (n, 1, 1), generator=generator)
    weights = [torch.where(kind == which, 1.0, draw(0, 0.15)) for which in range(3)]  # the fourth: a little of each
    field = weights[0] * noise + weights[1] * 4 * slope + weights[2] * 6 * disc
    inside = field[:, face_area(size)].sort(1, descending=True).values
    last = (shares * inside.shape[1]).long().clamp(0, inside.shape[1] - 1)
    return (field > inside.gather(1, last[:, None])[:, :, None]).float()[:, None]


def drawn(faces: Tensor, rng: np.random.Generator, kinds: Sequence[str] = ()) -> tuple[Tensor, Tensor]:
    """Faces (n, 1, size, size) in 0..1 with something before each; and (n, 1, size, size) what that hides, 0..1.

    Args:
        kinds: of :data:`COVERS`, to choose from; none: all.
    """
    size = faces.shape[-1]
    cells = (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(cells, cells)
    results, mattes = [], []
    for face in faces[:, 0].numpy():
        tilt, grow = rng.normal(0, 0.06), JAW * math.exp(rng.normal(0, 0.05))
        across = x - 0.5 - rng.normal(0, 0.01)
        down = y - ALIGNED[0, 1] - rng.normal(0, 0.01)
        u = (across * math.cos(tilt) + down * math.sin(tilt)) / grow
        v = (down * math.cos(tilt) - across * math.sin(tilt)) / grow
        kind = str(rng.choice(kinds or tuple(COVERS)))
        inside, shade = COVERS[kind](u, v, rng)
        if kind == "hand":
            shade = shade * float(np.median(face[(np.abs(u) < 0.3) & (np.abs(v - 0.3) < 0.3)])) * rng.uniform(0.7, 1.3)
        # two pixels wide edges: pictures are enlarged and sharp more or less
        matte = torch.from_numpy(inside.astype(np.float32))[None, None]
        matte = F.avg_pool2d(F.pad(matte, (1, 1, 1, 1), mode="replicate"), 3, 1) if rng.random() < 0.7 else matte
        mattes.append(matte)
        shade = np.clip(shade + rng.uniform(0, 0.03) * rng.normal(size=shade.shape), 0, 1)
        results.append(torch.lerp(torch.from_numpy(face)[None, None], torch.from_numpy(shade).float(), matte))
    return torch.cat(results), torch.cat(mattes)


def widened(covers: Tensor, by: int = SEAM) -> Tensor:
    """Covers (n, 1, h, w) with so many pixels more on all sides: 1 where hidden, 0 elsewhere."""
    return F.max_pool2d((covers > 0.3).float(), 2 * by + 1, 1, by)


def _ellipse(size: int, middle: tuple[float, float], half: tuple[float, float]) -> Tensor:
    line = (torch.arange(size) + 0.5) / size
    x, y = (line - middle[0]) / half[0], (line - middle[1]) / half[1]
    return x[None] ** 2 + y[:, None] ** 2 < 1


def _bar(u: Floats, v: Floats, rng: np.random.Generator) -> tuple[NDArray[Any], Floats]:
    """A strip across the eyes or the mouth, or a plain patch."""
    middle = rng.choice([0.0, 0.5]) + rng.normal(0, 0.04)
    inside = (np.abs(v - middle) < rng.uniform(0.06, 0.2)) & (np.abs(u) < rng.uniform(0.3, 0.7))
    return inside, np.full_like(u, rng.choice([0.0, 1.0, rng.uniform(0, 1)]))


def _sunglasses(u: Floats, v: Floats, rng: np.random.Generator) -> tuple[NDArray[Any], Floats]:
    wide, high, edge = rng.uniform(0.17, 0.25), rng.uniform(0.11, 0.2), rng.uniform(2, 6)
    top, apart = v - rng.uniform(0.0, 0.06), EYES_APART / 2 + rng.uniform(0.0, 0.03)
    lenses = (np.abs(np.abs(u) - apart) / wide) ** edge + np.abs(top / high) ** edge < 1
    bridge = (np.abs(top + rng.uniform(0, 0.6) * high) < 0.02) & (np.abs(u) < apart + 0.05)
    arms = (np.abs(top + 0.5 * high) < 0.025) & (np.abs(u) > apart) & (np.abs(u) < 0.55)
    glass = rng.uniform(0.0, 0.3) + rng.uniform(-0.2, 0.3) * (top / high)
    streak = np.exp(-(((u * np.sign(u) - apart + top - rng.uniform(-0.1, 0.1)) / 0.05) ** 2))
    glass = glass + rng.uniform(0, 0.35) * (rng.random() < 0.5) * streak
    return lenses | bridge | arms, np.where(lenses, glass, rng.uniform(0, 0.6))


def _mask(u: Floats, v: Floats, rng: np.random.Generator) -> tuple[NDArray[Any], Floats]:
    """What surgeons and travellers wear."""
    top = rng.uniform(0.18, 0.42) + rng.uniform(0.2, 0.7) * u**2
    side = rng.uniform(0.44, 0.52) - rng.uniform(0.15, 0.45) * np.clip(v - 0.45, 0, 1)
    cloth = (v > top) & (v < rng.uniform(0.82, 1.0)) & (np.abs(u) < side)
    straps = (np.abs(v - rng.uniform(0.3, 0.45) + 0.3 * (np.abs(u) - 0.45)) < 0.012) & (np.abs(u) > 0.4)
    pleats = rng.uniform(0, 0.08) * np.sin(rng.uniform(20, 60) * (v - 0.3 * u**2) + rng.uniform(0, 6))
    shade = rng.choice([rng.uniform(0.02, 0.3), rng.uniform(0.5, 0.95)]) - rng.uniform(0, 0.3) * np.abs(u) + pleats
    return cloth | (straps & (np.abs(u) < 0.56)), np.asarray(shade)


# See OCCLUDERS of the renderer.
COVERS: Mapping[str, Draw] = {**OCCLUDERS, "bar": _bar, "sunglasses": _sunglasses, "mask": _mask}
