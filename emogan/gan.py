"""The LightningModule: a generator and a discriminator that train against each other. No architecture in it."""

import copy
from collections.abc import Callable, Iterable
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel

from emogan.ema import averaging
from emogan.objectives import BinaryCrossEntropy

OptimizerFactory = Callable[[Iterable[nn.Parameter]], Optimizer]


class EmotionGAN(pl.LightningModule):
    """One emotion's GAN with manual optimisation.

    Its clock is the buffer ``images_seen``: Lightning's ``global_step`` counts twice with two optimisers.

    Args:
        generator: latents (n, latent_dim) to images.
        discriminator: images to logits (n,).
        objective: losses of both, as functions of logits.
        optimizer: makes the optimiser of one network from its parameters.
        ema_images: half-life, in images, of the averaged copy of the generator that samples are drawn from;
            None keeps no copy and draws from the generator itself.
        seed: seed of the latents drawn in training.
        settings: plain values that a checkpoint carries along, to explain it and to compare it when resuming.
    """

    images_seen: Tensor

    def __init__(
        self,
        generator: nn.Module,
        discriminator: nn.Module,
        objective: BinaryCrossEntropy,
        optimizer: OptimizerFactory,
        ema_images: int | None,
        seed: int,
        settings: dict[str, Any],
    ) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.save_hyperparameters({"settings": settings})
        self.generator = generator
        self.discriminator = discriminator
        self.objective = objective
        self.optimizer = optimizer
        self.latent_dim = int(generator.latent_dim)  # type: ignore[arg-type]
        self.register_buffer("images_seen", torch.zeros((), dtype=torch.int64))
        self.latent_rng = torch.Generator().manual_seed(seed)
        self.ema: AveragedModel | None = None
        if ema_images is not None:
            clock = averaging(ema_images, self._images_seen)
            self.ema = AveragedModel(copy.deepcopy(generator), multi_avg_fn=clock, use_buffers=True)
            self.ema.requires_grad_(False)
        self._rng_to_restore: dict[str, Tensor] | None = None

    def _images_seen(self) -> int:
        return int(self.images_seen)

    @property
    def sampler(self) -> nn.Module:
        """The generator to draw samples from: the averaged one where there is one."""
        return self.generator if self.ema is None else self.ema.module

    def configure_optimizers(self) -> list[Optimizer]:
        return [self.optimizer(self.generator.parameters()), self.optimizer(self.discriminator.parameters())]

    def draw_latents(self, count: int) -> Tensor:
        """Latents (count, latent_dim) of the training's own random stream, on this module's device."""
        return torch.randn(count, self.latent_dim, generator=self.latent_rng).to(self.device)

    @torch.no_grad()
    def sample(self, latents: Tensor) -> Tensor:
        """Images (n, c, h, w) of the sampler in evaluation mode, fp32."""
        network = self.sampler
        was_training = network.training
        network.eval()
        images: Tensor = network(latents.to(self.device)).float()
        network.train(was_training)
        return images

    def training_step(self, real: Tensor, batch_idx: int) -> dict[str, Tensor]:
        """One step of each network (codes 6 and 7) on real images (n, c, h, w); gives both losses.

        The paper runs the generator twice on the same latents; here both steps share one run, whose gradient only the
        generator's step follows.
        """
        for_generator, for_discriminator = self.optimizers()  # type: ignore[attr-defined]
        fake = self.generator(self.draw_latents(len(real)))

        logits = self.discriminator(torch.cat([real, fake.detach().to(real.dtype)]))
        loss_discriminator = self.objective.discriminator(*logits.chunk(2))
        self.manual_backward(loss_discriminator)
        for_discriminator.step()
        for_discriminator.zero_grad()  # at once: one network's gradients leave before the other's come

        # Autocast may still hold low-precision copies of the discriminator's weights from before its step.
        torch.clear_autocast_cache()
        self.discriminator.requires_grad_(False)  # its weights need no gradient here: a third of the work
        loss_generator = self.objective.generator(self.discriminator(fake))
        self.manual_backward(loss_generator)
        for_generator.step()
        for_generator.zero_grad()
        self.discriminator.requires_grad_(True)

        self.images_seen += len(real)
        if self.ema is not None:
            self.ema.update_parameters(self.generator)
        return {"discriminator": loss_discriminator.detach(), "generator": loss_generator.detach()}

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add the state of every random stream, which Lightning leaves out."""
        checkpoint["rng"] = {"latents": self.latent_rng.get_state(), "cpu": torch.get_rng_state()}
        if self.device.type == "cuda":
            checkpoint["rng"]["cuda"] = torch.cuda.get_rng_state(self.device)

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        self._rng_to_restore = checkpoint["rng"]

    def on_train_start(self) -> None:
        """Put the random streams where the checkpoint left them, after all set-up has drawn from them."""
        if self._rng_to_restore is None:
            return
        self.latent_rng.set_state(self._rng_to_restore["latents"].cpu())
        torch.set_rng_state(self._rng_to_restore["cpu"].cpu())
        if "cuda" in self._rng_to_restore and self.device.type == "cuda":
            torch.cuda.set_rng_state(self._rng_to_restore["cuda"].cpu(), self.device)
        self._rng_to_restore = None
