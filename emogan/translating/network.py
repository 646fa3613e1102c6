"""Trained translators: the one that comes with emogan, and those of runs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from emogan.config.places import PACKAGED as BY_NAME
from emogan.core.errors import DamagedFileError, UserError
from emogan.networks.registry import TRANSLATORS, build_network
from emogan.networks.translator import Translator
from emogan.recognition.reading import packaged_reader
from emogan.runs.checkpoint import read_checkpoint
from emogan.runs.find import find_generator
from emogan.runs.weights import check_finite, read_weights, write_weights

PACKAGED = Path(__file__).with_name("translator.safetensors")
SETTINGS, ACTIONS = "translator", "actions"  # facts of a file


@dataclass(frozen=True, eq=False)
class TrainedTranslator:
    """The network, the names of its facial actions, and what it is built from, with its ``_target_``."""

    network: Translator
    actions: Sequence[str]
    settings: Mapping[str, Any]

    @property
    def facts(self) -> dict[str, str]:
        """What a file of its weights says of it."""
        return _facts(self.settings, self.actions)


def translator_of(named: str) -> TrainedTranslator:
    """The translator that ``packaged``, a run's folder, or its file of weights or checkpoint names.

    Raises:
        UserError: when there is none.
    """
    return packaged_translator() if named == BY_NAME else read_translator(translator_file(named))


@lru_cache(maxsize=1)
def packaged_translator() -> TrainedTranslator:
    """The network that ``emogan train model=translator`` trained."""
    return read_translator(PACKAGED)


def translator_file(named: str) -> Path:
    """The file that such a name means.

    Raises:
        UserError: when there is none.
    """
    return PACKAGED if named == BY_NAME else find_generator(named)


def write_translator(network: nn.Module, settings: Mapping[str, Any], path: Path) -> None:
    """Write the weights in 16 bits; ``settings`` are what it is built from, with its ``_target_``.

    Raises:
        OSError, SafetensorError: when it cannot be written.
    """
    facts = _facts(settings, packaged_reader().actions)
    write_weights({name: value.half() for name, value in network.state_dict().items()}, facts, path)


def read_translator(path: Path) -> TrainedTranslator:
    """The translator of a ``.safetensors`` file, or of a checkpoint.

    Raises:
        DamagedFileError: when the file is not what was written.
        UserError: when it is not there, or holds no translator.
    """
    try:
        settings, actions, state = _of_weights(path) if path.suffix == ".safetensors" else _of_checkpoint(path)
        network = build_network(settings, {name: value.float() for name, value in state.items()}, TRANSLATORS)
    except DamagedFileError:
        raise
    except UserError as error:
        reason = str(error).removeprefix(f"{path} ").rstrip(".")
        raise UserError(f"{path} cannot be read as a translator of emogan: {reason}.") from error
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UserError(
            f"{path} holds no translator: expected {BY_NAME}, or what emogan train model=translator left."
        ) from error
    if not isinstance(network, Translator) or set(actions) != set(packaged_reader().actions):
        raise UserError(f"{path} knows other facial actions than the recogniser of this version: train it anew.")
    return TrainedTranslator(network, actions, settings)


def _facts(settings: Mapping[str, Any], actions: Sequence[str]) -> dict[str, str]:
    return {SETTINGS: json.dumps(settings), ACTIONS: json.dumps(list(actions))}


def _of_weights(path: Path) -> tuple[dict[str, Any], list[str], Mapping[str, Tensor]]:
    read = read_weights(path)
    return json.loads(read.facts[SETTINGS]), json.loads(read.facts[ACTIONS]), read.tensors


def _of_checkpoint(path: Path) -> tuple[dict[str, Any], list[str], Mapping[str, Tensor]]:
    content = read_checkpoint(path)
    state = content["state_dict"]
    prefix = "ema.module." if any(name.startswith("ema.module.") for name in state) else "generator."
    own = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
    check_finite(own, path)
    settings = content["hyper_parameters"]["settings"]["model"]["generator"]
    return dict(settings), list(packaged_reader().actions), own
