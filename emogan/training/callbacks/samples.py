"""Grids of generated faces, always of the same latents, so that one can watch them change."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
from PIL import Image
from tensorboard.compat.proto.summary_pb2 import Summary
from torch.utils.tensorboard.writer import SummaryWriter

from emogan.core.emotions import Emotion
from emogan.core.images import as_shown, grid
from emogan.sampling.conditioning import in_every
from emogan.sampling.sampler import latents
from emogan.training.module import EmotionGAN


class SampleGrids(pl.Callback):
    """Writes ``epoch_000050.png`` and the like: before training, every ``every`` epochs, and after the last.

    Args:
        folder: where the pictures go.
        writer: the TensorBoard writer.
        every: epochs between two grids.
        count: faces on a grid; where there are several emotions, each row shows the same people with another one.
        seed: seed of their latents.
        emotions: what to show.
    """

    def __init__(
        self, folder: Path, writer: SummaryWriter, every: int, count: int, seed: int, emotions: Sequence[Emotion]
    ) -> None:
        self.folder, self.writer, self.every, self.seed = folder, writer, every, seed
        self.people, self.emotions = max(count // len(emotions), 1), emotions

    def on_train_start(self, trainer: pl.Trainer, pl_module: EmotionGAN) -> None:  # type: ignore[override]
        if trainer.current_epoch == 0:
            self.draw(pl_module, 0)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: EmotionGAN) -> None:  # type: ignore[override]
        epoch = trainer.current_epoch + 1
        if epoch % self.every == 0 or epoch == trainer.max_epochs or trainer.should_stop:
            self.draw(pl_module, epoch)

    def draw(self, module: EmotionGAN, epoch: int) -> Path:
        """Write the grid of one epoch and give its path."""
        people = latents(module.latent_dim, self.people, self.seed)  # those of generate with this seed
        faces = as_shown(module.sample(*in_every(people, self.emotions)))
        picture = grid(faces, self.people) if len(self.emotions) > 1 else grid(faces)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"epoch_{epoch:06d}.png"
        picture.save(path, compress_level=1)  # the usual level 6 takes as long as many small steps
        self.show(path, picture, epoch)
        return path

    def show(self, path: Path, picture: Image.Image, epoch: int) -> None:
        """Put the file, as it is encoded already, into TensorBoard."""
        image = Summary.Image(
            height=picture.height,
            width=picture.width,
            colorspace=len(picture.getbands()),
            encoded_image_string=path.read_bytes(),
        )
        events: Any = self.writer.file_writer  # add_image would encode the pixels a second time
        events.add_summary(Summary(value=[Summary.Value(tag="samples", image=image)]), epoch)
