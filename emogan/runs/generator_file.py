"""A generator's file: the weights alone, with what is needed to build the network again."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from emogan.core import emotions
from emogan.core.errors import DamagedFileError, UserError
from emogan.networks.registry import build_network
from emogan.runs.checkpoint import read_checkpoint, sound_checkpoint
from emogan.runs.find import DISCRIMINATOR
from emogan.runs.plain import check_plain
from emogan.runs.weights import check_finite, read_weights, write_weights

log = logging.getLogger(__name__)

CENTRED, FROM_ZERO = "[-1, 1]", "[0, 1]"  # ranges of values


@dataclass(frozen=True)
class Trained:
    """A generator as it was trained.

    Attributes:
        network: latents (n, latent_dim) and weights of the emotions (n, 6) to images (n, c, h, w), in evaluation mode.
        emotion: what it draws.
        centred: whether its images are in [-1, 1]; else in [0, 1].
        images_seen: how many images its training had seen.
        settings: what the network is built from, with its ``_target_``.
        graded: whether it was taught strengths: that weights between neutro and an emotion mean less of it. A network
            that was not knows an emotion as it mostly is.
    """

    network: nn.Module
    emotion: str
    centred: bool
    images_seen: int
    settings: Mapping[str, Any]
    graded: bool = False


def save_generator(network: nn.Module, config: Mapping[str, Any], images_seen: int, path: Path) -> None:
    """Write ``network``, whole or not at all; ``config`` holds the run's settings as plain values.

    Raises:
        OSError: when it cannot be written.
    """
    write_weights(network.state_dict(), facts_of(as_trained(network, config, images_seen)), path)


def as_trained(network: nn.Module, config: Mapping[str, Any], images_seen: int) -> Trained:
    """``network`` as a run with the settings ``config``, plain values, trains it."""
    of, data = config["model"]["generator"], config["data"]
    return Trained(
        network, str(config["emotion"]), data["centred"] is True, images_seen, of, data.get("graded") is True
    )


def facts_of(trained: Trained) -> dict[str, str]:
    """What a file of a generator's weights says of it."""
    return {
        "emotion": trained.emotion,
        "generator": json.dumps(trained.settings),
        "values": CENTRED if trained.centred else FROM_ZERO,
        "images_seen": str(trained.images_seen),
        "graded": json.dumps(trained.graded),
    }


def load_generator(path: Path) -> Trained:
    """The generator of a ``.safetensors`` file, or the one that samples come from in a checkpoint.

    Raises:
        DamagedFileError: when it is not what was written.
        UserError: when the file is not there, or is neither.
    """
    if not path.is_file():
        raise UserError(f"{path} does not exist: expected a generator.safetensors or a last.ckpt that a run left.")
    try:
        return _of_weights(path) if path.suffix == ".safetensors" else _of_checkpoint(path)
    except DamagedFileError:
        raise
    except UserError as error:
        reason = str(error).removeprefix(f"{path} ").removeprefix("cannot be read as weights: ").rstrip(".")
        raise UserError(f"{path} cannot be read as a generator of emogan: {reason}.") from error
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        reason = f"{type(error).__name__}, {error!s:.100}"
        raise UserError(f"{path} cannot be read as a generator of emogan: {reason}.") from error


def discriminator_beside(path: Path) -> dict[str, Tensor]:
    """The weights of the discriminator that was trained with a generator's file: in it, or beside it; {} for none.

    The log warns of one that is damaged.
    """
    alone = path.with_name(DISCRIMINATOR.name)
    if path.suffix == ".safetensors" and alone.is_file():
        try:
            return read_weights(alone).tensors
        except UserError as error:
            log.warning("%s", error)
    checkpoint = sound_checkpoint(path.parent) if path.suffix == ".safetensors" else path
    if checkpoint is None:
        return {}
    state = _part(read_checkpoint(checkpoint)["state_dict"], "discriminator.")
    try:
        check_finite(state, checkpoint)
    except UserError as error:
        log.warning("%s", error)
        return {}
    return state


def _of_weights(path: Path) -> Trained:
    weights = read_weights(path)
    facts = weights.facts
    config, values = json.loads(facts["generator"]), facts["values"]
    if values not in (CENTRED, FROM_ZERO):
        raise ValueError(f"values={values!s:.20}")
    seen, graded = int(facts["images_seen"]), facts.get("graded") == "true"  # older files do not say
    return _trained(config, weights.tensors, facts["emotion"], values == CENTRED, seen, graded)


def _of_checkpoint(path: Path) -> Trained:
    content = read_checkpoint(path)
    settings, state = content["hyper_parameters"]["settings"], content["state_dict"]
    check_plain(settings)
    averaged = any(name.startswith("ema.module.") for name in state)
    sampler = _part(state, "ema.module." if averaged else "generator.")
    check_finite(sampler, path)
    config, seen, data = settings["model"]["generator"], int(state["images_seen"]), settings["data"]
    return _trained(config, sampler, settings["emotion"], data["centred"] is True, seen, data.get("graded") is True)


def _trained(config: Any, state: Mapping[str, Tensor], emotion: Any, centred: bool, seen: int, graded: bool) -> Trained:
    check_plain(config)
    if not isinstance(config, dict) or not isinstance(emotion, str):
        raise TypeError("settings are missing")
    known = emotions.canonical(emotion)
    return Trained(build_network(config, state), known or emotion, centred, seen, config, graded)


def _part(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}
