"""Which faces of a database a person asked for, by what their names say: ``data.angle=S data.sex=[F,M]``."""

from collections.abc import Sequence

from emogan.core.errors import UserError
from emogan.data.index import Face, LeftOut

FEW = 8  # values an error lists before it gives only the first and the last


class Filter:
    """The values of one attribute of :class:`Face` that are wanted.

    Args:
        key: the attribute; also the name of the setting, ``data.<key>``.
        wanted: a value, several, or None for all; case is ignored.
        known: the values there are; None: those that the database holds.

    Raises:
        UserError: for an empty list, or a value that is not among ``known``.
    """

    def __init__(self, key: str, wanted: str | Sequence[str] | None, known: Sequence[str] | None = None) -> None:
        values = [wanted] if isinstance(wanted, str | int) else wanted
        self.key, self.known = key, known
        self.wanted = None if values is None else [str(value).upper() for value in values]
        if self.wanted == []:
            raise UserError(f"data.{key}=[] leaves no image: expected at least one value, or null for all.")
        if known is not None:
            self.check(known)

    def __str__(self) -> str:
        return "null" if self.wanted is None else ",".join(self.wanted)

    def check(self, known: Sequence[str]) -> None:
        """Raise a UserError for a wanted value that is not among ``known``."""
        for value in self.wanted or ():
            if value not in known:
                listed = " or ".join(known) if len(known) <= FEW else f"{known[0]} to {known[-1]}"
                raise UserError(
                    f"data.{self.key}={value} is unknown: expected {listed}, several of them as data.{self.key}=[…,…],"
                    " or null for all."
                )

    def passes(self, face: Face) -> bool:
        """Whether ``face`` is wanted."""
        return self.wanted is None or getattr(face, self.key) in self.wanted


def choose_by(filters: Sequence[Filter], faces: Sequence[Face]) -> tuple[list[Face], list[LeftOut]]:
    """The faces that pass all ``filters``, in their order, and the others with the first filter that they fail.

    Raises:
        UserError: for a wanted value that no face has, where a filter did not know its values before.
    """
    for one in filters:
        if one.known is None:
            one.check(sorted({getattr(face, one.key) for face in faces}))
    chosen, left_out = [], []
    for face in faces:
        failed = next((one for one in filters if not one.passes(face)), None)
        if failed is None:
            chosen.append(face)
        else:
            left_out.append(LeftOut(face.path, f"its {failed.key} is not data.{failed.key}={failed}", face=face))
    return chosen, left_out
