"""The verb ``recognise``: ``python -m emogan.recognise photo.jpg``: what every face in photographs shows."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("recognise")

from pathlib import Path
from typing import TYPE_CHECKING

from omegaconf import DictConfig

from emogan.cli.bars import progress
from emogan.cli.calling import composed
from emogan.cli.console import show
from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.config.compose import plain
from emogan.core.console import say
from emogan.core.errors import UserError
from emogan.core.folders import claimed

if TYPE_CHECKING:
    from emogan.recognition.photographs import Given
    from emogan.recognition.reading import ReadFace
    from emogan.reports.recognised import Recognised

MOST_SHOWN = 40  # faces that are printed; the table in the folder has all


def recognise(photo: "Given", faces: str | None = None) -> "list[ReadFace]":
    """What every face of a photograph shows, the largest first; an empty list where there is none.

    Args:
        photo: a file, the bytes of one, an image of Pillow as its pixels lie, or an array of uint8 (h, w) or (h, w, 3).
        faces: ``largest`` for the largest alone.

    Example:
        >>> photo = emogan.load().faces("felicidade", n=1, seed=7).images()[0]
        >>> [str(face.emotion) for face in emogan.recognise(photo, faces="largest")]
        ['felicidade']

    Raises:
        UserError: when it cannot be read as a picture.
    """
    given = {} if faces is None else {"faces": faces}
    cfg = checked("recognise", composed("recognise", [], {"photo": "one", **given}))

    from emogan.data.reading import UnusableImageError
    from emogan.recognition.photographs import read_photograph

    try:
        return list(read_photograph(photo, cfg.faces).faces)
    except UnusableImageError as error:
        raise UserError(f"The photograph cannot be used ({error}): expected a picture with a face.") from error


def recognise_files(cfg: DictConfig) -> "Recognised":
    """Read the faces of the photographs that ``cfg`` names; writes a table and annotated copies.

    Raises:
        UserError: when there is no photograph, or the only one shows no face or cannot be read.
    """
    cfg = checked("recognise", cfg)

    from emogan.recognition.photographs import photographs
    from emogan.reports.recognised import write_recognised

    found = photographs(plain(cfg)["photo"])
    with claimed(cfg.out, Path("outputs") / "recognise") as out, progress() as watch:
        return write_recognised(found, cfg.faces, cfg.pictures, out, _silent if len(found.files) == 1 else watch)


def _silent(*_: object) -> None:
    """One photograph is no work to watch."""


def tell(recognised: "Recognised") -> None:
    """Print the first faces, and every file without one with the reason."""
    from emogan.reports.recognised import shown_actions, shown_faces
    from emogan.reports.tables import to_rich

    looked = recognised.looked
    if (table := shown_faces(looked, MOST_SHOWN)).rows:
        show(to_rich(table))
        say("", *(f"  {line}" for line in shown_actions(looked, MOST_SHOWN)))
    count = sum(len(one.faces) for one in looked)
    if count > MOST_SHOWN:
        say(f"  … and {count - MOST_SHOWN} more faces in the table.")
    if without := [f"  {one.name} ({one.why})" for one in looked if not one.faces]:
        say("\nWithout a face", *without)
    say(*(f"{one.name}: {note}" for one in looked for note in one.notes))
    table_file, *copies = recognised.files
    copied = f", {len(copies)} annotated cop{'y' if len(copies) == 1 else 'ies'}" if copies else ""
    say(f"\nIn {recognised.folder}: {table_file.name} ({count} face{'s' * (count != 1)}){copied}")


def main(cfg: DictConfig) -> None:
    """The command."""
    tell(recognise_files(cfg))


callable_module(__name__, in_memory=True)
