"""How strong the expressions of rendered faces are, from the tables that lie beside them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from emogan.core.truth import strengths
from emogan.data.index import Face


def with_strengths(faces: Sequence[Face], root: Path) -> list[Face]:
    """``faces`` with the strength that the nearest table above each file gives, in ``root`` or below it; those that no
    table names stay as they are.

    Raises:
        UserError: when such a table is damaged.
    """
    known = cache(strengths)

    def of(face: Face) -> Face:
        for folder in face.path.parents:
            if table := known(folder):
                place = face.path.relative_to(folder).as_posix().removeprefix("KDEF/")
                return replace(face, strength=table.get(place, face.strength))
            if folder == root:
                break
        return face

    return [of(face) for face in faces]
