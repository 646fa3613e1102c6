"""What a person wears and no facial action moves: hair as ribbons, glasses, ear-rings, the shirt."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from emogan.exporting.hues import grey, hair_colour
from emogan.exporting.parts import Part, still
from emogan.exporting.ribbons import fewer, ribbons
from emogan.rendering.accessories import accessories
from emogan.rendering.hair import GREY, grow_hair
from emogan.rendering.mesh import Floats, surface_normals
from emogan.rendering.photograph import Sitter
from emogan.rendering.shirt import shirt
from emogan.rendering.strands import Strands

DETAIL = 0.38  # of the hair: 2,600 ribbons stand for 10,000 strands
POINTS = 5  # of a ribbon, the last of them its tip
CALM = 1.6  # points over which a strand is smoothed: so few cannot follow its curls
WIDTH = 2.2  # of the strands' own: between flat ribbons more scalp is seen than between round hairs
STUMPS = 0.35  # of the usual length: what was cut short before the face lies on the forehead like scratches
CROWN = np.array([0.0, 0.085, 0.03])  # m from the eyes to the middle of the head


def still_parts(sitter: Sitter) -> list[Part]:
    """All that keeps its place on the head."""
    head, person = sitter.head, sitter.person
    places = head.plain.weights @ sitter.neutral
    cloth = shirt(head, person, places, surface_normals(head.plain, places), plain=True)
    worn = accessories(head, person, head.skin.weights @ sitter.neutral)
    groups = grow_hair(head, person, sitter.neutral, 0, DETAIL)
    return [
        still("cloth", cloth, grey(cloth.albedo)),
        *(still("worn", thing, grey(thing.albedo)) for thing, _ in worn),
        *(_lock(sitter, group) for group in groups),
    ]


def _lock(sitter: Sitter, group: Strands) -> Part:
    quads = sitter.head.base.quads
    eyes = sitter.neutral[np.unique(np.concatenate([quads[f"helper-{side}-eye"] for side in "lr"]))].mean(0)
    length = np.linalg.norm(np.diff(group.points, axis=1), axis=2).sum(1)
    kept = length > STUMPS * np.median(length)
    curves = fewer(gaussian_filter1d(group.points[kept], CALM, axis=1, mode="nearest"), POINTS)
    flat = ribbons(curves, WIDTH * fewer(group.radius[kept], POINTS), _outward(curves - eyes - CROWN))
    colour = hair_colour(sitter.person, sitter.person.hair if group.albedo == GREY else group.albedo)
    # Both ways round with the same normals: a surface with two sides is lit on its back from within, and black there.
    triangles = np.concatenate([flat.triangles, flat.triangles[:, ::-1]])
    return Part("locks", flat.laid(curves), flat.normals, triangles, np.tile(colour, (len(flat.row), 1)))


def _outward(places: Floats) -> Floats:
    """Away from the middle of the head, and level below it: long hair hangs."""
    level = places.copy()
    level[..., 2] = np.maximum(level[..., 2], 0.0)
    return level
