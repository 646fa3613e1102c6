"""A contact sheet: labelled rows of images on one picture."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

GAP = 2  # pixels between two images
LABEL = 110  # width of the labels, in pixels
PAPER, INK = (255, 255, 255), (0, 0, 0)


def contact_sheet(rows: Sequence[tuple[str, Sequence[Tensor]]]) -> Image.Image:
    """Each label with its images uint8 (c, s, s) side by side, one row below the other, as an RGB picture."""
    side = rows[0][1][0].shape[-1]
    width = LABEL + max(len(images) for _, images in rows) * (side + GAP)
    sheet = Image.new("RGB", (width, len(rows) * (side + GAP)), PAPER)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=14)
    for row, (label, images) in enumerate(rows):
        top = row * (side + GAP)
        pen.text((6, top + side / 2), label, INK, font, anchor="lm")
        for column, image in enumerate(images):
            pixels = image.permute(1, 2, 0).numpy()
            tile = Image.fromarray(np.broadcast_to(pixels, (side, side, 3)).copy())
            sheet.paste(tile, (LABEL + column * (side + GAP), top))
    return sheet
