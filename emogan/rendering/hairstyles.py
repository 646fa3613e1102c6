"""Where hair grows and how it is worn: hairlines and the table of styles."""

from dataclasses import dataclass

import numpy as np

from emogan.rendering.identity import Identity
from emogan.rendering.mesh import Floats
from emogan.rendering.skin import field, smooth

# Azimuth from the front in radians -> height of the hairline of the middle person in metres.
AZIMUTH = (0.0, 0.35, 0.62, 0.90, 1.08, 1.20, 1.30, 1.46, 1.54, 1.80, 2.00, 2.30, 2.70, 3.15)
HAIRLINE = (0.7165, 0.7170, 0.7160, 0.704, 0.684, 0.662, 0.642, 0.632, 0.668, 0.670, 0.625, 0.590, 0.572, 0.568)
RECEDING = (0.012, 0.018, 0.026, 0.020, 0.010, 0.002, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Style:
    """Lengths in metres; ``comb`` names the direction at the top, ``volume`` is the thickness of the coat of hair."""

    top: float
    side: float
    comb: str  # part, middle, back, forward, up, tie
    volume: float
    stiff: float = 0.35  # how much a strand keeps its direction
    curl: float = 0.0  # amplitude in m
    turns: float = 0.0  # of the curl per strand
    clump: float = 0.5
    fringe: bool = False
    thick: float = 1.0


STYLES: dict[str, Style] = {
    "long_middle": Style(0.36, 0.34, "middle", 0.010),
    "long_side": Style(0.34, 0.32, "part", 0.013),
    "long_wavy": Style(0.32, 0.30, "part", 0.018, curl=0.006, turns=3.5, clump=0.65),
    "long_fringe": Style(0.32, 0.30, "middle", 0.011, fringe=True),
    "wavy": Style(0.24, 0.19, "part", 0.020, curl=0.007, turns=3.0, clump=0.65),
    "curls": Style(0.19, 0.17, "part", 0.026, curl=0.008, turns=5.0, clump=0.55),
    "bob": Style(0.20, 0.14, "part", 0.013, clump=0.4),
    "bob_fringe": Style(0.19, 0.14, "middle", 0.012, clump=0.4, fringe=True),
    "pixie": Style(0.075, 0.035, "part", 0.011, stiff=0.4, clump=0.55),
    "short_curls": Style(0.075, 0.060, "up", 0.024, stiff=0.45, curl=0.007, turns=3.5, clump=0.6),
    "tied": Style(0.20, 0.14, "tie", 0.005, clump=0.3),
    "bun": Style(0.20, 0.20, "tie", 0.006, clump=0.3),
    "long_tied": Style(0.20, 0.14, "tie", 0.005, clump=0.3),
    "crop": Style(0.050, 0.022, "forward", 0.010, stiff=0.5, clump=0.6),
    "curly": Style(0.055, 0.045, "up", 0.018, stiff=0.5, curl=0.006, turns=3.0, clump=0.6),
    "side_part": Style(0.065, 0.022, "part", 0.011, stiff=0.35, clump=0.5),
    "swept": Style(0.085, 0.024, "back", 0.010, stiff=0.4, clump=0.5),
    "quiff": Style(0.026, 0.012, "up", 0.007, stiff=0.55, clump=0.45),
    "buzz": Style(0.009, 0.007, "forward", 0.004, stiff=0.8, clump=0.0, thick=0.8),
    "receding": Style(0.040, 0.018, "back", 0.007, stiff=0.5, clump=0.5),
    "bald": Style(0.006, 0.006, "forward", 0.003, stiff=0.8, clump=0.0, thick=0.7),
}


def scalp_density(points: Floats, person: Identity, border: float = 0.006) -> Floats:
    """How densely hair grows at points (…, 3) of the middle person, 0..1; it thins out over ``border`` metres."""
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    azimuth = np.arctan2(np.abs(x), -(y + 0.03))
    line = np.interp(azimuth, AZIMUTH, HAIRLINE) + (person.hairline - 0.003 * (person.sex == "F")) * (azimuth < 1.1)
    if person.style == "receding":
        line = line + np.interp(azimuth, AZIMUTH, RECEDING)
    if person.style == "bald":
        line = np.where(azimuth < 1.3, 0.80, line)
        line = np.maximum(line, 0.60)
    if person.sex == "F":
        line = line + 0.018 * smooth(azimuth, 1.05, 1.25) * smooth(azimuth, 1.52, 1.45)  # no sideburns
    edge = line + 0.0022 * field(points, person.seed + 20, 230)
    density = smooth(z, edge - 0.001, edge + border - 0.001) * smooth(z, 0.560, 0.575)
    if person.style == "bald":
        density = density * smooth(z, 0.715, 0.700)
    ear = (np.abs(x) > 0.0735) & (y > -0.045) & (y < 0.012) & (z < 0.672)
    result: Floats = density * ~ear
    return result


def scalp_shade(points: Floats, person: Identity) -> Floats:
    """How much the scalp takes the colour of the hair that covers it."""
    thin = {"buzz": 0.75, "bald": 0.45, "receding": 0.8}.get(person.style, 0.95)
    return thin * scalp_density(points, person, 0.020)  # strands make the hairline, not paint
