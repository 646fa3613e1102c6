"""The verb ``translate``: ``python -m emogan.translate photo.jpg emotion=raiva``: other expressions for faces."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("translate")

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
from emogan.core.names import expanded

if TYPE_CHECKING:
    from PIL.Image import Image

    from emogan.recognition.photographs import Given
    from emogan.translating.asked import Manner
    from emogan.translating.written import Changes


def translate(photo: "Given", **settings: Any) -> "dict[str, Image]":
    """A photograph in memory with other expressions: for each that is wished, by its name, an image of Pillow.

    Args:
        photo: a file, the bytes of one, an image of Pillow as its pixels lie, or an array of uint8 (h, w) or (h, w, 3).
        settings: of conf/translate.yaml: ``emotion``, ``mix``, ``intensity``, ``actions``, ``seed``, ``weights``,
            ``faces``.

    Example:
        >>> photo = emogan.load().faces("neutro", n=1, seed=7).images()[0]
        >>> sorted(emogan.translate(photo, emotion=["raiva", "surpresa"], intensity=0.8))
        ['raiva', 'surpresa']

    Raises:
        UserError: when it cannot be read as a picture, or shows no face.
    """
    cfg = checked("translate", composed("translate", [], {"photo": "one", **settings}))
    if cfg.frames is not None or cfg.signal is not None:
        raise UserError("emogan.translate makes pictures: expected no frames= and no signal=, films are the command's.")

    from emogan.data.reading import UnusableImageError
    from emogan.translating.asked import wishes
    from emogan.translating.photo import read_usable, translated

    try:
        read = read_usable(photo, cfg.faces)
    except UnusableImageError as error:
        raise UserError(f"The photograph cannot be used ({error}): expected a picture with a face.") from error
    shown = wishes(plain(cfg)["emotion"], plain(cfg)["mix"], _manner(cfg))
    return {name: translated(read, to) for name, to in shown.items()}


def translate_files(cfg: DictConfig) -> "Changes":
    """Translate the photographs that ``cfg`` names.

    Raises:
        UserError: when there is no photograph, or the only one shows no face or cannot be read.
    """
    cfg = checked("translate", cfg)

    from emogan.recognition.photographs import photographs
    from emogan.translating.asked import following, wishes
    from emogan.translating.films import Films, on_the_way
    from emogan.translating.writing import Job, write_translations

    settings, manner = plain(cfg), _manner(cfg)
    said: list[str] = []
    if cfg.signal is None:
        shown = wishes(settings["emotion"], settings["mix"], manner)
        films = None if cfg.frames is None else Films(on_the_way(shown, cfg.frames), cfg.fps)
    else:
        shown, (films, said) = {}, following(expanded(cfg.signal), cfg.fps, cfg.smooth, manner)
    job, found = Job(shown, cfg.faces, films, settings), photographs(settings["photo"])
    with claimed(cfg.out, Path("outputs") / "translate") as out, progress() as watch:
        return write_translations(found, job, out, _silent if len(found.files) == 1 else watch, said)


def _manner(cfg: DictConfig) -> "Manner":
    from emogan.translating.asked import Manner
    from emogan.translating.network import translator_of

    return Manner(cfg.intensity, cfg.seed, plain(cfg)["actions"] or {}, translator_of(cfg.weights))


def _silent(*_: object) -> None:
    """One photograph is no work to watch."""


def main(cfg: DictConfig) -> None:
    """The command."""
    made = translate_files(cfg)
    say(*made.told("changed", "Without a face"))
    say("Each says that it is synthetic. Ask whom they show, and pass none off as real.")


callable_module(__name__, in_memory=True)
