"""Settings of ``recognise``, ``translate`` and ``complete``: photographs whose faces are read, or changed."""

from typing import Annotated, Any

from emogan.config.drawn import FPS, Emotions
from emogan.config.lists import amounts, paths, shares
from emogan.config.section import Section
from emogan.config.values import (
    Debug,
    OptionalFile,
    OptionalFolder,
    Raw,
    Seed,
    Several,
    choice,
    number,
    path,
    switch,
    whole,
)
from emogan.core.errors import UserError

STRENGTHS = 0, 1.5  # of an emotion, least and most
Intensity = Annotated[float, number(*STRENGTHS)]


class Recognise(Section):
    photo: Annotated[str | list[str], paths("a photograph, a folder of them or several as [A,B]"), Several()]
    faces: Annotated[str, choice("all", "largest")]
    pictures: Annotated[bool, switch()]
    out: OptionalFolder
    debug: Debug


class Complete(Section):
    photo: Annotated[str | list[str], paths("a photograph, a folder of them or several as [A,B]"), Several()]
    mask: OptionalFile
    cover: Annotated[str | None, choice("auto", or_null=True)]
    emotion: Emotions
    intensity: Intensity
    seed: Seed
    faces: Annotated[str, choice("all", "largest")]
    out: OptionalFolder
    debug: Debug


class Translate(Section):
    photo: Annotated[str | list[str], paths("a photograph, a folder of them or several as [A,B]"), Several()]
    emotion: Emotions
    mix: Annotated[dict[str, float] | None, shares()]
    intensity: Intensity
    actions: Annotated[dict[str, float] | None, amounts()]
    seed: Seed
    weights: Annotated[str, path("packaged, the folder of a run or a file of weights"), Raw()]
    faces: Annotated[str, choice("all", "largest")]
    frames: Annotated[int | None, whole(2, 1000, or_null=True)]
    fps: Annotated[float, number(*FPS)]
    signal: OptionalFile
    smooth: Annotated[float, number(0, 60)]
    out: OptionalFolder
    debug: Debug

    @classmethod
    def check_together(cls, settings: dict[str, Any]) -> None:
        beside = [name for name in ("emotion", "mix", "frames") if settings[name] is not None]
        if settings["signal"] is not None and beside:
            raise UserError(
                f"signal={settings['signal']} is not usable with {beside[0]}={settings[beside[0]]}: the signal says"
                " what the faces show and for how long, leave one of the two out."
            )
