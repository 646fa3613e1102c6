"""A photograph as a network would draw it, from a file or from memory."""

import os
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from emogan.core.errors import UserError
from emogan.core.names import expanded, printable
from emogan.data.decode import Framing, decode, square
from emogan.data.reading import UnusableImageError, read_bytes
from emogan.finding.aligning import aligned_frame
from emogan.finding.choosing import NO_FACE
from emogan.finding.frames import Frame
from emogan.networks.style import StyleGenerator
from emogan.sampling.sampler import Sampler

Crop = Literal["align", "square"]


@dataclass(frozen=True, eq=False)
class Photograph:
    """A photograph, and the part of it that a network looks at.

    Attributes:
        name: its file's, without the suffix; empty for one from memory.
        image: that part, uint8 (c, h, w).
        frame: where it lies, in the pixels of the photograph as it is looked at.
        content: the bytes of its file.
    """

    name: str
    image: Tensor
    frame: Frame
    content: bytes


def read_photograph(
    sampler: Sampler, photo: str | os.PathLike[str] | bytes, crop: Crop, crop_above: float
) -> Photograph:
    """The photograph in a file, or in the bytes of one.

    Args:
        crop: see :class:`emogan.data.decode.Framing`.
        crop_above: of ``square``: share of what it leaves over that lies above it.

    Raises:
        UserError: when it cannot be read, shows no face to align, or the network cannot draw a given person.
    """
    framing = _framing(sampler, crop, crop_above)
    if isinstance(photo, bytes):
        called, name = "The photograph", ""
    else:
        path = expanded(photo)
        called, name = f"project={printable(path)}", path.stem
    try:
        content = photo if isinstance(photo, bytes) else read_bytes(path)
        seen = decode(content, framing)
    except UnusableImageError as error:
        how = "; crop=square takes it as it is" if error.reason == NO_FACE else ""
        raise UserError(f"{called} cannot be used ({error}): expected a photograph of a face{how}.") from error
    if seen.face is not None:
        return Photograph(name, seen.pixels, aligned_frame(seen.face), content)
    left, top, right, _ = square(*seen.size, crop_above, 1.0)
    return Photograph(name, seen.pixels, Frame((left, top), right - left, 0.0), content)


def _framing(sampler: Sampler, crop: Crop, crop_above: float) -> Framing:
    network = sampler.trained.network
    if not isinstance(network, StyleGenerator):
        raise UserError(
            f"A photograph needs a network of model=style: {type(network).__name__} has no people; give"
            " weights=packaged, or those of such a run."
        )
    size = network.start.shape[-1] * 2 ** len(network.sketches)
    return Framing(size, network.detail.out_channels, crop, crop_above)
