"""Losses while training: ``losses.csv`` (a row per epoch) and TensorBoard (a point per step)."""

import math
import time
from typing import Any, NamedTuple

import pytorch_lightning as pl
import torch
from torch import Tensor

from emogan.training.adversarial import Adversarial
from emogan.training.board import Board
from emogan.training.loss_rows import MEASURES, LossRows

NETWORKS = ("discriminator", "generator")
READ_EVERY = 1.0  # seconds: a GPU has nothing to do while its losses are waited for


class Wrong(NamedTuple):
    """A loss that is no number: of which network, what it is, and the images seen by then."""

    network: str
    loss: float
    images_seen: int


class Curves(pl.Callback):
    """Writes both losses; a resumed training continues the files without gaps or doubles.

    An epoch that is stopped in the middle gets the row of its steps so far, which gives way to the whole epoch's when
    the training goes on. The sums so far are part of checkpoints.

    Losses stay on their device, and are read together: after a step that ends ``READ_EVERY`` seconds after the last
    look, before a checkpoint, and at the end of an epoch.

    Args:
        rows: ``losses.csv``.
        board: TensorBoard's file.
        objective: the objective's name in the tags of TensorBoard, as in the paper's ``Perda_BCE_Gerador``.

    Attributes:
        sums: of the epoch's losses that were read so far, by network.
        steps: how many these are.
        wrong: the first loss that was no number; None: all are.
        means: of the epoch that has just ended, by network.
        kid: of the epoch that has just ended; None where it was not measured.
        measures: of the epoch that ends now, set by who measured it.
    """

    def __init__(self, rows: LossRows, board: Board, objective: str) -> None:
        self.rows, self.board = rows, board
        names = (f"Perda_{objective}_Discriminador", f"Perda_{objective}_Gerador")
        self.tags = dict(zip(NETWORKS, names, strict=True))
        self.sums, self.steps = dict.fromkeys(NETWORKS, 0.0), 0
        self.wrong: Wrong | None = None
        self._unread: list[tuple[int, int, Tensor]] = []  # steps, images seen, both losses
        self._looked = 0.0
        self.means: dict[str, float] = {}
        self.kid: float | None = None
        self.measures: dict[str, float] = {}

    def state_dict(self) -> dict[str, Any]:
        self.read()
        return {"sums": dict(self.sums), "steps": self.steps}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.sums = {name: float(state_dict["sums"][name]) for name in NETWORKS}
        self.steps = int(state_dict["steps"])

    def on_train_batch_end(  # type: ignore[override]
        self, trainer: pl.Trainer, pl_module: Adversarial, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        losses = torch.stack([outputs[name].float() for name in NETWORKS])
        self._unread.append((int(pl_module.steps), int(pl_module.images_seen), losses))
        ends = trainer.should_stop or batch_idx + 1 >= trainer.num_training_batches
        if ends or time.monotonic() - self._looked >= READ_EVERY:
            self.read()

    def read(self) -> None:
        """Take in the losses that were not looked at yet; waits for the device."""
        if not self._unread:
            return
        steps, seen, losses = zip(*self._unread, strict=True)
        for step, images, pair in zip(steps, seen, torch.stack(losses).tolist(), strict=True):
            for name, loss in zip(NETWORKS, pair, strict=True):
                self.sums[name] += loss
                if self.wrong is None and not math.isfinite(loss):
                    self.wrong = Wrong(name, loss, images)
            self.steps += 1
            self.board.points(dict(zip(self.tags.values(), pair, strict=True)), step)
        self._unread, self._looked = [], time.monotonic()

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: Adversarial) -> None:  # type: ignore[override]
        """Append the epoch's means; the file is whole after every epoch."""
        self.read()
        self.means = {name: total / self.steps for name, total in self.sums.items()}
        self.sums, self.steps = dict.fromkeys(NETWORKS, 0.0), 0
        self.kid = self.measures.get("kid")
        measures = [self.measures.get(name, "") for name in MEASURES]
        self.rows.append([trainer.current_epoch + 1, int(pl_module.images_seen), *self.means.values(), *measures])
        if self.measures:
            self.board.points(self.measures, int(pl_module.steps))
        self.measures = {}
