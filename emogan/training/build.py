"""From a config to what it describes: the one place of training that follows ``_target_``."""

from collections.abc import Callable, Sequence

import pytorch_lightning as pl
import torch
from hydra.utils import get_class, instantiate
from omegaconf import DictConfig
from torch import nn

from emogan.config.compose import plain
from emogan.core import emotions, machine
from emogan.core.errors import UserError
from emogan.data.batches import ImageBank
from emogan.data.datamodule import ImageDataModule
from emogan.data.variations import Variations
from emogan.networks.shapes import shapes_alone
from emogan.recognition.training import Recipe
from emogan.runs.record import Images
from emogan.training.adversarial import Adversarial
from emogan.training.callbacks.checkpoints import AtomicCheckpoints
from emogan.training.together import ALONE, Together, trainer

NETWORKS = ("generator", "discriminator")
BYTES_TO_TRAIN = 16  # per parameter in fp32: weight, gradient, both of Adam's moments


def build(
    cfg: DictConfig,
    images: Images | None = None,
    unseen: ImageBank | None = None,
    other_way: bool = False,
    together: Together = ALONE,
) -> Adversarial:
    """The module with freshly initialised networks; see there."""
    module: Callable[..., Adversarial] = instantiate(cfg.module)
    return module(
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
        together=together,
    )


def kind_of(cfg: DictConfig) -> type[Adversarial]:
    """What :func:`build` builds."""
    kind = get_class(cfg.module._target_)
    if not issubclass(kind, Adversarial):
        raise UserError(
            f"module._target_={cfg.module._target_} is no training: expected a subclass of"
            " emogan.training.adversarial.Adversarial."
        )
    return kind


def is_shared(cfg: DictConfig) -> bool:
    """Whether several processes are to share the training."""
    return bool(cfg.trainer._target_ == f"{trainer.__module__}.{trainer.__name__}")


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
    built: pl.Trainer = instantiate(
        cfg.trainer,
        precision=precision,
        callbacks=list(callbacks),
        plugins=[AtomicCheckpoints()],
        enable_checkpointing=False,  # Lightning's own, which would come after every other callback; see Checkpoints
        default_root_dir=cfg.run_dir,
    )
    return built


def check_networks(cfg: DictConfig) -> None:
    """Build the networks without storage, so that their own checks of sizes run before anything heavy.

    Raises:
        UserError: for a size that a network cannot have, for emotions that it cannot tell apart, or when training would
            not fit into this machine's memory.
    """
    with shapes_alone():
        networks = [instantiate(cfg.model[name], _convert_="all") for name in NETWORKS]
    if emotions.are_several(cfg.emotion) and not networks[0].conditional:
        raise UserError(
            f"emotion={emotions.canonical(cfg.emotion)} needs a conditional network, which"
            f" {type(networks[0]).__name__} is not: give model=style, or one emotion."
        )
    if cfg.trainer.accelerator in ("gpu", "cuda") and not torch.cuda.is_available():
        raise UserError(
            f"trainer.accelerator={cfg.trainer.accelerator} is not usable: torch sees no GPU of NVIDIA here; leave it"
            " out to train on the CPU."
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
