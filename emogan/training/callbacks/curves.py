"""Losses while training: ``losses.csv`` (a row per epoch) and TensorBoard (a point per step)."""

from typing import Any

import pytorch_lightning as pl

from emogan.training.adversarial import Adversarial
from emogan.training.board import Board
from emogan.training.loss_rows import MEASURES, LossRows

NETWORKS = ("discriminator", "generator")


class Curves(pl.Callback):
    """Writes both losses; a resumed training continues the files without gaps or doubles.

    An epoch that is stopped in the middle gets the row of its steps so far, which gives way to the whole epoch's when
    the training goes on. The sums so far are part of checkpoints.

    Args:
        rows: ``losses.csv``.
        board: TensorBoard's file.
        objective: the objective's name in the tags of TensorBoard, as in the paper's ``Perda_BCE_Gerador``.

    Attributes:
        losses: of the last step, by network.
        means: of the epoch that has just ended, by network.
        kid: of the epoch that has just ended; None where it was not measured.
        measures: of the epoch that ends now, set by who measured it.
    """

    def __init__(self, rows: LossRows, board: Board, objective: str) -> None:
        self.rows, self.board = rows, board
        names = (f"Perda_{objective}_Discriminador", f"Perda_{objective}_Gerador")
        self.tags = dict(zip(NETWORKS, names, strict=True))
        self.sums, self.steps = dict.fromkeys(NETWORKS, 0.0), 0
        self.losses: dict[str, float] = {}
        self.means: dict[str, float] = {}
        self.kid: float | None = None
        self.measures: dict[str, float] = {}

    def state_dict(self) -> dict[str, Any]:
        return {"sums": dict(self.sums), "steps": self.steps}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.sums = {name: float(state_dict["sums"][name]) for name in NETWORKS}
        self.steps = int(state_dict["steps"])

    def on_train_batch_end(  # type: ignore[override]
        self, trainer: pl.Trainer, pl_module: Adversarial, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self.losses = {name: outputs[name].item() for name in NETWORKS}
        for name, loss in self.losses.items():
            self.sums[name] += loss
        self.steps += 1
        self.board.points({tag: self.losses[name] for name, tag in self.tags.items()}, int(pl_module.steps))

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: Adversarial) -> None:  # type: ignore[override]
        """Append the epoch's means; the file is whole after every epoch."""
        self.means = {name: total / self.steps for name, total in self.sums.items()}
        self.sums, self.steps = dict.fromkeys(NETWORKS, 0.0), 0
        self.kid = self.measures.get("kid")
        measures = [self.measures.get(name, "") for name in MEASURES]
        self.rows.append([trainer.current_epoch + 1, int(pl_module.images_seen), *self.means.values(), *measures])
        if self.measures:
            self.board.points(self.measures, int(pl_module.steps))
        self.measures = {}
