"""A training that is stopped, killed or out of time in the middle of an epoch ends like one that never was."""

import csv
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from omegaconf import DictConfig
from torch import Tensor

from emogan.data.batches import Batch
from emogan.runs.checkpoint import read_checkpoint
from emogan.runs.find import find_generator
from emogan.runs.folder import RunFolder
from emogan.runs.generator_file import load_generator
from emogan.training.callbacks.checkpoints import AtomicCheckpoints, Checkpoints
from emogan.training.loop import train
from emogan.training.module import EmotionGAN
from tests.test_train import assert_same

Compose = Callable[..., DictConfig]
LONG = ("batch_size=2", "epochs=3", "grid.every=1")  # of the ten drawn faces: epochs of five steps


def at_step(patch: pytest.MonkeyPatch, number: int, act: Callable[[], object]) -> None:
    """Call ``act`` at the end of step ``number``, counted from 1."""
    step = EmotionGAN.training_step

    def acting(self: EmotionGAN, batch: Batch, batch_idx: int) -> dict[str, Tensor]:
        losses = step(self, batch, batch_idx)
        if int(self.steps) == number:
            act()
        return losses

    patch.setattr(EmotionGAN, "training_step", acting)


def pull_the_plug() -> None:
    raise RuntimeError("pulled plug")


def end_of(run: Path) -> dict[str, Any]:
    """Everything that must be the same, to the last bit."""
    content = read_checkpoint(RunFolder(run).last)
    kept = {part: content[part] for part in ("state_dict", "optimizer_states", "rng", "position", "callbacks")}
    grids = {path.name: path.read_bytes() for path in (run / "samples").glob("epoch_??????.png")}
    return {**kept, "losses": (run / "losses.csv").read_bytes(), "grids": grids}


