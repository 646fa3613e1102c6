"""The layer table of figure 2."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

MEGABYTE = 2**20
BYTES_PER_VALUE = 4  # fp32
RULE = "-" * 64


def layer_table(title: str, network: nn.Module, run: Callable[[Tensor], Any], example: Tensor) -> str:
    """Every layer with its output's shape and parameters, the totals, and the sizes in MB of one image's pass.

    Args:
        run: what to call with ``example`` (1, …) so that every layer of ``network`` takes part.
    """
    rows: list[tuple[str, tuple[int, ...], int]] = []

    def note(layer: nn.Module, _: Any, output: Tensor) -> None:
        name = f"{type(layer).__name__}-{len(rows) + 1}"
        rows.append((name, tuple(output.shape[1:]), sum(p.numel() for p in layer.parameters())))

    leaves = [module for module in network.modules() if not any(module.children())]
    hooks = [leaf.register_forward_hook(note) for leaf in leaves]
    was_training = network.training
    network.eval()  # batch norm cannot train on one example
    try:
        with torch.no_grad():
            run(example)
    finally:
        network.train(was_training)
        for hook in hooks:
            hook.remove()
    lines = [title, RULE, f"{'Layer (type)':<20}{'Output shape':>24}{'Parameters':>20}", RULE]
    lines += [f"{name:<20}{[-1, *shape]!s:>24}{parameters:>20,}" for name, shape, parameters in rows]
    return "\n".join([*lines, RULE, *_totals(network, example, [shape for _, shape, _ in rows]), ""])


def _totals(network: nn.Module, example: Tensor, shapes: list[tuple[int, ...]]) -> list[str]:
    total = sum(p.numel() for p in network.parameters())
    trainable = sum(p.numel() for p in network.parameters() if p.requires_grad)
    values = sum(torch.Size(shape).numel() for shape in shapes)
    sizes = {
        "Input size (MB)": example[0].numel() * BYTES_PER_VALUE / MEGABYTE,
        "Forward/backward pass size (MB)": 2 * values * BYTES_PER_VALUE / MEGABYTE,
        "Params size (MB)": total * BYTES_PER_VALUE / MEGABYTE,
    }
    return [
        f"Total params: {total:,}",
        f"Trainable params: {trainable:,}",
        f"Non-trainable params: {total - trainable:,}",
        *(f"{name}: {size:.2f}" for name, size in sizes.items()),
        f"Estimated total size (MB): {sum(sizes.values()):.2f}",
    ]
