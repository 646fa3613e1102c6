"""Losses while training: ``losses.csv`` (a row per epoch) and TensorBoard (a point per step)."""

import csv
from pathlib import Path
from statistics import fmean
from typing import Any, TextIO

import pytorch_lightning as pl
from tensorboard.compat.proto.summary_pb2 import Summary
from torch.utils.tensorboard.writer import SummaryWriter

MEASURES = ("kid", "emotion_accuracy", "augmentation")  # blank where an epoch was not measured
COLUMNS = ("epoch", "images_seen", "discriminator", "generator", *MEASURES)


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
        self.kid: float | None = None  # of the epoch that has just ended, where it was measured
        self.measures: dict[str, float] = {}  # set before an epoch ends, by who measured it
        self.file: TextIO | None = None

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Start the file, or keep its rows up to the epoch that the checkpoint stands at."""
        self.step = trainer.current_epoch * int(trainer.num_training_batches)
        rows: list[list[str]] = []
        if self.path.exists():
            with self.path.open(newline="") as file:
                rows = [row for row in csv.reader(file) if row and row[0].isdigit()]
        part = self.path.with_suffix(".part")  # killed while it is written, the old rows are still there
        self.file = part.open("w", newline="")
        writer = csv.writer(self.file)
        writer.writerow(COLUMNS)
        kept = (row for row in rows if int(row[0]) <= trainer.current_epoch)
        writer.writerows(row + [""] * (len(COLUMNS) - len(row)) for row in kept)  # older files have no measures
        self.file.flush()
        part.replace(self.path)

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self.step += 1
        point = Summary()
        for name, tag in self.tags.items():
            loss = outputs[name].item()
            self.losses[name].append(loss)
            point.value.add(tag=tag, simple_value=loss)
        # One event for both: two calls of add_scalar cost as much as a small step's optimiser.
        events: Any = self.writer.file_writer
        events.add_summary(point, self.step)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Append the epoch's means; the file is whole after every epoch."""
        self.means = {name: fmean(values) for name, values in self.losses.items()}
        self.losses = {name: [] for name in self.tags}
        seen: Any = pl_module.images_seen
        self.kid = self.measures.get("kid")
        measures = [self.measures.get(name, "") for name in MEASURES]
        row = [trainer.current_epoch + 1, int(seen), *self.means.values(), *measures]
        for name, value in self.measures.items():
            self.writer.add_scalar(name, value, self.step)
        self.measures = {}
        assert self.file
        csv.writer(self.file).writerow(row)
        self.file.flush()

    def on_exception(self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException) -> None:
        if self.file:
            self.file.close()

    def teardown(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        if self.file:
            self.file.close()
