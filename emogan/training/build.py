"""From a config to what it describes: the one place of training that follows ``_target_``."""

from collections.abc import Sequence
from typing import Any

import pytorch_lightning as pl
import torch
from hydra.utils import instantiate
from omegaconf import DictConfig
from torch import nn

from emogan.config.compose import plain
from emogan.core import emotions, machine
from emogan.core.errors import UserError
from emogan.data.batches import ImageBank
from emogan.data.datamodule import ImageDataModule
from emogan.data.variations import Variations
from emogan.recognition.training import Recipe
from emogan.runs.record import Images
from emogan.training.callbacks.checkpoints import AtomicCheckpoints
from emogan.training.module import EmotionGAN

NETWORKS = ("generator", "discriminator")
BYTES_TO_TRAIN = 16  # per parameter in fp32: weight, gradient, both of Adam's moments
# Lightning's other ways to end a training, which would leave it unfinished and call it finished.
LENGTHS = (
    *("min_epochs", "max_steps", "min_steps", "max_time", "fast_dev_run"),
    *("limit_train_batches", "overfit_batches", "accumulate_grad_batches"),
)


def build(
    cfg: DictConfig, images: Images | None = None, unseen: ImageBank | None = None, other_way: bool = False
) -> EmotionGAN:
    """The module with freshly initialised networks; see there."""
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
        images=images,
        unseen=unseen,
        other_way=other_way,
    )


def build_data(cfg: DictConfig) -> ImageDataModule:
    """The images to learn from, not read yet."""
    module: ImageDataModule = instantiate(cfg.data.module, _convert_="all")
    return module


def build_variations(cfg: DictConfig) -> Variations:
    """What images pass through."""
    variations: Variations = instantiate(cfg.data.module.variations)
    return variations


def build_recipe(cfg: DictConfig) -> Recipe:
    """How the recogniser is trained."""
    recipe: Recipe = instantiate(cfg.recogniser)
    return recipe


def build_trainer(cfg: DictConfig, precision: str, callbacks: Sequence[pl.Callback]) -> pl.Trainer:
    """Lightning's trainer."""
    trainer: pl.Trainer = instantiate(
        cfg.trainer,
        precision=precision,
        callbacks=list(callbacks),
        plugins=[AtomicCheckpoints()],
        default_root_dir=cfg.run_dir,
    )
    return trainer


def check_trainer(cfg: DictConfig) -> None:
    """Refuse settings of Lightning's trainer that this project has a setting of its own for, or cannot keep.

    Raises:
        UserError: for a length other than ``epochs``, or more than one device.
    """
    settings: dict[str, Any] = plain(cfg)["trainer"]
    if settings.get("max_epochs") != cfg.epochs:
        raise _not_here("max_epochs", settings.get("max_epochs"), f"epochs={settings.get('max_epochs')}")
    for name in LENGTHS:
        if settings.get(name) is not None:
            raise _not_here(name, settings[name], "epochs=NUMBER or minutes=NUMBER")
    devices = settings.get("devices", 1)
    one = devices in (1, "1") or (isinstance(devices, list) and len(devices) == 1)
    if not one or settings.get("num_nodes", 1) != 1:
        name = "num_nodes" if one else "devices"
        raise UserError(
            f"trainer.{name}={settings[name]} is not usable: a training runs on one device, trainer.devices=1 (or [2],"
            " the number of a GPU); train several emotions side by side with hydra/launcher=joblib instead."
        )


def check_networks(cfg: DictConfig) -> None:
    """Build the networks without storage, so that their own checks of sizes run before anything heavy.

    Raises:
        UserError: for a size that a network cannot have, for emotions that it cannot tell apart, or when training would
            not fit into this machine's memory.
    """
    with torch.device("meta"):
        networks = [instantiate(cfg.model[name], _convert_="all") for name in NETWORKS]
    if emotions.are_several(cfg.emotion) and not networks[0].conditional:
        raise UserError(
            f"emotion={emotions.canonical(cfg.emotion)} needs a conditional network, which"
            f" {type(networks[0]).__name__} is not: give model=style, or one emotion."
        )
    needed = BYTES_TO_TRAIN * sum(map(count, networks))
    if needed > machine.memory():
        raise UserError(
            f"These networks need {machine.size(needed)} to train, this machine has {machine.size(machine.memory())}:"
            f" lower image_size={cfg.image_size} or latent_dim={cfg.latent_dim}."
        )


def count(network: nn.Module) -> int:
    """Number of parameters."""
    return sum(parameter.numel() for parameter in network.parameters())


def _not_here(name: str, value: object, instead: str) -> UserError:
    return UserError(f"trainer.{name}={value} is not usable: the length of a training is set by {instead}.")
