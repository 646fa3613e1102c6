"""Losses are read seldom, and weights never in a step: what went wrong is seen before it is kept all the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from omegaconf import DictConfig
from torch import Tensor

from emogan.core.errors import UserError
from emogan.data.batches import Batch
from emogan.runs.checkpoint import read_checkpoint
from emogan.runs.folder import RunFolder
from emogan.training.callbacks import curves
from emogan.training.loop import train
from emogan.training.module import EmotionGAN

Compose = Callable[..., DictConfig]
NAN = float("nan")


def spoilt_loss(module: EmotionGAN, losses: dict[str, Tensor]) -> None:
    losses["discriminator"] = torch.tensor(NAN)


def spoilt_weight(module: EmotionGAN, losses: dict[str, Tensor]) -> None:
    next(module.generator.parameters()).data.view(-1)[0] = NAN


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (spoilt_loss, "the discriminator's loss became nan in epoch 1"),
        (spoilt_weight, "the generator's weights became no numbers in epoch 1"),
    ],
)
def test_no_checkpoint_is_written_of_what_went_wrong(
    train_config: Compose,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[EmotionGAN, dict[str, Tensor]], None],
    says: str,
) -> None:
    monkeypatch.setattr(curves, "READ_EVERY", 1e9)
    step = EmotionGAN.training_step

    def failing(self: EmotionGAN, batch: Batch, batch_idx: int) -> dict[str, Tensor]:
        losses = step(self, batch, batch_idx)
        if int(self.steps) == 3:
            spoil(self, losses)
        return losses

    monkeypatch.setattr(EmotionGAN, "training_step", failing)
    cfg = train_config("epochs=2", "batch_size=2", "checkpoint.share=1000")  # after every step
    with pytest.raises(UserError, match=f"again, after a second try: {says}"):
        train(cfg)
    assert f"{says}. Going back to step 2 of epoch 1" in caplog.text
    kept = read_checkpoint(RunFolder(Path(cfg.run_dir)).last)
    assert kept["position"]["steps"] == 2
    assert all(bool(value.isfinite().all()) for value in kept["state_dict"].values())


def test_losses_and_points_are_the_same_however_seldom_they_are_read(
    train_config: Compose, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written: dict[float, tuple[bytes, list[int]]] = {}
    for seconds in (0.0, 1e9):
        monkeypatch.setattr(curves, "READ_EVERY", seconds)
        steps: list[int] = []
        monkeypatch.setattr("emogan.training.board.Board.points", lambda _, values, step, to=steps: to.append(step))
        run = train(train_config("batch_size=2", f"run_dir={tmp_path / str(seconds)}")).folder
        written[seconds] = ((run / "losses.csv").read_bytes(), steps)
    assert written[0.0] == written[1e9] and written[0.0][1] == [*range(1, 16)]
