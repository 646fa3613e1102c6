"""The texture of a person's skin in colour, with brows and beard painted on it."""

import io

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from emogan.exporting.hues import FLESH, HAIR, SKIN, coloured, hair_colour, to_screen
from emogan.rendering.brows import brows
from emogan.rendering.canvas import Canvas, load_canvas
from emogan.rendering.folds import fold_heights
from emogan.rendering.hairstyles import scalp_shade
from emogan.rendering.mesh import Floats
from emogan.rendering.photograph import Sitter
from emogan.rendering.skin import paint_skin, smooth
from emogan.rendering.strands import Strands, beard, rest_surface

DETAIL = 1.0
QUALITY = 88  # of the JPEG
STEPS = 48  # dabs along a hair
BEYOND = 0.004  # m around the hairs where texels are looked for
NECK, EARS = (0.535, 0.550), (-0.035, -0.045)  # m up and back, of the middle person: texels are too large there
INK = 0.9  # of a texel that a hair crosses once
SOFT = 0.55  # texels


def skin_picture(sitter: Sitter) -> bytes:
    """The texture as a JPEG: albedo, the lines that stand at rest, brows and beard."""
    head, person = sitter.head, sitter.person
    canvas = load_canvas(head, DETAIL)
    scalp = scalp_shade(canvas.place, person)
    _, shade = fold_heights(person, canvas, {})
    albedo = paint_skin(person, canvas, scalp) * shade
    colours = coloured(albedo, SKIN)
    colours += np.where(canvas.mouth, 1.0, canvas.lips)[..., None] * (coloured(albedo, FLESH) - colours)
    colours += scalp[..., None] * (hair_colour(person, person.hair) - colours)  # fewer strands hide less of it
    rest = rest_surface(head)
    grown = [brows(head, person, *rest)]
    if person.beard in {"goatee", "beard"}:
        grown.append(beard(head, person, *rest))
    fine = smooth(canvas.place[..., 2], *NECK) * smooth(canvas.place[..., 1], *EARS)
    for hairs in grown:
        colours += (fine * ink(canvas, hairs))[..., None] * (coloured(np.array(hairs.albedo), HAIR) - colours)
    pixels = np.round(255 * to_screen(np.clip(colours, 0, 1))).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()


def ink(canvas: Canvas, hairs: Strands) -> Floats:
    """How much of each texel (h, w) hairs on the middle person's skin cover, 0..1."""
    at = np.linspace(0, hairs.points.shape[1] - 1, STEPS)
    low = np.minimum(at.astype(int), hairs.points.shape[1] - 2)
    share = (at - low)[:, None]
    dabs = ((1 - share) * hairs.points[:, low] + share * hairs.points[:, low + 1]).reshape(-1, 3)
    place = canvas.place
    near = ((place > dabs.min(0) - BEYOND) & (place < dabs.max(0) + BEYOND)).all(-1)
    rows, columns = np.nonzero(near)
    _, nearest = cKDTree(place[near]).query(dabs)
    # A hair crosses a texel with several dabs, which count once.
    hair = np.repeat(np.arange(len(hairs.points)), STEPS)
    crossed = np.unique(np.stack([nearest, hair]), axis=1)[0]
    times = np.zeros(canvas.shape)
    np.add.at(times, (rows[crossed], columns[crossed]), 1.0)
    covered: Floats = 1 - (1 - INK) ** gaussian_filter(times, SOFT)
    return covered
