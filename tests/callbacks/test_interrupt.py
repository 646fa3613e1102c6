import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from tests.conftest import TINY


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves_everything_and_says_how_to_go_on(
    tmp_path: Path, drawn_faces: Path, number: signal.Signals
) -> None:
    run = tmp_path / "run"
    arguments = ["emotion=raiva", "data=folder", f"data.root={drawn_faces}", *TINY, "epochs=1000000", f"run_dir={run}"]
    with subprocess.Popen(
        [sys.executable, "-m", "emogan.train", *arguments], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        losses = run / "losses.csv"
        patience = time.monotonic() + 60
        while not (losses.exists() and losses.read_text().count("\n") > 5) and time.monotonic() < patience:
            time.sleep(0.05)
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    record = json.loads((run / "run.json").read_text())
    epochs = record["epochs_done"]
    assert record["ended"] == f"interrupted after epoch {epochs}"
    assert losses.read_text().splitlines()[-1].startswith(f"{epochs},")
    assert torch.load(run / "checkpoints" / "last.ckpt", weights_only=True)["epoch"] + 1 == epochs
    assert (run / "samples" / f"epoch_{epochs:06d}.png").exists()
    assert (run / "losses.png").exists()
    assert (run / "checkpoints" / "generator.safetensors").exists()
    assert f"ckpt_path={run / 'checkpoints' / 'last.ckpt'}" in output
