"""A photograph as a network would draw it, from a file or from memory."""

import os
from dataclasses import dataclass

from torch import Tensor

from emogan.core.errors import UserError
from emogan.core.names import expanded, printable
from emogan.data.decode import Framing, decode
from emogan.data.reading import UnusableImageError, read_bytes
from emogan.networks.style import StyleGenerator
from emogan.sampling.sampler import Sampler


@dataclass(frozen=True)
class Photograph:
    """A photograph: uint8 (c, h, w); ``name`` is its file's, without the suffix, and empty for one from memory."""

    name: str
    image: Tensor


def read_photograph(sampler: Sampler, photo: str | os.PathLike[str] | bytes, crop_above: float) -> Photograph:
    """The photograph in a file, or in the bytes of one.

    Args:
        crop_above: share of what the largest square leaves over that lies above it.

    Raises:
        UserError: when it cannot be read, or the network cannot draw a given person.
    """
    framing = _framing(sampler, crop_above)
    if isinstance(photo, bytes):
        called, name = "The photograph", ""
    else:
        path = expanded(photo)
        called, name = f"project={printable(path)}", path.stem
    try:
        content = photo if isinstance(photo, bytes) else read_bytes(path)
        return Photograph(name, decode(content, framing).pixels)
    except UnusableImageError as error:
        raise UserError(f"{called} cannot be used ({error}): expected a photograph of a face.") from error


def _framing(sampler: Sampler, crop_above: float) -> Framing:
    network = sampler.trained.network
    if not isinstance(network, StyleGenerator):
        raise UserError(
            f"A photograph needs a network of model=style: {type(network).__name__} has no people; give"
            " weights=packaged, or those of such a run."
        )
    size = network.start.shape[-1] * 2 ** len(network.sketches)
    return Framing(size, network.detail.out_channels, "face", crop_above)
