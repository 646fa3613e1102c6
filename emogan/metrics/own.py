"""Measures of a person's own, beside those that emogan has: ``emogan evaluate run=FOLDER measures=mine.sharpness``."""

import math
from collections.abc import Callable, Mapping

from torch import Tensor

from emogan.core.errors import UserError
from emogan.data.face_set import Faces
from emogan.metrics.measuring import Row, Settings, Value
from emogan.metrics.resampling import half_sample_errors

# Real faces of people kept aside, and those that are measured, both uint8 (n, c, h, w), to a number.
Measure = Callable[[Tensor, Tensor], float]


def measure_own(measures: Mapping[str, Measure], real: Faces, faces: Faces, settings: Settings) -> Row:
    """What each of ``measures`` says of ``faces`` beside ``real`` ones, with its standard error from half samples.

    Raises:
        UserError: when one fails, or gives no number.
    """

    def of_halves(reals: Tensor, fakes: Tensor) -> dict[str, float]:
        return {name: _number(name, one, real.images[reals], faces.images[fakes]) for name, one in measures.items()}

    if not measures:
        return {}
    whole = {name: _number(name, one, real.images, faces.images) for name, one in measures.items()}
    errors = half_sample_errors(of_halves, [real.people, faces.people], settings.bootstrap, settings.seed)
    return {name: Value(value, errors.get(name)) for name, value in whole.items()}


def _number(name: str, measure: Measure, real: Tensor, faces: Tensor) -> float:
    try:
        value = float(measure(real, faces))
    except Exception as error:
        raise UserError(
            f"measures={name} fails ({type(error).__name__}: {error!s:.150}): expected a function of real and of"
            " measured images, both uint8 (n, channels, height, width), that gives a number."
        ) from error
    if not math.isfinite(value):
        raise UserError(f"measures={name} gives {value}: expected a number for every set of faces.")
    return value
