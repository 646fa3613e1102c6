"""Grids of generated faces, always of the same latents, so that one can watch them change."""

import logging
from collections.abc import Sequence
from pathlib import Path

import pytorch_lightning as pl

from emogan.core.emotions import Emotion
from emogan.core.files import atomic
from emogan.core.images import as_shown, grid
from emogan.sampling.conditioning import in_every
from emogan.sampling.sampler import latents
from emogan.training.board import Board
from emogan.training.module import EmotionGAN

log = logging.getLogger(__name__)


class SampleGrids(pl.Callback):
    """Writes ``epoch_000050.png`` and the like: before training, every ``every`` epochs, and where it ends.

    Args:
        folder: where the pictures go.
        board: TensorBoard's file.
        every: epochs between two grids.
        count: faces on a grid; where there are several emotions, each row shows the same people with another one.
        seed: seed of their latents.
        emotions: what to show.
    """

    def __init__(
        self, folder: Path, board: Board, every: int, count: int, seed: int, emotions: Sequence[Emotion]
    ) -> None:
        self.folder, self.board, self.every, self.seed = folder, board, every, seed
        self.people, self.emotions = max(count // len(emotions), 1), emotions

    def on_train_start(self, trainer: pl.Trainer, pl_module: EmotionGAN) -> None:  # type: ignore[override]
        if pl_module.position.steps == 0:
            self.draw(pl_module)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: EmotionGAN) -> None:  # type: ignore[override]
        epoch = trainer.current_epoch + 1
        if epoch % self.every == 0 or epoch == trainer.max_epochs or trainer.should_stop:
            self.draw(pl_module)

    def draw(self, module: EmotionGAN) -> None:
        """Write the grid of this moment; a disk that is full costs the picture only."""
        people = latents(module.latent_dim, self.people, self.seed)  # those of generate with this seed
        faces = as_shown(module.sample(*in_every(people, self.emotions)))
        picture = grid(faces, self.people) if len(self.emotions) > 1 else grid(faces)
        path = self.folder / f"{module.position.name}.png"
        try:
            with atomic(path) as part:
                picture.save(part, "PNG", compress_level=1)  # the usual level 6 takes as long as many small steps
            encoded = path.read_bytes()
        except OSError as error:
            log.warning("%s was not written (%s); training goes on.", path, error.strerror or error)
        else:
            self.board.picture("samples", encoded, picture, module.position.epochs)
