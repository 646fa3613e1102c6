"""Grids of what a network makes, always of the same people, so that one can watch them change."""

import logging
from pathlib import Path

import pytorch_lightning as pl

from emogan.core.files import atomic
from emogan.core.images import as_shown, grid
from emogan.data.batches import Examples
from emogan.training.adversarial import Adversarial
from emogan.training.board import Board

log = logging.getLogger(__name__)


class SampleGrids(pl.Callback):
    """Writes ``epoch_000050.png`` and the like: before training, every ``every`` epochs, and where it ends.

    Args:
        folder: where the pictures go.
        board: TensorBoard's file.
        every: epochs between two grids.
        count: faces on a grid.
        seed: of who is shown.
        examples: of what is learnt from.
    """

    def __init__(self, folder: Path, board: Board, every: int, count: int, seed: int, examples: Examples) -> None:
        self.folder, self.board, self.every = folder, board, every
        self.count, self.seed, self.examples = count, seed, examples

    def on_train_start(self, trainer: pl.Trainer, pl_module: Adversarial) -> None:  # type: ignore[override]
        if pl_module.position.steps == 0:
            self.draw(pl_module)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: Adversarial) -> None:  # type: ignore[override]
        epoch = trainer.current_epoch + 1
        if epoch % self.every == 0 or epoch == trainer.max_epochs or trainer.should_stop:
            self.draw(pl_module)

    def draw(self, module: Adversarial) -> None:
        """Write the grid of this moment; a disk that is full costs the picture only."""
        faces, across = module.pictures(self.examples, self.count, self.seed)
        picture = grid(as_shown(faces), across) if across else grid(as_shown(faces))
        path = self.folder / f"{module.position.name}.png"
        try:
            with atomic(path) as part:
                picture.save(part, "PNG", compress_level=1)  # the usual level 6 takes as long as many small steps
            encoded = path.read_bytes()
        except OSError as error:
            log.warning("%s was not written (%s); training goes on.", path, error.strerror or error)
        else:
            self.board.picture("samples", encoded, picture, module.position.epochs)
        if measures := module.measured(self.examples):
            self.board.points(measures, int(module.steps))
            told = ", ".join(f"{name.replace('_', ' ')} {100 * value:.1f} %" for name, value in measures.items())
            log.info("%s of the examples after epoch %d.", told.capitalize(), module.position.epochs)
