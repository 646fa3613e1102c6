"""A step asks nothing of the device that it would have to wait for."""

from collections.abc import Callable, Iterable

import pytest
from omegaconf import DictConfig

from emogan.training.adversarial import Adversarial
from emogan.training.callbacks import curves
from emogan.training.loop import train
from tests.training.test_encoded import TINY
from tests.training.waits import waits_in

Compose = Callable[..., DictConfig]


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Losses are read at the end of an epoch alone; of how many steps, each time."""
    told: list[int] = []
    read = curves.Curves.read

    def counted(self: curves.Curves) -> None:
        told.extend([len(self._unread)] if self._unread else [])
        read(self)

    monkeypatch.setattr(curves, "READ_EVERY", 1e9)
    monkeypatch.setattr(curves.Curves, "read", counted)
    return told


def others(waits: Iterable[tuple[int, str]], per_epoch: int) -> set[int]:
    """Waits that are no reading of losses at an epoch's last step, by step."""
    return {step for step, name in waits if (step + 1) % per_epoch or name != "tolist"}


def test_a_step_of_the_recommended_pair_waits_for_nothing(style_config: Compose, looks: list[int]) -> None:
    cfg = style_config("epochs=2", "batch_size=24", "ema_images=100", "checkpoint.every_minutes=60", "augment=diff")
    waits = waits_in(lambda callbacks: train(cfg, callbacks))
    per_epoch = looks[0]
    assert looks == [per_epoch] * 2 and per_epoch > 4
    # How strong augmentations are follows what the discriminator says of people kept aside: that is asked for.
    assert others(waits, per_epoch) == {step for step in range(2 * per_epoch) if step % 4 == 0}
    assert {name for _, name in waits} == {"tolist"}


def test_a_step_with_an_encoder_waits_for_nothing(style_config: Compose, looks: list[int]) -> None:
    cfg = style_config(
        *TINY, "samples_per_emotion=8", "epochs=1", "ema_images=100", "checkpoint.every_minutes=60", "data.people=all"
    )
    waits = waits_in(lambda callbacks: train(cfg, callbacks))
    assert looks[0] > 4
    assert others(waits, looks[0]) == set()


def test_a_step_of_the_papers_pair_waits_for_nothing(train_config: Compose, looks: list[int]) -> None:
    cfg = train_config("batch_size=2", "ema_images=50", "checkpoint.every_minutes=60")
    waits = waits_in(lambda callbacks: train(cfg, callbacks))
    assert looks == [5, 5, 5]
    assert waits == {(step, "tolist") for step in (4, 9, 14)}


def test_a_loss_that_is_read_in_a_step_would_be_seen(
    train_config: Compose, looks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stepped = Adversarial.stepped

    def asking(self: Adversarial, images: int) -> None:
        stepped(self, images)
        float(next(self.generator.parameters()).detach().sum())

    monkeypatch.setattr(Adversarial, "stepped", asking)
    cfg = train_config("epochs=1", "batch_size=2", "checkpoint.every_minutes=60")
    waits = waits_in(lambda callbacks: train(cfg, callbacks))
    assert {(step, "_local_scalar_dense") for step in range(5)} <= waits
