"""The LightningModule: a generator and a discriminator that train against each other. No architecture in it."""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel

from emogan.data.batches import Batch, BatchPlan, ImageBank
from emogan.runs.record import Images
from emogan.sampling.conditioning import pure
from emogan.training.adaptive import AdaptiveStrength, overfitting
from emogan.training.augment import DiffAugment, NoAugmentation
from emogan.training.ema import averaging
from emogan.training.objectives import Objective
from emogan.training.penalties import GradientPenalties
from emogan.training.position import Position
from emogan.training.transfer import Specialising

OTHER_WAY = 7919  # far from the seeds that people choose

OptimizerFactory = Callable[[Iterable[nn.Parameter]], Optimizer]


class EmotionGAN(pl.LightningModule):
    """A GAN of one emotion or of all six, with manual optimisation.

    Its clocks are the buffers ``images_seen`` and ``steps``: Lightning's ``global_step`` counts twice with two
    optimisers.

    Args:
        generator, discriminator: see :mod:`emogan.networks`.
        objective: losses of both, as functions of logits.
        penalties: of the discriminator's gradients.
        augment: what images pass through before the discriminator sees them.
        optimizer: makes the optimiser of one network from its parameters.
        ema_images: half-life, in images, of the averaged copy of the generator that samples are drawn from;
            None keeps no copy and draws from the generator itself.
        specialising: what a generator that starts from a trained one owes; None: this one starts from nothing.
        seed: seed of the random streams of the training.
        settings: plain values that a checkpoint carries along, to explain it and to compare it when resuming.
        images: what it learns from, carried along likewise; None: not known.
        unseen: images of people kept aside, to adapt the augmentations to; None: nobody is.
        other_way: start with other random numbers than the checkpoint's, which led astray.

    Attributes:
        before: the generator as it was before it began to specialise, where that is needed.
    """

    images_seen: Tensor
    steps: Tensor
    augmented: Tensor

    def __init__(
        self,
        generator: nn.Module,
        discriminator: nn.Module,
        objective: Objective,
        penalties: GradientPenalties,
        augment: DiffAugment | NoAugmentation,
        optimizer: OptimizerFactory,
        ema_images: int | None,
        specialising: Specialising | None,
        seed: int,
        settings: dict[str, Any],
        images: Images | None = None,
        unseen: ImageBank | None = None,
        other_way: bool = False,
    ) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.save_hyperparameters({"settings": settings, "images": images and asdict(images)})
        # The layout that convolutions are fastest in.
        self.generator = generator.to(memory_format=torch.channels_last)
        self.discriminator = discriminator.to(memory_format=torch.channels_last)
        self.objective, self.penalties = objective, penalties
        self.augment = augment
        self.optimizer = optimizer
        self.latent_dim = int(generator.latent_dim)  # type: ignore[arg-type]
        self.register_buffer("images_seen", torch.zeros((), dtype=torch.int64))
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.register_buffer("augmented", torch.tensor(augment.strength.start if augment.strength else 0.0))
        self.latent_rng = torch.Generator().manual_seed(seed)
        self.augment_rng = torch.Generator().manual_seed(seed + 1)
        self.unseen, self.other_way = unseen, other_way
        self.ema: AveragedModel | None = None
        if ema_images is not None:
            clock = averaging(ema_images, self._images_seen)
            self.ema = AveragedModel(copy.deepcopy(generator), multi_avg_fn=clock, use_buffers=True)
            self.ema.requires_grad_(False)
        self.specialising = specialising
        self.before: nn.Module | None = None
        if specialising is not None and specialising.people:  # a part of checkpoints: what it was may be gone by then
            self.before = copy.deepcopy(generator).requires_grad_(False).eval()
        self._rng_to_restore: dict[str, Tensor] | None = None

    def _images_seen(self) -> int:
        return int(self.images_seen)

    @property
    def sampler(self) -> nn.Module:
        """The generator to draw samples from: the averaged one where there is one."""
        return self.generator if self.ema is None else self.ema.module

    @property
    def position(self) -> Position:
        """How far the training is; by its own clock, since Lightning's epoch says nothing of a part of one."""
        return Position(int(self.steps), int(self.trainer.num_training_batches))

    def configure_optimizers(self) -> list[Optimizer]:
        return [self.optimizer(self.generator.parameters()), self.optimizer(self.discriminator.parameters())]

    def draw_latents(self, count: int) -> Tensor:
        """Latents (count, latent_dim) of the training's own random stream, on this module's device."""
        return torch.randn(count, self.latent_dim, generator=self.latent_rng).to(self.device)

    @torch.no_grad()
    def sample(self, latents: Tensor, emotion: Tensor) -> Tensor:
        """Images (n, c, h, w) of the sampler in evaluation mode, fp32; ``emotion`` holds weights (n, 6)."""
        network = self.sampler
        was_training = network.training
        network.eval()
        images: Tensor = network(latents.to(self.device), emotion.to(self.device)).float()
        network.train(was_training)
        return images

    def training_step(self, batch: Batch, batch_idx: int) -> dict[str, Tensor]:
        """One step of each network (codes 6 and 7); gives both losses.

        The paper runs the generator twice on the same latents; here both steps share one run, whose gradient only the
        generator's step follows. A relativistic objective sees, in the generator's step, what the discriminator said of
        the real images before its own.
        """
        for_generator, for_discriminator = self.optimizers()  # type: ignore[attr-defined]
        emotion = pure(batch.emotions)
        latents = self.draw_latents(len(emotion))
        fake = self.generator(latents, emotion)

        real_seen, fake_seen = self._augment(batch.images), self._augment(fake.detach())
        logits = self.discriminator(torch.cat([real_seen, fake_seen]), torch.cat([emotion, emotion]))
        on_real, on_fake = logits.chunk(2)
        loss_discriminator = self.objective.discriminator(on_real, on_fake)
        self._backward(loss_discriminator)
        step = int(self.steps)
        if self.penalties.due(step):
            self._backward(self.penalties(self.discriminator, real_seen, fake_seen, emotion))
        for_discriminator.step()
        for_discriminator.zero_grad()  # at once: one network's gradients leave before the other's come

        # Autocast may still hold low-precision copies of the discriminator's weights from before its step.
        torch.clear_autocast_cache()
        self.discriminator.requires_grad_(False)  # its weights need no gradient here: a third of the work
        loss_generator = self.objective.generator(self.discriminator(self._augment(fake), emotion), on_real.detach())
        owed = self._owed(fake, latents, emotion, batch.images)
        self._backward(loss_generator if owed is None else loss_generator + owed)
        for_generator.step()
        for_generator.zero_grad()
        self.discriminator.requires_grad_(True)

        if self.unseen is not None and self.augment.strength and self.augment.strength.due(step):
            self._adapt(self.augment.strength, self.unseen, on_real.detach(), on_fake.detach())
        self.images_seen += len(emotion)
        self.steps += 1
        if self.ema is not None:
            self.ema.update_parameters(self.generator)
        return {"discriminator": loss_discriminator.detach(), "generator": loss_generator.detach()}

    def _owed(self, fake: Tensor, latents: Tensor, emotion: Tensor, real: Tensor) -> Tensor | None:
        if self.specialising is None:
            return None
        with torch.no_grad():
            before = None if self.before is None else self.before(latents, emotion)
        return self.specialising(fake, before, real)

    def _augment(self, images: Tensor) -> Tensor:
        with torch.autocast(self.device.type, enabled=False):  # bf16 would round places to a quarter of a pixel
            return self.augment(images.float(), self.augmented, self.augment_rng)

    def _backward(self, loss: Tensor) -> None:
        # Lightning leaves autocast on: what was kept in fp32 on the way there would come back in low precision.
        with torch.autocast(self.device.type, enabled=False):
            self.manual_backward(loss)

    @torch.no_grad()
    def _adapt(self, strength: AdaptiveStrength, aside: ImageBank, on_real: Tensor, on_fake: Tensor) -> None:
        """Set the strength of the augmentations anew, from as many images of people kept aside as a batch holds."""
        count = len(on_real)
        places = torch.randint(len(aside), (count,), generator=self.augment_rng)
        seed = int(torch.randint(2**62, (), generator=self.augment_rng))
        images, emotions = (part.to(self.device) for part in aside[BatchPlan(places, seed)])
        unseen = self.discriminator(self._augment(images), pure(emotions))
        signal = overfitting(on_real.float(), on_fake.float(), unseen.float())
        self.augmented.fill_(strength.next(float(self.augmented), signal, count * strength.every))

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add where the training is, and the state of every random stream, which Lightning leaves out."""
        checkpoint["position"] = self.position.to_plain()
        checkpoint["rng"] = {
            "latents": self.latent_rng.get_state(),
            "augment": self.augment_rng.get_state(),
            "cpu": torch.get_rng_state(),
        }
        if self.device.type == "cuda":
            checkpoint["rng"]["cuda"] = torch.cuda.get_rng_state(self.device)

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        for network, state in zip((self.generator, self.discriminator), checkpoint["optimizer_states"], strict=True):
            check_moments(state, list(network.parameters()))
        self._rng_to_restore = checkpoint["rng"]

    def on_train_start(self) -> None:
        """Put the random streams where the checkpoint left them, after all set-up has drawn from them."""
        if self._rng_to_restore is not None:
            self._restore(self._rng_to_restore)
            self._rng_to_restore = None
        if self.other_way:
            for stream in (self.latent_rng, self.augment_rng, torch.default_generator):
                stream.manual_seed(stream.initial_seed() + OTHER_WAY)

    def _restore(self, rng: dict[str, Tensor]) -> None:
        self.latent_rng.set_state(rng["latents"].cpu())
        self.augment_rng.set_state(rng["augment"].cpu())
        torch.set_rng_state(rng["cpu"].cpu())
        if "cuda" in rng and self.device.type == "cuda":
            torch.cuda.set_rng_state(rng["cuda"].cpu(), self.device)


def check_moments(state: Mapping[str, Any], parameters: Sequence[nn.Parameter]) -> None:
    """Refuse a saved state of Adam of other shapes than ``parameters``, which PyTorch would notice steps later.

    Raises:
        ValueError: when one differs.
    """
    for number, moments in state["state"].items():
        if any(
            moments[name].shape != parameters[number].shape for name in ("exp_avg", "exp_avg_sq") if name in moments
        ):
            raise ValueError(f"the optimiser's state of parameter {number} has another shape")
