"""Exponential moving average of a generator, with a half-life counted in images."""

from collections.abc import Callable
from itertools import compress

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

RAMP = 0.1  # early on, the half-life is at most this share of the images seen


def decay(images: int, seen: int, half_life: int) -> float:
    """Weight of the old average after ``images`` more images, when ``seen`` have been seen in all."""
    effective = min(float(half_life), RAMP * seen)
    return float(0.5 ** (images / effective)) if effective > 0 else 0.0


class Average(AveragedModel):
    """The average of ``network`` over its steps, in its ``module``; buffers are averaged too, counters are copied.

    Its clocks stay on the CPU, where they are read in every step.

    Args:
        half_life: in images.
        images_seen: how many there have been so far.
    """

    n_averaged: Tensor

    def __init__(self, network: nn.Module, half_life: int, images_seen: Callable[[], int]) -> None:
        super().__init__(network, use_buffers=True)
        self.requires_grad_(False)
        self.half_life, self.images_seen = half_life, images_seen

    def _apply(self, move: Callable[[Tensor], Tensor], recurse: bool = True) -> "Average":
        staying = self.n_averaged
        super()._apply(move, recurse)  # type: ignore[no-untyped-call]
        self.n_averaged = staying
        return self

    @torch.no_grad()
    def update_parameters(self, model: nn.Module) -> None:
        """Take in the network as it is after a step."""
        updates, seen = int(self.n_averaged), self.images_seen()
        images = seen // (updates + 1)  # every update so far saw this many on average
        averaged, live = ([*one.parameters(), *one.buffers()] for one in (self.module, model))
        floats = [old.is_floating_point() and updates > 0 for old in averaged]
        if any(floats):
            ours, theirs = (list(compress(values, floats)) for values in (averaged, live))
            torch._foreach_lerp_(ours, theirs, 1 - decay(images, seen, self.half_life))
        for old, new, is_float in zip(averaged, live, floats, strict=True):
            if not is_float:
                old.copy_(new)
        self.n_averaged += 1
