"""From a config to the networks and the module around them."""

import torch
from hydra.utils import instantiate
from omegaconf import DictConfig
from torch import nn

from emogan.config.compose import plain
from emogan.core import emotions, machine
from emogan.core.errors import UserError
from emogan.training.module import EmotionGAN

NETWORKS = ("generator", "discriminator")
BYTES_TO_TRAIN = 16  # per parameter in fp32: weight, gradient, both of Adam's moments


def build(cfg: DictConfig) -> EmotionGAN:
    """The module with freshly initialised networks."""
    return EmotionGAN(
        generator=instantiate(cfg.model.generator, _convert_="all"),
        discriminator=instantiate(cfg.model.discriminator, _convert_="all"),
        objective=instantiate(cfg.objective),
        penalties=instantiate(cfg.penalties),
        augment=instantiate(cfg.augment),
        optimizer=instantiate(cfg.optimizer),
        ema_images=cfg.ema_images,
        specialising=None if cfg.init_from is None else instantiate(cfg.specialising),
        seed=cfg.seed,
        settings=plain(cfg),
    )


def check_networks(cfg: DictConfig) -> None:
    """Build the networks without storage, so that their own checks of sizes run before anything heavy.

    Raises:
        UserError: for a size that a network cannot have, for emotions that it cannot tell apart, or when training would
            not fit into this machine's memory.
    """
    with torch.device("meta"):
        networks = [instantiate(cfg.model[name], _convert_="all") for name in NETWORKS]
    if emotions.canonical(str(cfg.emotion)) == emotions.ALL and not networks[0].conditional:
        raise UserError(
            f"emotion={emotions.ALL} needs a conditional network, which {type(networks[0]).__name__} is not: give"
            " model=style, or one emotion."
        )
    needed = BYTES_TO_TRAIN * sum(map(count, networks))
    if needed > machine.memory():
        raise UserError(
            f"These networks need {needed / 1e9:.0f} GB to train, this machine has {machine.memory() / 1e9:.0f} GB:"
            f" lower image_size={cfg.image_size} or latent_dim={cfg.latent_dim}."
        )


def count(network: nn.Module) -> int:
    """Number of parameters."""
    return sum(parameter.numel() for parameter in network.parameters())
