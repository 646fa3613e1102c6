"""The networks that a file may name, and how they are built from plain values."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from emogan.core.errors import UserError
from emogan.core.trust import TRUSTED, trusted
from emogan.networks.encoder import StyleEncoder
from emogan.networks.paper import PaperGenerator
from emogan.networks.shapes import shapes_alone
from emogan.networks.style import StyleGenerator
from emogan.networks.translator import Translator

GENERATORS: dict[str, Callable[..., nn.Module]] = {
    "emogan.networks.paper.PaperGenerator": PaperGenerator,
    "emogan.networks.style.StyleGenerator": StyleGenerator,
}
ENCODERS: dict[str, Callable[..., nn.Module]] = {"emogan.networks.encoder.StyleEncoder": StyleEncoder}
TRANSLATORS: dict[str, Callable[..., nn.Module]] = {"emogan.networks.translator.Translator": Translator}
SIZES = 16  # values in a list, such as of layers
SMALL = 4096  # what a size may be whatever the weights are, such as of an image


def build_network(
    settings: Mapping[str, Any], state: Mapping[str, Tensor], among: Mapping[str, Callable[..., nn.Module]] = GENERATORS
) -> nn.Module:
    """The network that ``settings`` describe, with the weights of ``state``, in evaluation mode.

    Nothing in ``settings`` is trusted: only the networks of ``among`` are built, and a person's own that they listed
    (:mod:`emogan.core.trust`), of plain values, without memory until every shape is seen to be that of ``state``.

    Raises:
        UserError: when it is none of them, or the weights are of another.
    """
    target = settings.get("_target_")
    kind = (among.get(target) or trusted(target)) if isinstance(target, str) else None
    if kind is None:
        raise UserError(
            f"A network of {target!s:.100} is not loaded: expected one of {', '.join(among)}; {TRUSTED}=NAME before the"
            " command allows one of your own."
        )
    # Hydra's words about how to build it mean nothing here.
    arguments = {name: value for name, value in settings.items() if name not in ("_target_", "_convert_")}
    widest = max((size for tensor in state.values() for size in tensor.shape), default=0)
    for name, value in arguments.items():
        _check_plain(name, value, max(widest, SMALL))
    try:
        inspect.signature(kind).bind(**arguments)
        with shapes_alone():
            network = kind(**arguments)
    except (TypeError, ValueError, ArithmeticError, RuntimeError) as error:
        reason = str(error).split("\n")[0][:100]
        raise UserError(f"A generator of {target} cannot have these settings ({reason}).") from error
    own = network.state_dict()
    for name in sorted(own.keys() | state.keys()):
        shapes = [tuple(there[name].shape) if name in there else "nothing" for there in (state, own)]
        if shapes[0] != shapes[1]:
            raise UserError(
                f"These weights are of another generator than {target}: {name} is {shapes[0]}, expected {shapes[1]}."
            )
    # In rows, however the file has them: convolutions round otherwise in another order.
    rows = torch.contiguous_format
    values = {name: state[name].to(own[name].dtype, copy=True, memory_format=rows) for name in own}
    network.load_state_dict(values, assign=True)
    return network.eval()


def _check_plain(name: str, value: Any, most: int) -> None:
    """Raise a UserError for anything but a number, a text of a word, or a short list of numbers."""
    values = value if isinstance(value, list | tuple) else [value]
    fine = len(values) <= SIZES and all(
        (isinstance(one, int | float) and abs(one) <= most) or (isinstance(one, str) and len(one) <= SIZES)
        for one in values
    )
    if not fine:
        raise UserError(f"A generator's {name}={value!s:.40} is not usable: expected numbers of at most {most}.")
