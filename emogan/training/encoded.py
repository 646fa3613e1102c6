"""The LightningModule of a GAN that learns the way back as well: an encoder, and faces in twos."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.optim import Optimizer

from emogan.core.errors import UserError
from emogan.data.batches import Examples
from emogan.data.datamodule import ImageDataModule
from emogan.data.partners import FaceBatch, PairedBatch
from emogan.networks.style import StyleDiscriminator
from emogan.runs.encoder_file import encoder_beside, save_encoder
from emogan.runs.find import find_generator
from emogan.sampling.conditioning import graded
from emogan.training.ema import Average
from emogan.training.encoding import Encoding, apart
from emogan.training.module import EmotionGAN
from emogan.training.warm_start import fill


class EncodedGAN(EmotionGAN):
    """A GAN beside an encoder: of each face, what it is drawn from.

    The generator is told by it that the same latent with another emotion is the same person: what was read of one
    photograph, drawn with the emotion of another one of that person, is to be that other photograph.

    Args:
        encoder: a :class:`emogan.networks.encoder.StyleEncoder`.
        encoding: what both owe.
        others: see :class:`EmotionGAN`; the images come in twos (``data.partners``).
    """

    def __init__(self, encoder: nn.Module, encoding: Encoding, **others: Any) -> None:
        super().__init__(**others)
        if not isinstance(self.discriminator, StyleDiscriminator):
            raise UserError(
                f"model.discriminator={type(self.discriminator).__name__} has no maps to compare faces by: expected"
                " the one of model=style."
            )
        self.encoder = encoder.to(memory_format=torch.channels_last)
        self.encoding = encoding
        self.encoding_rng = self.streams["encoding"] = torch.Generator().manual_seed(int(others["seed"]) + 2)
        self.encoder_ema: Average | None = None
        if self.ema is not None:
            self.encoder_ema = Average(self.encoder, self.ema.half_life, self._images_seen)

    @property
    def learners(self) -> list[nn.Module]:
        return [*super().learners, self.encoder]

    @property
    def reader(self) -> nn.Module:
        """The encoder to use: the averaged one where there is one."""
        return self.encoder if self.encoder_ema is None else self.encoder_ema.module

    def check(self, data: ImageDataModule) -> None:
        check_partners(data)

    def started_from(self, named: str) -> None:
        """Take the encoder along, if there is one beside the generator."""
        if state := encoder_beside(find_generator(named)):
            for network in (self.encoder, self.reader):
                fill(network, state, named)

    def save(self, path: Path) -> None:
        super().save(path)
        save_encoder(self.reader, self.settings["module"]["encoder"], path)

    def configure_optimizers(self) -> list[Optimizer]:
        return [self.optimizer(network.parameters()) for network in self.learners]

    def measured(self, examples: Examples) -> dict[str, float]:
        """How far the examples come back from what they were, of the range of values."""
        with torch.no_grad():
            images = examples.images.to(self.device)
            read = self.reader(images)
            return {"not_rebuilt": float(apart(self.sample(read.latents, read.weights), images)) / 2}

    def training_step(self, batch: FaceBatch, batch_idx: int) -> dict[str, Tensor]:
        due = self.encoding.due(int(self.steps))
        whole = len(batch.emotions)
        losses = super().training_step(batch, batch_idx)
        if due:
            self.together.average(self.encoder, whole)
            *_, for_encoder = self.optimizers()  # type: ignore[attr-defined]
            for_encoder.step()
            for_encoder.zero_grad()
            if self.encoder_ema is not None:
                self.encoder_ema.update_parameters(self.encoder)
        return losses

    def _owed(self, fake: Tensor, latents: Tensor, emotion: Tensor, batch: FaceBatch, whole: int) -> Tensor | None:
        owed = super()._owed(fake, latents, emotion, batch, whole)
        if not self.encoding.due(int(self.steps)):
            return owed
        assert isinstance(batch, PairedBatch)
        ways = self.augment.ways(whole, torch.tensor(self.encoding.spoilt), self.encoding_rng)
        if ways is not None and len(fake) < whole:
            ways = self.together.part_of(ways)
        with torch.autocast(self.device.type, enabled=False):
            seen = self.augment(batch.images.float(), ways)
        read = self.encoder(torch.cat([seen, fake.detach().to(seen.dtype)]))
        real, drawn = (type(read)(*part) for part in zip(*(part.chunk(2) for part in read), strict=True))
        other = graded(batch.other_emotions, batch.other_strengths)
        made = self._drawn(real.latents, other)
        loss = self.encoding.rebuilt(made, batch.other_images, self.discriminator)  # type: ignore[arg-type]
        loss = loss + self.encoding.read(real, drawn, latents, batch.emotions, batch.strengths)
        return loss if owed is None else owed + loss

    def _drawn(self, latents: Tensor, emotion: Tensor) -> Tensor:
        """Faces of ``latents``; at first the generator learns nothing of what becomes of them."""
        if int(self.images_seen) >= self.encoding.alone:
            drawn: Tensor = self.generator(latents, emotion)
            return drawn
        still = {name: parameter.detach() for name, parameter in self.generator.named_parameters()}
        again: Tensor = functional_call(self.generator, still, (latents, emotion))
        return again


def check_partners(data: ImageDataModule) -> None:
    """Raise a UserError for images that do not come in twos."""
    if data.groups is None or int(torch.bincount(data.groups).max()) == 1:
        why = "they come alone (data.partners=false)" if data.groups is None else "nobody is shown twice in a session"
        raise UserError(
            f"model=encoded learns from images in twos, one person with two emotions, but {why}: give"
            " data.partners=true, several emotions, and a database that says who is shown; or model=style."
        )
