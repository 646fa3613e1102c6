"""The synthetic faces that come with the project."""

from collections.abc import Sequence
from pathlib import Path

from emogan.data.index import Index
from emogan.data.kdef import read_kdef

PACKAGED = Path(__file__).parent / "packaged"


def packaged_faces(
    angle: str | Sequence[str] | None,
    sex: str | Sequence[str] | None,
    session: str | Sequence[str] | None,
    person: str | Sequence[str] | None,
) -> Index:
    """The faces of the project, shaped and named like KDEF; filters as in :func:`emogan.data.kdef.read_kdef`."""
    return read_kdef(PACKAGED, angle, sex, session, person, akdef=False)
