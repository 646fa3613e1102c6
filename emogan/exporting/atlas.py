"""Pictures on a sheet, and the sheet's description as Aseprite writes it ("array", with frame tags).

Its ``frames`` are also what TexturePacker calls JSON (Array), so that readers of either find them. A frame is
called by its number, as Phaser wants it.
Source: https://www.aseprite.org/docs/cli/#list-tags, and the files that Aseprite writes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

import emogan

EDGE = 1  # pixels around each frame that repeat its own, so that nothing else shines in where an engine smooths
FORMATS = {"L": "I8", "RGBA": "RGBA8888"}  # Aseprite's words for pixels in grey and in colour


@dataclass(frozen=True)
class Animation:
    """Frames that are played to the last one and back.

    Attributes:
        pictures: the number of each frame's picture on the sheet.
        durations: how long each stays, in milliseconds.
        shown: weights of the emotions of each.
    """

    name: str
    pictures: Sequence[int]
    durations: Sequence[int]
    shown: Sequence[Mapping[str, float]]


@dataclass(frozen=True)
class Cells:
    """Where pictures lie on a sheet: ``count`` of them, ``side`` pixels wide and high, ``columns`` to a row."""

    count: int
    side: int
    columns: int

    @classmethod
    def of(cls, count: int, side: int) -> "Cells":
        """As near to a square as whole rows allow."""
        return cls(count, side, math.ceil(math.sqrt(count)))

    @property
    def across(self) -> tuple[int, int]:
        """Pixels of the sheet across and down."""
        rows = -(-self.count // self.columns)
        return self.columns * (self.side + 2 * EDGE), rows * (self.side + 2 * EDGE)

    def place(self, number: int) -> tuple[int, int]:
        """The upper left corner of a picture."""
        row, column = divmod(number, self.columns)
        return column * (self.side + 2 * EDGE) + EDGE, row * (self.side + 2 * EDGE) + EDGE

    def laid(self, pictures: Sequence[Image.Image]) -> Image.Image:
        """The sheet, in grey or in colours."""
        mode = "L" if pictures[0].mode == "L" else "RGBA"
        sheet = Image.new(mode, self.across)
        for number, picture in enumerate(pictures):
            x, y = self.place(number)
            values = np.asarray(picture.convert(mode))
            values = np.pad(values, [(EDGE, EDGE)] * 2 + [(0, 0)] * (values.ndim - 2), mode="edge")
            sheet.paste(Image.fromarray(values), (x - EDGE, y - EDGE))
        return sheet


def described(cells: Cells, animations: Sequence[Animation], mode: str, file: str) -> dict[str, Any]:
    """The sheet in words of Aseprite's, with the emotions of each frame besides.

    Args:
        mode: of the sheet, as Pillow calls it.
        file: its name.
    """
    frames: list[dict[str, Any]] = []
    tags = []
    whole = {"w": cells.side, "h": cells.side}
    for animation in animations:
        last = len(frames) + len(animation.pictures) - 1
        tags.append({"name": animation.name, "from": len(frames), "to": last, "direction": "pingpong"})
        steps = zip(animation.pictures, animation.durations, animation.shown, strict=True)
        for picture, duration, shown in steps:
            x, y = cells.place(picture)
            frames.append(
                {
                    "filename": str(len(frames)),
                    "frame": {"x": x, "y": y, **whole},
                    "rotated": False,
                    "trimmed": False,
                    "spriteSourceSize": {"x": 0, "y": 0, **whole},
                    "sourceSize": whole,
                    "duration": duration,
                    "emotions": shown,
                }
            )
    wide, high = cells.across
    meta = {
        "app": "emogan",
        "version": emogan.__version__,
        "image": file,
        "format": FORMATS[mode],
        "size": {"w": wide, "h": high},
        "scale": "1",
        "frameTags": tags,
    }
    return {"frames": frames, "meta": meta}
