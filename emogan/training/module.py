"""The LightningModule: a generator and a discriminator that train against each other. No architecture in it."""

import copy
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from emogan.core.emotions import EMOTIONS
from emogan.core.machine import sent
from emogan.data.batches import BatchPlan, Examples, ImageBank
from emogan.data.datamodule import ImageDataModule
from emogan.data.partners import FaceBatch
from emogan.runs.find import find_generator
from emogan.runs.generator_file import discriminator_beside, load_generator, save_generator
from emogan.sampling.conditioning import graded, in_every, pure
from emogan.sampling.sampler import latents
from emogan.training.adaptive import AdaptiveStrength, overfitting
from emogan.training.adversarial import Adversarial
from emogan.training.augment import DiffAugment, NoAugmentation, Ways
from emogan.training.summary import layer_table
from emogan.training.transfer import Specialising


class EmotionGAN(Adversarial):
    """A GAN of one emotion or of all six.

    Args:
        augment: what images pass through before the discriminator sees them.
        specialising: what a generator that starts from a trained one owes; None: this one starts from nothing.
        seed: seed of the random streams of the training.
        unseen: images of people kept aside, to adapt the augmentations to; None: nobody is.
        shared: see :class:`emogan.training.adversarial.Adversarial`.

    Attributes:
        before: the generator as it was before it began to specialise, where that is needed.
    """

    on_the_cpu = (*Adversarial.on_the_cpu, "augmented")
    augmented: Tensor

    def __init__(
        self,
        augment: DiffAugment | NoAugmentation,
        specialising: Specialising | None,
        seed: int,
        unseen: ImageBank | None = None,
        **shared: Any,
    ) -> None:
        super().__init__(**shared)
        self.augment = augment
        self.latent_dim = int(self.generator.latent_dim)  # type: ignore[arg-type]
        self.register_buffer("augmented", torch.tensor(augment.strength.start if augment.strength else 0.0))
        self.latent_rng = self.streams["latents"] = torch.Generator().manual_seed(seed)
        self.augment_rng = self.streams["augment"] = torch.Generator().manual_seed(seed + 1)
        self.unseen = unseen
        self.specialising = specialising
        self.before: nn.Module | None = None
        if specialising is not None and specialising.people:  # a part of checkpoints: what it was may be gone by then
            self.before = copy.deepcopy(self.generator).requires_grad_(False).eval()

    @property
    def copies(self) -> list[nn.Module]:
        return super().copies if self.before is None else [*super().copies, self.before]

    @staticmethod
    def start_of(named: str) -> Path:
        return find_generator(named)

    def begin(self, data: ImageDataModule) -> None:
        """Nothing is known of faces before the first step."""

    def states_of(self, named: str) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        file = find_generator(named)
        return load_generator(file).network.state_dict(), discriminator_beside(file)

    def save(self, path: Path) -> None:
        save_generator(self.sampler, self.settings, int(self.images_seen), path)

    def pictures(self, examples: Examples, count: int, seed: int) -> tuple[Tensor, int | None]:
        """Faces of the latents of ``generate`` with this seed; of several emotions, each row the same people."""
        shown = [EMOTIONS[place] for place in examples.emotions.unique()]
        people = latents(self.latent_dim, max(count // len(shown), 1), seed)
        faces = self.sample(*in_every(people, shown))
        return faces, len(people) if len(shown) > 1 else None

    def summary(self, example: Examples) -> str:
        weights, probability = pure(example.emotions[:1]), self.discriminator.probability
        latent = torch.zeros(1, self.latent_dim)
        generator = layer_table("Generator", self.generator, lambda one: self.generator(one, weights), latent)
        run: Any = lambda one: probability(one, weights)  # type: ignore[operator]  # noqa: E731
        return generator + "\n" + layer_table("Discriminator", self.discriminator, run, example.images[:1])

    def draw_latents(self, count: int) -> Tensor:
        """Latents (count, latent_dim) of the training's own random stream, on this module's device."""
        return sent(torch.randn(count, self.latent_dim, generator=self.latent_rng), self.device)

    @torch.no_grad()
    def sample(self, latents: Tensor, emotion: Tensor) -> Tensor:
        """Images (n, c, h, w) of the sampler in evaluation mode, fp32; ``emotion`` holds weights (n, 6)."""
        network = self.sampler
        was_training = network.training
        network.eval()
        images: Tensor = network(latents.to(self.device), emotion.to(self.device)).float()
        network.train(was_training)
        return images

    def training_step(self, batch: FaceBatch, batch_idx: int) -> dict[str, Tensor]:
        """One step of each network (codes 6 and 7); gives both losses.

        The paper runs the generator twice on the same latents; here both steps share one run, whose gradient only the
        generator's step follows. A relativistic objective sees, in the generator's step, what the discriminator said of
        the real images before its own.
        """
        for_generator, for_discriminator, *_ = self.optimizers()  # type: ignore[attr-defined]
        whole = len(batch.emotions)
        batch = self.together.part_of(batch)
        emotion = graded(batch.emotions, batch.strengths)
        latents = self.draw_latents(whole)[self.together.part(whole)]
        fake = self.generator(latents, emotion)

        real_seen, fake_seen = self._augment(batch.images, whole), self._augment(fake.detach(), whole)
        logits = self.discriminator(torch.cat([real_seen, fake_seen]), torch.cat([emotion, emotion]))
        on_real, on_fake = logits.chunk(2)
        loss_discriminator = self.objective.discriminator(on_real, on_fake)
        self.backward_in_fp32(loss_discriminator)
        step = int(self.steps)
        if self.penalties.due(step):
            self.backward_in_fp32(self.penalties(self.discriminator, real_seen, fake_seen, emotion))
        self.together.average(self.discriminator, whole)
        for_discriminator.step()
        for_discriminator.zero_grad()  # at once: one network's gradients leave before the other's come

        # Autocast may still hold low-precision copies of the discriminator's weights from before its step.
        torch.clear_autocast_cache()
        self.discriminator.requires_grad_(False)  # its weights need no gradient here: a third of the work
        seen = self._augment(fake, whole)
        loss_generator = self.objective.generator(self.discriminator(seen, emotion), on_real.detach())
        owed = self._owed(fake, latents, emotion, batch, whole)
        self.backward_in_fp32(loss_generator if owed is None else loss_generator + owed)
        self.together.average(self.generator, whole)
        for_generator.step()
        for_generator.zero_grad()
        self.discriminator.requires_grad_(True)

        if self.unseen is not None and self.augment.strength and self.augment.strength.due(step):
            logits = (self.together.gather(own.detach(), whole) for own in (on_real, on_fake))
            self._adapt(self.augment.strength, self.unseen, *logits)
        self.stepped(whole)
        losses = {"discriminator": loss_discriminator.detach(), "generator": loss_generator.detach()}
        return {name: self.together.mean(loss, whole) for name, loss in losses.items()}

    def _owed(self, fake: Tensor, latents: Tensor, emotion: Tensor, batch: FaceBatch, whole: int) -> Tensor | None:
        """What the generator's loss has beside fooling the discriminator; None for nothing."""
        if self.specialising is None:
            return None
        with torch.no_grad():
            before = None if self.before is None else self.before(latents, emotion)
        return self.specialising(fake, before, batch.images)

    def _augment(self, images: Tensor, whole: int) -> Tensor:
        """Augment images: all of ``whole``, or this process's part of them; chance is drawn for all."""
        ways: Ways | None = self.augment.ways(whole, self.augmented, self.augment_rng)
        if ways is not None and len(images) < whole:
            ways = self.together.part_of(ways)
        with torch.autocast(self.device.type, enabled=False):  # bf16 would round places to a quarter of a pixel
            return self.augment(images.float(), ways)

    @torch.no_grad()
    def _adapt(self, strength: AdaptiveStrength, aside: ImageBank, on_real: Tensor, on_fake: Tensor) -> None:
        """Set the strength of the augmentations anew, from as many images of people kept aside as a batch holds."""
        count = len(on_real)
        places = torch.randint(len(aside), (count,), generator=self.augment_rng)
        seed = int(torch.randint(2**62, (), generator=self.augment_rng))
        images, emotions, strengths = (sent(part, self.device) for part in aside[BatchPlan(places, seed)])
        unseen = self.discriminator(self._augment(images, count), graded(emotions, strengths))
        signal = overfitting(on_real.float(), on_fake.float(), unseen.float())
        self.augmented.fill_(strength.next(float(self.augmented), signal, count * strength.every))
