"""Databases that the page may read: the packaged faces, and folders under those it was started with."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from emogan.config.places import PACKAGED
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.data.files import link_out
from emogan.web.queries import Query, Text

MOST_LISTED = 200
ALL = "all"
Angle = Literal["FL", "HL", "S", "HR", "FR"]
Sex = Literal["F", "M"]


class DatabaseQuery(Query):
    """A database, and how it is read; what is not given is as ``conf/data`` has it."""

    database: Annotated[
        str,
        Field(max_length=4000, description="packaged, or a folder under the page's roots: its path or root's number"),
    ] = PACKAGED
    kind: Annotated[
        Literal["folder", "kdef", "fer2013", "faces"] | None,
        Field(description="what names in the folder say, as emogan inspect data=…; faces: the packaged ones"),
    ] = None
    angle: Annotated[list[Angle] | Angle | Literal["all"] | None, Field(description="of kdef and faces")] = None
    sex: Annotated[Sex | Literal["all"] | None, Field(description="of kdef and faces")] = None
    people: Literal["train", "held_out", "all"] | None = None
    crop: Annotated[
        Literal["align", "square"] | None,
        Field(description="align: each face is found, and cut out upright; square: images as they are"),
    ] = None
    person: Annotated[Text | None, Field(description="of folder: who is shown, a regular expression with a group")] = (
        None
    )
    pattern: Annotated[Text | None, Field(description="of folder: what paths say, with named groups")] = None

    def place(self, roots: Sequence[Path]) -> Path | None:
        """The folder that is meant; None: the packaged faces.

        Names are shown, and asked for, in letters that every program can write.

        Raises:
            UserError: when there is none.
        """
        written = {printable(one): str(one) for one in listed(roots)}
        return database(written.get(self.database, self.database), roots)

    def settings(self, place: Path | None) -> dict[str, Any]:
        """What is asked for, as settings of a verb.

        Raises:
            UserError: when the kind does not go with the database.
        """
        kind = self.kind or ("faces" if place is None else "folder")
        if (kind == "faces") != (place is None):
            expected = "kind=faces, or none" if place is None else "kind=folder, kdef or fer2013"
            raise UserError(f"kind={kind} does not go with database={self.database[:200]}: expected {expected}.")
        given = {name: getattr(self, name) for name in ("angle", "sex", "people", "crop", "person", "pattern")}
        data = {name: value for name, value in given.items() if value is not None}
        data |= {name: None for name in ("angle", "sex") if data.get(name) == ALL}
        if place is not None:
            data["root"] = str(place)
        return {"data": kind, **{f"data.{key}": value for key, value in data.items()}}


def database(name: str, roots: Sequence[Path]) -> Path | None:
    """The folder that ``name`` means: the number of one of ``roots``, or a path below one; None: the packaged faces.

    Raises:
        UserError: when it is no folder, or one elsewhere, whatever links and dots lead there.
    """
    if name == PACKAGED:
        return None
    try:
        path = (roots[int(name)] if name.isdecimal() and int(name) < len(roots) else Path(name)).resolve()
        if name and is_below(path, roots) and path.is_dir():
            return path
    except (OSError, ValueError):
        pass
    how = "a folder under one of the page's" if roots else "start emogan app with roots=[FOLDER] for folders of images"
    raise UserError(f"database={printable(name)[:200]} is not here: expected {PACKAGED}, or {how}.")


def check_links(folder: Path, roots: Sequence[Path]) -> None:
    """Raise a UserError when a link in ``folder`` leads to a file elsewhere: readers of images follow links."""
    if (out := link_out(folder, roots)) is not None:
        raise UserError(
            f"{printable(out)} leads to a file outside of the folders that this page may read: take the link away, or"
            " start emogan app with that folder in roots=[…] as well."
        )


def is_below(path: Path, roots: Sequence[Path]) -> bool:
    """Whether a resolved ``path`` lies under one of ``roots``."""
    return any(path.is_relative_to(root) for root in roots)


def listed(roots: Sequence[Path]) -> list[Path]:
    """The folders to choose from: each of ``roots`` and those in it."""
    return [one for root in roots for one in _with_folders(root)][:MOST_LISTED]


def names(roots: Sequence[Path]) -> list[str]:
    """What can be chosen, as people and requests call it."""
    return [PACKAGED, *(printable(one) for one in listed(roots))]


def _with_folders(root: Path) -> Iterator[Path]:
    yield root
    try:
        yield from sorted(one for one in root.iterdir() if one.is_dir() and not one.name.startswith("."))
    except OSError:
        return
