"""Exponential moving average of a generator, with a half-life counted in images."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

RAMP = 0.1  # early on, the half-life is at most this share of the images seen


def decay(images: int, seen: int, half_life: int) -> float:
    """Weight of the old average after ``images`` more images, when ``seen`` have been seen in all."""
    effective = min(float(half_life), RAMP * seen)
    return float(0.5 ** (images / effective)) if effective > 0 else 0.0


def averaging(
    half_life: int, images_seen: Callable[[], int]
) -> Callable[[Sequence[Tensor], Sequence[Tensor], Tensor | int], None]:
    """A ``multi_avg_fn`` for :class:`torch.optim.swa_utils.AveragedModel` that reads its clock from ``images_seen``."""

    @torch.no_grad()
    def average(averaged: Sequence[Tensor], live: Sequence[Tensor], updates: Tensor | int) -> None:
        seen = images_seen()
        images = seen // (int(updates) + 1)  # every update so far saw this many on average
        if averaged[0].is_floating_point():
            torch._foreach_lerp_(list(averaged), list(live), 1 - decay(images, seen, half_life))
        else:  # counters of batch norm
            for old, new in zip(averaged, live, strict=True):
                old.copy_(new)

    return average
