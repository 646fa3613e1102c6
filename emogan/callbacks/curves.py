"""Losses while training: ``losses.csv`` (a row per epoch) and TensorBoard (a point per step)."""

import csv
from pathlib import Path
from statistics import fmean
from typing import Any

import pytorch_lightning as pl
from torch.utils.tensorboard.writer import SummaryWriter

COLUMNS = ("epoch", "images_seen", "discriminator", "generator")


class Curves(pl.Callback):
    """Writes both losses; a resumed training continues the files without gaps or doubles.

    Args:
        path: the CSV file.
        writer: the TensorBoard writer.
        objective: the objective's name in the tags of TensorBoard, as in the paper's ``Perda_BCE_Gerador``.
    """

    def __init__(self, path: Path, writer: SummaryWriter, objective: str) -> None:
        self.path, self.writer = path, writer
        self.tags = {
            "discriminator": f"Perda_{objective}_Discriminador",
            "generator": f"Perda_{objective}_Gerador",
        }
        self.losses: dict[str, list[float]] = {name: [] for name in self.tags}
        self.step = 0
        self.means: dict[str, float] = {}

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Start the file, or keep its rows up to the epoch that the checkpoint stands at."""
        self.step = trainer.current_epoch * int(trainer.num_training_batches)
        rows: list[list[str]] = []
        if self.path.exists():
            with self.path.open(newline="") as file:
                rows = [row for row in csv.reader(file) if row and row[0].isdigit()]
        with self.path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(row for row in rows if len(row) == len(COLUMNS) and int(row[0]) <= trainer.current_epoch)

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self.step += 1
        for name, tag in self.tags.items():
            loss = outputs[name].item()  # a plain number: TensorBoard and means of tensors cost as much as a small step
            self.losses[name].append(loss)
            self.writer.add_scalar(tag, loss, self.step)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Append the epoch's means; the file is whole after every epoch."""
        self.means = {name: fmean(values) for name, values in self.losses.items()}
        self.losses = {name: [] for name in self.tags}
        row = [trainer.current_epoch + 1, int(pl_module.images_seen), *self.means.values()]  # type: ignore[arg-type]
        with self.path.open("a", newline="") as file:
            csv.writer(file).writerow(row)
