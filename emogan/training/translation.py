"""The LightningModule of a translator: a face with other facial actions, that looks real beside what it was."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from emogan.core.emotions import EMOTIONS
from emogan.core.errors import UserError
from emogan.data.batches import Examples, ImageBank
from emogan.data.datamodule import ImageDataModule
from emogan.networks.translator import Translated, Translator
from emogan.training.adversarial import Adversarial
from emogan.training.augment import DiffAugment, NoAugmentation
from emogan.training.pairs import PairDataModule, side_by_side
from emogan.training.summary import layer_table
from emogan.training.transfer import Specialising
from emogan.translating.lessons import Lesson
from emogan.translating.losses import flow_error, total
from emogan.translating.motions import motions_of
from emogan.translating.network import read_translator, translator_file, write_translator

STEEPEST = 1.0  # length that the gradient of the generator is cut to


class FaceTranslator(Adversarial):
    """Learns from pairs whose truth is known, and from a discriminator that sees what came in and what came out.

    Args:
        real: weight of looking real.
        real_from: pairs that are seen before that is asked for.
        augment, specialising, seed, unseen: for other trainings; the pairs of this one vary already, on streams of
            their own.
        shared: see :class:`Adversarial`; the generator is a :class:`emogan.networks.translator.Translator`, the
            discriminator sees three channels.
    """

    def __init__(
        self,
        real: float,
        real_from: int,
        augment: DiffAugment | NoAugmentation,
        specialising: Specialising | None,
        seed: int,
        unseen: ImageBank | None = None,
        **shared: Any,
    ) -> None:
        if not isinstance(augment, NoAugmentation):
            raise UserError("augment is not usable with model=translator, whose pairs vary already: give augment=none.")
        if specialising and (specialising.people or specialising.mean):
            raise UserError("specialising is not usable with model=translator: leave specialising out.")
        super().__init__(**shared)
        self.real, self.real_from = real, real_from

    @staticmethod
    def start_of(named: str) -> Path:
        return translator_file(named)

    def begin(self, data: ImageDataModule) -> None:
        """How each place moves with each action, fitted to the pairs."""
        assert isinstance(data, PairDataModule)
        moves = motions_of(data.known.pairs)
        for copy in self.copies:
            assert isinstance(copy, Translator)
            copy.surface.motions.data[: len(moves)] = moves

    def states_of(self, named: str) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        return read_translator(translator_file(named)).network.state_dict(), {}

    def save(self, path: Path) -> None:
        write_translator(self.sampler, self.settings["model"]["generator"], path)

    def pictures(self, examples: Examples, count: int, seed: int) -> tuple[Tensor, int | None]:
        """People who show an emotion, as the network makes it, and below the truth: two rows for each of the six."""
        assert isinstance(examples, Lesson)
        people = len(examples.faces) // len(EMOTIONS)
        made = self._made(examples).faces
        rows = [part for pair in zip(made.split(people), examples.truth.split(people), strict=True) for part in pair]
        return torch.cat(rows), people

    def measured(self, examples: Examples) -> dict[str, float]:
        assert isinstance(examples, Lesson)
        wrong, true = flow_error(self._made(examples).flow, examples)
        return {"flow_error": wrong / true}

    @torch.no_grad()
    def _made(self, lesson: Lesson) -> Translated:
        made: Translated = self.sampler(lesson.faces.to(self.device), lesson.change.to(self.device))
        return Translated(*(part.float().cpu() for part in made))

    def summary(self, example: Examples) -> str:
        assert isinstance(example, Lesson)
        face, change, emotion = example.faces[:1], example.change[:1], example.emotion[:1]
        generator = layer_table("Generator", self.generator, lambda one: self.generator(one, change), face)
        seen = side_by_side(face, example.truth[:1])
        run: Any = lambda one: self.discriminator(one, emotion)  # noqa: E731
        return generator + "\n" + layer_table("Discriminator", self.discriminator, run, seen)

    def training_step(self, batch: Lesson, batch_idx: int) -> dict[str, Tensor]:
        """One step of each network; gives both losses. Before ``real_from`` pairs the discriminator waits."""
        for_generator, for_discriminator = self.optimizers()  # type: ignore[attr-defined]
        of, whole = batch, len(batch.faces)
        batch = self.together.part_of(batch)
        made = self.generator(batch.faces, batch.change)
        loss = total(made, batch, of)
        judged = torch.zeros((), device=self.device)
        if int(self.images_seen) >= self.real_from:
            real, fake = side_by_side(batch.faces, batch.truth), side_by_side(batch.faces, made.faces)
            on_real, on_fake = self.discriminator(real, batch.emotion), self.discriminator(fake.detach(), batch.emotion)
            judged = self.objective.discriminator(on_real, on_fake)
            self.backward_in_fp32(judged)
            if self.penalties.due(int(self.steps)):
                self.backward_in_fp32(self.penalties(self.discriminator, real, fake, batch.emotion))
            self.together.average(self.discriminator, whole)
            for_discriminator.step()
            for_discriminator.zero_grad()
            torch.clear_autocast_cache()
            self.discriminator.requires_grad_(False)
            fooled = self.objective.generator(self.discriminator(fake, batch.emotion), on_real.detach())
            loss = loss + self.real * fooled
        self.backward_in_fp32(loss)
        self.together.average(self.generator, whole)
        torch.nn.utils.clip_grad_norm_(self.generator.parameters(), STEEPEST)
        for_generator.step()
        for_generator.zero_grad()
        self.discriminator.requires_grad_(True)
        self.stepped(whole)
        losses = {"discriminator": judged.detach(), "generator": loss.detach()}
        return {name: self.together.mean(loss, whole) for name, loss in losses.items()}
