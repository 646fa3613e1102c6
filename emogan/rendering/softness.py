"""Light that enters the skin and leaves it beside: skin is softer than plaster."""

import numpy as np
from scipy.ndimage import binary_erosion, gaussian_filter

from emogan.rendering.mesh import Floats

REACH = 0.0014  # m that light wanders in skin, in the mean of the colours a grey picture sees
LEAST = 0.6  # pixels
ENTERING = 0.65  # share of the light that goes in; the rest returns where it came
SHADED = 0.6  # of the light around: what is darker is no bare skin but a hair, or its shadow


def soften(radiance: Floats, albedo: Floats, pixel: float) -> Floats:
    """The light (h, w) that skin sends back, spread by what wanders inside it.

    Only the light that falls on the skin is spread, not what is painted on it: pores, moles and lips stay sharp. With
    it goes most of the noise of few rays. After the texture-space diffusion of d'Eon and Luebke (GPU Gems 3, 2007),
    on the picture instead of the texture.

    Args:
        radiance: (h, w) as rendered, 0 or more.
        albedo: (h, w) of bare skin, 0 where anything else is seen.
        pixel: size of a pixel on the face in m.
    """
    bare = binary_erosion(albedo > 0.01, np.ones((3, 3)))
    reach = max(LEAST, REACH / pixel)
    painted = np.maximum(gaussian_filter(albedo, 0.5), 0.01)
    falling = np.where(bare, radiance / painted, 0.0)

    def around(which: Floats) -> Floats:
        result: Floats = gaussian_filter(falling * which, reach) / np.maximum(gaussian_filter(which, reach), 1e-6)
        return result

    lit = bare & (falling > SHADED * around(bare.astype(float)))
    mixed = painted * ((1 - ENTERING) * falling + ENTERING * around(lit.astype(float)))
    return np.where(lit, mixed, radiance)
