"""The parts of a person's face that move: each at rest, and how far every facial action takes its vertices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from emogan.exporting.hues import FLESH, HAIR, IRIS, coloured, grey
from emogan.exporting.ribbons import fewer, ribbons
from emogan.rendering import solids, strands
from emogan.rendering.canvas import relayout
from emogan.rendering.head import Head
from emogan.rendering.mesh import Floats, Ints, surface_normals, vertex_normals
from emogan.rendering.photograph import Sitter
from emogan.rendering.shirt import neckline
from emogan.rendering.solids import Solid

UNDER_COLLAR = 0.008  # m; skin further down is never seen
EYE_GRID, TOOTH_GRID = (36, 24), (8, 16)  # of vertices: games have no use for the renderer's thousands
PUPIL = 0.0024  # m
LASH_POINTS = 3
LASH_WIDTH = 1.1  # of the renderer's: they are flat
WET_ALBEDO, GUM_ALBEDO = 0.4, 0.4  # of an eye below it is iris, of teeth gum


@dataclass(frozen=True, eq=False)
class Part:
    """A mesh of one material.

    Attributes:
        material: its name.
        vertices: (v, 3) in metres, as the renderer's: x to the sitter's left, y to the back, z up.
        normals: (v, 3), unit.
        triangles: (t, 3).
        colours: (v, 3) linear; None where a texture has them.
        uv: (v, 2) in that texture, from its lower left corner.
        moves: action -> how far it takes the vertices (v, 3), those alone that move any.
        turns: action -> what it adds to the normals (v, 3).
    """

    material: str
    vertices: Floats
    normals: Floats
    triangles: Ints
    colours: Floats | None = None
    uv: Floats | None = None
    moves: Mapping[str, Floats] = field(default_factory=dict)
    turns: Mapping[str, Floats] = field(default_factory=dict)


Poses = Mapping[str, Floats]  # action -> the head's base vertices with it at 1


def poses(sitter: Sitter, actions: tuple[str, ...]) -> Poses:
    """The person with each facial action alone."""
    person = sitter.person
    return {name: sitter.head.shape(person.phenotype, person.changes, {name: 1.0}) for name in actions}


def moving_parts(sitter: Sitter, moved: Poses) -> list[Part]:
    """All that moves with the facial actions."""
    head, rest = sitter.head, sitter.neutral
    tongue = Solid(head.tongue.weights @ rest, head.tongue.triangles, np.full(head.tongue.weights.shape[0], 0.20))
    return [
        _skin(head, rest, moved),
        *(_eye(sitter, moved, side) for side in ("Left", "Right")),
        *(_teeth(sitter, moved, jaw) for jaw in ("upper", "lower")),
        _part("mouth", tongue, coloured(tongue.albedo, FLESH), moved, lambda pose: head.tongue.weights @ pose),
        _lashes(sitter, moved),
    ]


def _skin(head: Head, rest: Floats, moved: Poses) -> Part:
    """The skin above the collar, whose normals turn with it."""
    surface = head.plain
    seen = (neckline(surface.weights @ head.rest) < UNDER_COLLAR)[surface.triangles].any(1)
    kept, triangles = np.unique(surface.triangles[seen], return_inverse=True)
    places = surface.weights @ rest
    normals = surface_normals(surface, places)
    ends = {name: surface.weights @ pose for name, pose in moved.items()}
    return Part(
        "skin",
        places[kept],
        normals[kept],
        triangles.reshape(-1, 3),
        uv=relayout(surface.uv)[kept],
        moves={name: (end - places)[kept] for name, end in ends.items()},
        turns={name: (surface_normals(surface, end) - normals)[kept] for name, end in ends.items()},
    )


def _part(material: str, solid: Solid, colours: Floats, moved: Poses, placed: Callable[[Floats], Floats]) -> Part:
    """A solid at rest; ``placed`` says where its vertices are in a pose."""
    moves = {name: placed(pose) - solid.vertices for name, pose in moved.items()}
    return Part(material, *_solid(solid), colours, moves=moves)


def still(material: str, solid: Solid, colours: Floats) -> Part:
    """A solid that no facial action moves, without the vertices that none of its triangles has."""
    kept, triangles = np.unique(solid.triangles, return_inverse=True)
    places, normals, _ = _solid(solid)
    return Part(material, places[kept], normals[kept], triangles.reshape(-1, 3), colours[kept])


def _solid(solid: Solid) -> tuple[Floats, Floats, Ints]:
    return solid.vertices, vertex_normals(solid.vertices, solid.triangles), solid.triangles


def _split(solid: Solid, below: float, dark: Floats, light: Floats) -> Floats:
    return np.where((solid.albedo < below)[:, None], dark, light)


def _eye(sitter: Sitter, moved: Poses, side: str) -> Part:
    """An eyeball, turned as anny turns its own; nothing but looking somewhere turns it."""
    head, rest, letter = sitter.head, sitter.neutral, side[0].lower()
    ball = solids.eyeball(head, sitter.person, rest, letter, (0.0, 0.0), PUPIL, EYE_GRID)
    helper = np.unique(head.base.quads[f"helper-{letter}-eye"])
    looks = {name: pose for name, pose in moved.items() if name.startswith("eyeLook") and name.endswith(side)}
    colours = _split(ball, WET_ALBEDO, coloured(ball.albedo, IRIS), grey(ball.albedo))
    return _part("eye", ball, colours, looks, lambda pose: solids.carry(ball.vertices, rest[helper], pose[helper]))


def _teeth(sitter: Sitter, moved: Poses, jaw: str) -> Part:
    def at(pose: Floats) -> Solid:
        return solids.teeth(sitter.head, sitter.person, pose, jaw, TOOTH_GRID)

    row = at(sitter.neutral)
    colours = _split(row, GUM_ALBEDO, coloured(row.albedo, FLESH), grey(row.albedo))
    return _part("mouth", row, colours, moved, lambda pose: at(pose).vertices)


def _lashes(sitter: Sitter, moved: Poses) -> Part:
    grown = strands.lashes(sitter.head, sitter.person, sitter.neutral)
    curves = fewer(grown.points, LASH_POINTS)
    flat = ribbons(
        curves, LASH_WIDTH * fewer(grown.radius, LASH_POINTS), np.broadcast_to([0.0, -1.0, 0.0], curves.shape)
    )
    ends = {
        name: fewer(strands.lashes(sitter.head, sitter.person, pose).points, LASH_POINTS)
        for name, pose in moved.items()
    }
    colours = np.tile(coloured(np.array(grown.albedo), HAIR), (len(flat.row), 1))
    moves = {name: flat.laid(end) - flat.laid(curves) for name, end in ends.items()}
    return Part("hair", flat.laid(curves), flat.normals, flat.triangles, colours, moves=moves)


def joined(parts: list[Part]) -> list[Part]:
    """Parts of one material as one, but for those with a texture."""
    result = []
    for material in dict.fromkeys(part.material for part in parts):
        alike = [part for part in parts if part.material == material]
        result.append(alike[0] if len(alike) == 1 else _joined(alike))
    return result


def _joined(parts: list[Part]) -> Part:
    starts = np.cumsum([0, *(len(part.vertices) for part in parts[:-1])])
    names = list(dict.fromkeys(name for part in parts for name in part.moves))
    return replace(
        parts[0],
        vertices=np.concatenate([part.vertices for part in parts]),
        normals=np.concatenate([part.normals for part in parts]),
        triangles=np.concatenate([part.triangles + start for part, start in zip(parts, starts, strict=True)]),
        colours=np.concatenate([part.colours for part in parts if part.colours is not None]),
        moves={
            name: np.concatenate([part.moves.get(name, np.zeros_like(part.vertices)) for part in parts])
            for name in names
        },
    )
