"""The encoder that was trained with a generator, in a file beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from emogan.core.errors import UserError
from emogan.networks.encoder import StyleEncoder
from emogan.networks.registry import ENCODERS, build_network
from emogan.runs.plain import check_plain
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


def load_encoder(generator: Path) -> tuple[StyleEncoder, dict[str, Any]] | None:
    """That encoder, in evaluation mode, and what it is built from; None where there is none.

    Raises:
        UserError: when it is damaged, or no encoder.
    """
    file = generator.with_name(NAME)
    if not file.is_file():
        return None
    weights = read_weights(file)
    state = {name: value.float() for name, value in weights.tensors.items()}
    try:
        settings = json.loads(weights.facts["encoder"])
        check_plain(settings)
        network = build_network(settings, state, ENCODERS)
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        reason = f"{type(error).__name__}, {error!s:.100}"
        raise UserError(f"{file} cannot be read as an encoder of emogan: {reason}.") from error
    assert isinstance(network, StyleEncoder)
    return network, settings