def epochs(run: Path) -> list[tuple[str, str]]:
    with (run / "losses.csv").open() as file:
        return [(row["epoch"], row["images_seen"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def whole(drawn_config: Compose, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was never stopped."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    return train(drawn_config(*LONG, f"run_dir={folder}", "checkpoint.every_minutes=60")).folder


@pytest.mark.parametrize("number", [7, 9, 10])
@pytest.mark.parametrize("how", ["signal", "killed"])
def test_stopped_after_any_step_it_ends_the_same(
    train_config: Compose, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, how: str
) -> None:
    """Steps 7 and 9 are in the middle of the second epoch, step 10 is its last."""
    cfg = train_config(*LONG, f"run_dir={tmp_path / 'stopped'}", "checkpoint.share=1000")
    run = RunFolder(Path(cfg.run_dir))
    with monkeypatch.context() as patch:
        if how == "signal":
            at_step(patch, number, lambda: signal.raise_signal(signal.SIGTERM))
            result = train(cfg)
            assert result.interrupted and result.position.steps == number
            told = "after epoch 2" if number == 10 else f"in epoch 2 of 3, after step {number - 5} of 5"
            assert run.read_record().ended == f"interrupted {told}"
            assert run.read_record().facts["epochs_done"] == number // 5
            assert epochs(run.path)[-1] == ("2", str(2 * number))
            assert read_checkpoint(run.last)["position"] == {"steps": number, "per_epoch": 5}
        else:  # every step is saved here
            at_step(patch, number, pull_the_plug)
            with pytest.raises(RuntimeError, match="pulled plug"):
                train(cfg)
    train(train_config(*LONG, f"ckpt_path={run.last}"))
    assert_same(end_of(whole), end_of(run.path))
    assert epochs(run.path) == [("1", "10"), ("2", "20"), ("3", "30")]


def test_the_recommended_pair_stopped_twice_in_one_epoch_ends_the_same(
    style_config: Compose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With augmentations that adapt, penalties at some steps, and measures at ends of epochs that were cut."""
    common = ["augment.strength.every=3", "penalties.every=3", "penalties.fake=1.0", "epochs=2", "batch_size=40"]
    common += ["evaluate_every=100", "evaluate_faces=20", "recogniser.steps=2", "recogniser.batch=4"]
    whole = train(style_config(*common, f"run_dir={tmp_path / 'whole'}")).folder
    cfg, resumed = style_config(*common), style_config(*common, f"ckpt_path={tmp_path / 'run/checkpoints/last.ckpt'}")
    for config, number in ((cfg, 2), (resumed, 3)):
        with monkeypatch.context() as patch:
            at_step(patch, number, lambda: signal.raise_signal(signal.SIGINT))
            assert train(config).position.steps == number
    train(resumed)
    assert_same(end_of(whole), end_of(Path(cfg.run_dir)))


def test_minutes_end_in_the_middle_of_a_long_epoch(train_config: Compose, monkeypatch: pytest.MonkeyPatch) -> None:
    at_step(monkeypatch, 3, lambda: time.sleep(0.7))
    cfg = train_config(*LONG, "minutes=0.01", "checkpoint.every_minutes=60")
    result = train(cfg)
    record = RunFolder(result.folder).read_record()
    assert record.ended == "finished" and not result.interrupted
    assert (record.facts["epochs_done"], record.facts["steps_done"]) == (0, 3)
    assert (result.folder / "samples" / "epoch_000000_step_000003.png").is_file()
    assert epochs(result.folder) == [("1", "6")]
    assert read_checkpoint(RunFolder(result.folder).last)["position"]["steps"] == 3


def test_a_hung_up_terminal_is_a_signal_like_the_others(train_config: Compose, monkeypatch: pytest.MonkeyPatch) -> None:
    at_step(monkeypatch, 2, lambda: signal.raise_signal(signal.SIGHUP))
    assert train(train_config(*LONG)).position.steps == 2


def test_nohup_goes_on(train_config: Compose, monkeypatch: pytest.MonkeyPatch) -> None:
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        at_step(monkeypatch, 2, lambda: signal.raise_signal(signal.SIGHUP))
        assert not train(train_config(*LONG)).interrupted
    finally:
        signal.signal(signal.SIGHUP, former)


def test_a_signal_before_the_first_step_leaves_nothing(train_config: Compose, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emogan.training.loop.what_is_real", lambda _: signal.raise_signal(signal.SIGTERM))
    cfg = train_config()
    with pytest.raises(KeyboardInterrupt, match="before the training began: nothing was lost"):
        train(cfg)
    assert not Path(cfg.run_dir).exists()


@pytest.mark.parametrize(
    ("every", "cost", "first", "later"),
    [
        (300, 0.01, 10, 300),  # cheap: after ten seconds
        (300, 6, 120, 300),  # 120 s keep the share
        (300, 100, 300, 2000),  # the first whatever it costs, later ones within the share
        (0, 0.001, 0.02, 0.02),
    ],
)
def test_when_the_first_checkpoint_comes(tmp_path: Path, every: float, cost: float, first: float, later: float) -> None:
    checkpoints = Checkpoints(tmp_path, every / 60, 0.05)
    checkpoints.cost = cost
    assert checkpoints.wait == pytest.approx(first)
    checkpoints.resumed = True
    assert checkpoints.wait == pytest.approx(later)


def test_saves_come_at_steps_when_they_are_due(train_config: Compose, monkeypatch: pytest.MonkeyPatch) -> None:
    """An epoch that takes hours is saved in the middle, not only at its end."""
    seen = []
    clock = iter(range(0, 10_000, 4))
    monkeypatch.setattr("emogan.training.callbacks.checkpoints.time.monotonic", lambda: next(clock))
    monkeypatch.setattr(
        "emogan.training.callbacks.checkpoints.AtomicCheckpoints.save_checkpoint",
        lambda _, content, path, storage_options=None: seen.append(content["position"]["steps"]),
    )
    train(train_config("batch_size=2", "epochs=1", "checkpoint.every_minutes=5"))
    assert seen[0] < 5 and seen[-1] == 5


def test_a_resumed_training_outlives_the_file_that_it_came_from(train_config: Compose, tmp_path: Path) -> None:
    """Nothing of it stays mapped from the disk: cut off, it would end the process without a word."""
    last = RunFolder(train(train_config("epochs=1")).folder).last
    content = AtomicCheckpoints().load_checkpoint(last)
    last.write_bytes(b"")
    for state in content["optimizer_states"]:
        assert all(moments["exp_avg"].isfinite().all() for moments in state["state"].values())


def test_stopped_at_once_a_run_is_what_its_last_checkpoint_holds(
    train_config: Compose, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second Ctrl-C in step 8 of a run that was saved after step 5, the end of its first epoch."""

    def twice() -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    at_step(monkeypatch, 8, twice)
    result = train(train_config(*LONG, "checkpoint.every_minutes=60"))
    run, facts = RunFolder(result.folder), result.record.facts
    assert result.interrupted and result.position.steps == 5
    assert (facts["epochs_done"], facts["steps_done"], facts["images_seen"]) == (1, 5, 10)
    assert not run.generator.exists()
    assert load_generator(find_generator(str(run.path))).images_seen == 10
