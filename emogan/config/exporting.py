"""Settings of ``export``: networks and faces for other programs."""

import re
from pathlib import PurePath
from typing import Annotated, Any

from pydantic import BeforeValidator

from emogan.config.drawn import FPS, INTENSITIES, NUMBERS, Emotions, Median, Truncation
from emogan.config.lists import paths
from emogan.config.places import PACKAGED
from emogan.config.section import Section
from emogan.config.values import Debug, OptionalFile, Raw, Seed, Several, choice, kind, number, path, whole
from emogan.core.errors import UserError

WRITTEN = {"out": "FILE.onnx", "sheet": "FILE.png", "gltf": "FILE.glb"}  # what there is to write, one at a time
SUFFIXES = {".onnx": "onnx", ".safetensors": "safetensors", ".pt2": "torch"}  # of a network's file: its format


def person() -> BeforeValidator:
    """A person as ``emogan render`` calls them."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"[FM]\d{2,6}", value, re.ASCII) or not int(value[1:]):
            raise ValueError
        return value

    return kind(check, "F or M and a number of two digits or more, such as F01", False)


class Export(Section):
    out: Annotated[str | None, path("the path of a file or a folder", or_null=True), Raw()]
    sheet: OptionalFile
    gltf: OptionalFile
    weights: Annotated[str, path("packaged, the folder of a run or a file of weights"), Raw()]
    network: Annotated[str, choice("generator", "encoder", "translator", "recogniser")]
    format: Annotated[str | None, choice(*SUFFIXES.values(), or_null=True)]
    median: Median
    emotion: Emotions
    n: Annotated[int, whole(1, 1000)]
    seed: Seed
    first: Annotated[int, whole(*NUMBERS)]
    frames: Annotated[int, whole(2, 1000)]
    fps: Annotated[float, number(*FPS)]
    hold: Annotated[int, whole(0, 60_000)]
    intensity: Annotated[float, number(*INTENSITIES)]
    truncation: Truncation
    size: Annotated[int | None, whole(8, 4096, or_null=True)]
    person: Annotated[str, person()]
    photos: Annotated[
        str | list[str] | None, paths("a photograph, a folder of them or several as [A,B]", or_null=True), Several()
    ]
    debug: Debug

    @classmethod
    def check_together(cls, settings: dict[str, Any]) -> None:
        given = [key for key in WRITTEN if settings[key] is not None]
        if len(given) != 1:
            there = " and ".join(f"{key}={settings[key]}" for key in given)
            ways = " or ".join(f"{key}={value}" for key, value in WRITTEN.items())
            raise UserError(f"{there or 'Nothing'} is to be written: expected one of {ways}.")
        if settings["sheet"] is not None and PurePath(settings["sheet"]).suffix != ".png":
            raise UserError(f"sheet={settings['sheet']} is not usable: expected a name that ends in .png.")
        if settings["gltf"] is not None and PurePath(settings["gltf"]).suffix != ".glb":
            raise UserError(f"gltf={settings['gltf']} is not usable: expected a name that ends in .glb.")
        if settings["photos"] is not None and settings["gltf"] is None:
            raise UserError(f"photos={settings['photos']} drive an avatar: give gltf=FILE.glb, or leave photos= out.")
        network, weights = settings["network"], settings["weights"]
        if settings["sheet"] is not None and network != "generator":
            raise UserError(f"network={network} draws no sheet: give out=FILE.onnx for it, or leave network= out.")
        if settings["gltf"] is not None and network != "generator":
            raise UserError(f"network={network} draws no avatar: give out=FILE.onnx for it, or leave network= out.")
        if network == "recogniser" and weights != PACKAGED:
            raise UserError(
                f"weights={weights} is not usable with network=recogniser, of which there is one: leave weights= out."
            )
        meant = SUFFIXES.get(PurePath(settings["out"] or "").suffix)
        if meant is not None and settings["format"] not in (None, meant):
            raise UserError(
                f"format={settings['format']} is not usable with out={settings['out']}, the name of a file of"
                f" format={meant}: leave format= out, or give a folder."
            )
