"""The encoder that was trained with a generator, in a file beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from emogan.networks.registry import ENCODERS, build_network
from emogan.runs.weights import read_weights, write_weights

NAME = "encoder.safetensors"


def save_encoder(network: nn.Module, settings: Mapping[str, Any], generator: Path) -> None:
    """Write ``network`` beside the generator's file, whole or not at all; ``settings`` is what it is built from.

    Raises:
        OSError: when it cannot be written.
    """
    write_weights(network.state_dict(), {"encoder": json.dumps(settings)}, generator.with_name(NAME))


def encoder_beside(generator: Path) -> dict[str, Tensor]:
    """The weights of the encoder beside a generator's file; {} where there is none.

    Raises:
        UserError: when it is damaged.
    """
    file = generator.with_name(NAME)
    return read_weights(file).tensors if file.is_file() else {}


def load_encoder(generator: Path) -> nn.Module | None:
    """That encoder, in evaluation mode; None where there is none.

    Raises:
        UserError: when it is damaged, or no encoder.
    """
    file = generator.with_name(NAME)
    if not file.is_file():
        return None
    weights = read_weights(file)
    state = {name: value.float() for name, value in weights.tensors.items()}
    return build_network(json.loads(weights.facts["encoder"]), state, ENCODERS)
