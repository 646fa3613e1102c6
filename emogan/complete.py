"""The verb ``complete``: ``python -m emogan.complete photo.jpg cover=auto``: what is hidden of faces, drawn."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("complete")

from pathlib import Path
from typing import TYPE_CHECKING, Any

from omegaconf import DictConfig

from emogan.cli.bars import progress
from emogan.cli.calling import composed
from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.config.compose import plain
from emogan.core.console import say
from emogan.core.errors import UserError
from emogan.core.folders import claimed

if TYPE_CHECKING:
    from PIL.Image import Image

    from emogan.completing.photo import Hidden, Shown
    from emogan.recognition.photographs import Given
    from emogan.translating.written import Changes


def complete(photo: "Given", mask: "Given | None" = None, **settings: Any) -> "dict[str, Image]":
    """A photograph in memory with what is hidden of its faces drawn: an image of Pillow for each emotion that is
    wished, by its name; without a wish ``completed``, with what the visible part shows.

    Args:
        photo: a file, the bytes of one, an image of Pillow as its pixels lie, or an array of uint8 (h, w) or (h, w, 3).
        mask: the same kinds: white where a face is hidden, as large as the photograph.
        settings: of conf/complete.yaml: ``cover``, ``emotion``, ``intensity``, ``seed``, ``faces``.

    Example:
        >>> photo = emogan.load().faces("neutro", n=1, seed=7).images()[0]
        >>> mask = np.zeros((128, 128), np.uint8)
        >>> mask[75:115, 34:94] = 255  # before the mouth
        >>> [image.size for image in emogan.complete(photo, mask, emotion="felicidade").values()]
        [(128, 128)]

    Raises:
        UserError: when one of them cannot be read as a picture, or shows no face that is covered.
    """
    cfg = checked("complete", composed("complete", [], {"photo": "one", **settings}))

    from emogan.completing.photo import completed
    from emogan.data.reading import UnusableImageError
    from emogan.translating.photo import read_usable

    try:
        hidden = _hidden(mask, cfg.cover)
        read = read_usable(photo, cfg.faces)
        return {name: completed(read, hidden, shown)[0] for name, shown in _shown(cfg).items()}
    except UnusableImageError as error:
        raise UserError(f"The photograph cannot be used ({error}): expected a picture with a covered face.") from error


def complete_files(cfg: DictConfig) -> "Changes":
    """Complete the photographs that ``cfg`` names.

    Raises:
        UserError: when there is no photograph, or the only one shows no covered face or cannot be read.
    """
    cfg = checked("complete", cfg)

    from emogan.completing.writing import Job, write_completions
    from emogan.data.reading import UnusableImageError
    from emogan.recognition.photographs import photographs

    settings = plain(cfg)
    found = photographs(settings["photo"])
    if cfg.mask and not found.alone:
        raise UserError(
            f"mask={cfg.mask} goes with one photograph, photo={settings['photo']} is several: give cover=auto, or one."
        )
    try:
        hidden = _hidden(cfg.mask, cfg.cover)
    except UnusableImageError as error:
        raise UserError(
            f"mask={cfg.mask} cannot be used ({error}): expected a picture that is white where a face is hidden."
        ) from error
    job = Job(_shown(cfg), hidden, cfg.faces, settings)
    with claimed(cfg.out, Path("outputs") / "complete") as out, progress() as watch:
        return write_completions(found, job, out, _silent if len(found.files) == 1 else watch)


def _shown(cfg: DictConfig) -> "dict[str, Shown]":
    from emogan.completing.photo import Shown
    from emogan.completing.writing import AS_SEEN
    from emogan.sampling.asked import asked

    mixes = {AS_SEEN: None} if cfg.emotion is None else asked(plain(cfg)["emotion"], None)
    return {name: Shown(mix, cfg.intensity, cfg.seed) for name, mix in mixes.items()}


def _hidden(mask: "Given | None", cover: str | None) -> "Hidden":
    from emogan.completing.photo import Hidden
    from emogan.recognition.photographs import picture_of

    return Hidden(None if mask is None else picture_of(mask).image, looks=cover == "auto" or mask is None)


def _silent(*_: object) -> None:
    """One photograph is no work to watch."""


def main(cfg: DictConfig) -> None:
    """The command."""
    made = complete_files(cfg)
    say(*made.told("completed", "Not completed"))
    say("What was hidden is made up: nobody knows what was there. Ask whom they show, and pass none off as real.")


callable_module(__name__, in_memory=True)
