from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import torch

from emogan.training.callbacks.curves import Curves


def test_a_killed_runs_rows_after_its_checkpoint_are_written_again(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    path.write_text(
        "epoch,images_seen,discriminator,generator\r\n1,4,1.0,2.0\r\n2,8,1.5,2.5\r\n3,12,9.9,9.9\r\n4,16,7."
    )
    writer = MagicMock()
    curves = Curves(path, writer, "BCE")
    trainer: Any = SimpleNamespace(current_epoch=2, num_training_batches=1)
    module: Any = SimpleNamespace(images_seen=torch.tensor(12))
    curves.on_train_start(trainer, module)
    curves.on_train_batch_end(
        trainer, module, {"discriminator": torch.tensor(0.5), "generator": torch.tensor(0.25)}, None, 0
    )
    curves.on_train_epoch_end(trainer, module)
    rows = path.read_text().splitlines()
    heading = "epoch,images_seen,discriminator,generator,kid,emotion_accuracy,augmentation"
    assert rows == [heading, "1,4,1.0,2.0,,,", "2,8,1.5,2.5,,,", "3,12,0.5,0.25,,,"]
    point, step = writer.file_writer.add_summary.call_args.args
    assert step == 3
    assert {value.tag: value.simple_value for value in point.value} == {
        "Perda_BCE_Discriminador": 0.5,
        "Perda_BCE_Gerador": 0.25,
    }
