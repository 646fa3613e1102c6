from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import torch

from emogan.training.callbacks.curves import Curves
from emogan.training.loss_rows import LossRows


def test_sums_go_through_a_checkpoint_in_the_middle_of_an_epoch(tmp_path: Path) -> None:
    module: Any = SimpleNamespace(images_seen=torch.tensor(12), steps=torch.tensor(3))
    trainer: Any = SimpleNamespace(current_epoch=0, should_stop=False, num_training_batches=3)
    first, board = Curves(LossRows(tmp_path / "losses.csv", 0), MagicMock(), "BCE"), MagicMock()
    again = Curves(LossRows(tmp_path / "losses.csv", 0), board, "BCE")
    for curves, loss in ((first, 0.1), (first, 0.7), (again, 0.4)):
        if curves is again:
            again.load_state_dict(first.state_dict())
        losses = {"discriminator": torch.tensor(loss), "generator": torch.tensor(2 * loss)}
        curves.on_train_batch_end(trainer, module, losses, None, 0)
    again.on_train_epoch_end(trainer, module)
    row = (tmp_path / "losses.csv").read_text().splitlines()[-1].split(",")
    assert row[:2] == ["1", "12"]
    assert [round(float(value), 6) for value in row[2:4]] == [0.4, 0.8]
    points, step = board.points.call_args.args
    assert step == 3 and list(points) == ["Perda_BCE_Discriminador", "Perda_BCE_Gerador"]
