"""Networks without values: what shapes their parameters have, before memory is taken."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

# What fills a tensor with random values.
FILLING = (nn.init.normal_, nn.init.uniform_, nn.init.kaiming_uniform_, Tensor.normal_, Tensor.uniform_)


class _Undrawn(TorchFunctionMode):
    """Draws no random values: on ``meta`` there are none to keep, and torch loads its compiler (a second) for them."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        if func in FILLING:
            return args[0] if args else (kwargs or {})["tensor"]
        return (torch.empty if func is torch.randn else func)(*args, **(kwargs or {}))


@contextmanager
def shapes_alone() -> Iterator[None]:
    """Within, networks are built on the device ``meta``: of the shapes that they would have, without memory."""
    with _Undrawn(), torch.device("meta"):
        yield
