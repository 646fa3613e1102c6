"""A generator's file: the weights alone, with what is needed to build the network again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from hydra.utils import get_class, instantiate
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

import emogan
from emogan.core.errors import UserError
from emogan.core.files import atomic

OURS = "emogan.networks."  # a generator's file may build these and nothing else


@dataclass(frozen=True)
class Trained:
    """A generator as it was trained.

    Attributes:
        network: latents (n, latent_dim) and weights of the emotions (n, 6) to images (n, c, h, w), in evaluation mode.
        emotion: what it draws.
        centred: whether its images are in [-1, 1]; else in [0, 1].
        images_seen: how many images its training had seen.
    """

    network: nn.Module
    emotion: str
    centred: bool
    images_seen: int


def save_generator(network: nn.Module, config: Mapping[str, Any], images_seen: int, path: Path) -> None:
    """Write ``network``, whole or not at all; ``config`` holds the run's settings as plain values."""
    metadata = {
        "emogan": emogan.__version__,
        "emotion": str(config["emotion"]),
        "generator": json.dumps(config["model"]["generator"]),
        "values": "[-1, 1]" if config["data"]["centred"] else "[0, 1]",
        "images_seen": str(images_seen),
    }
    with atomic(path) as part:
        save_file({name: tensor.contiguous() for name, tensor in network.state_dict().items()}, part, metadata)


def load_generator(path: Path) -> Trained:
    """The generator of a ``.safetensors`` file, or the one that samples come from in a checkpoint.

    Raises:
        UserError: when the file is not there, or is neither.
    """
    if not path.is_file():
        raise UserError(f"{path} does not exist: expected a generator.safetensors or a last.ckpt that a run left.")
    try:
        if path.suffix == ".safetensors":
            with safe_open(path, "pt") as file:
                facts = file.metadata()
                state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
            config, centred = json.loads(facts["generator"]), facts["values"] == "[-1, 1]"
            return Trained(_build(config, state), facts["emotion"], centred, int(facts["images_seen"]))
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        settings, state = content["hyper_parameters"]["settings"], _sampler(content["state_dict"])
        network = _build(settings["model"]["generator"], state)
        seen = int(content["state_dict"]["images_seen"])
        return Trained(network, str(settings["emotion"]), bool(settings["data"]["centred"]), seen)
    except UserError:
        raise
    except (SafetensorError, Exception) as error:
        raise UserError(f"{path} cannot be read as a generator of emogan: {type(error).__name__}, {error}.") from error


def discriminator_beside(path: Path) -> dict[str, Tensor]:
    """The weights of the discriminator that was trained with a generator's file: in it, or beside it; {} for none."""
    alone, checkpoint = path.with_name("discriminator.safetensors"), path.with_name("last.ckpt")
    if path.suffix == ".safetensors" and alone.is_file():
        return dict(load_file(alone))
    if path.suffix != ".safetensors":
        checkpoint = path
    if not checkpoint.is_file():
        return {}
    state = torch.load(checkpoint, map_location="cpu", weights_only=True, mmap=True)["state_dict"]
    prefix = "discriminator."
    return {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}


def _sampler(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    averaged = any(name.startswith("ema.module.") for name in state)
    prefix = "ema.module." if averaged else "generator."
    return {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}


def _build(config: Mapping[str, Any], state: Mapping[str, Tensor]) -> nn.Module:
    target = str(config["_target_"])
    kind = get_class(target) if target.startswith(OURS) else None
    if kind is None or not issubclass(kind, nn.Module) or not kind.__module__.startswith(OURS):
        raise UserError(f"A generator of {target} is not loaded: expected one of {OURS}*.")
    network: nn.Module = instantiate(config, _recursive_=False, _convert_="all")  # nothing inside may build more
    network.load_state_dict(state)
    return network.eval()
