import gc
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from omegaconf import DictConfig

from emogan.runs.checkpoint import read_checkpoint
from emogan.training.callbacks.interrupt import SIGNALS
from emogan.training.loop import train
from emogan.training.module import EmotionGAN
from emogan.training.position import Position
from tests.conftest import TINY


def test_a_signal_saves_everything_and_says_how_to_go_on(tmp_path: Path, drawn_faces: Path) -> None:
    """Ctrl-C here; SIGTERM ends the trainings of tests/training/test_claims.py."""
    run = tmp_path / "run"
    arguments = ["emotion=raiva", "data=folder", f"data.root={drawn_faces}", *TINY, "epochs=1000000", f"run_dir={run}"]
    with subprocess.Popen(
        [sys.executable, "-m", "emogan.train", *arguments], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        losses = run / "losses.csv"
        patience = time.monotonic() + 60
        while not (losses.exists() and losses.read_text().count("\n") > 5) and time.monotonic() < patience:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    record = json.loads((run / "run.json").read_text())
    place = Position.from_plain(read_checkpoint(run / "checkpoints" / "last.ckpt")["position"])
    assert (record["epochs_done"], record["steps_done"]) == (place.epochs, place.steps)
    assert record["ended"] == f"interrupted {place.of(1000000)}"
    assert f"Stopped raiva {place.of(1000000)}: " in output
    assert losses.read_text().splitlines()[-1].startswith(f"{place.epochs + bool(place.step)},")
    assert (run / "samples" / f"{place.name}.png").exists()
    assert (run / "losses.png").exists()
    assert (run / "checkpoints" / "generator.safetensors").exists()
    assert f"ckpt_path={run / 'checkpoints' / 'last.ckpt'}" in output


def test_a_second_signal_stops_at_once_and_keeps_the_last_checkpoint(tmp_path: Path, drawn_faces: Path) -> None:
    """Steps take half a second here, so the second signal arrives within one."""
    run = tmp_path / "run"
    arguments = ["emotion=raiva", "data=folder", f"data.root={drawn_faces}", *TINY, f"run_dir={run}"]
    slow = "import time, emogan.training.module as g; s = g.EmotionGAN.training_step\n"
    slow += "def step(self, real, batch_idx):\n    time.sleep(0.5 if self.images_seen else 0)\n"
    slow += "    return s(self, real, batch_idx)\n"
    slow += "g.EmotionGAN.training_step = step\n"
    slow += "import runpy; runpy.run_module('emogan.train', run_name='__main__', alter_sys=True)\n"
    with subprocess.Popen(
        [sys.executable, "-c", slow, *arguments, "epochs=1000"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        checkpoint = run / "checkpoints" / "last.ckpt"
        patience = time.monotonic() + 60
        while not checkpoint.exists() and time.monotonic() < patience:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    place = Position.from_plain(read_checkpoint(checkpoint)["position"])
    assert json.loads((run / "run.json").read_text())["ended"] == f"interrupted {place.of(1000)}"
    assert f"ckpt_path={checkpoint}" in output


def test_after_a_training_signals_and_memory_are_as_before(train_config: Callable[..., DictConfig]) -> None:
    """A handler of Lightning's left in place would swallow SIGTERM, and keep the networks of every job of a sweep."""
    before = [signal.getsignal(number) for number in SIGNALS]
    gc.collect()
    held = {id(thing) for thing in gc.get_objects() if type(thing) is EmotionGAN}  # by tests that failed
    train(train_config("epochs=1"))
    gc.collect()
    assert [signal.getsignal(number) for number in SIGNALS] == before
    assert all(id(thing) in held for thing in gc.get_objects() if type(thing) is EmotionGAN)
