"""A training that reads its images from a file is, bit for bit, the one that holds them in memory."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from omegaconf import DictConfig

from emogan.data import mapped, portions
from emogan.runs.weights import read_weights
from emogan.training.loop import train


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that whatever is chosen of the faces lies in files too."""
    monkeypatch.setattr(portions, "MOST_IMAGES", 7)
    monkeypatch.setattr(mapped, "PORTION", 2048)


@pytest.mark.usefixtures("small_portions")
def test_the_same_bits_as_in_memory(style_config: Callable[..., DictConfig], tmp_path: Path) -> None:
    cache = f"data.cache={tmp_path / 'cache'}"
    base = ["data.people=train", "data.rotation=5", "evaluate_every=200", "recogniser.steps=5", "epochs=2", cache]
    held, streamed = tmp_path / "held", tmp_path / "streamed"
    train(style_config(*base, f"run_dir={held}"))
    for path in (tmp_path / "cache").glob("recogniser_*"):
        path.unlink()  # it is learnt anew, from faces in a file
    train(style_config(*base, f"run_dir={streamed}", "data.in_memory=0"))
    assert len(list((tmp_path / "cache").glob("*.images"))) == 2  # of the people learnt from, and of all

    assert (held / "losses.csv").read_bytes() == (streamed / "losses.csv").read_bytes()
    one, other = (read_weights(run / "checkpoints" / "generator.safetensors").tensors for run in (held, streamed))
    assert one and one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)
    images = [json.loads((run / "run.json").read_text())["images"] for run in (held, streamed)]
    assert images[0] == images[1]

    train(style_config(f"ckpt_path={held}/checkpoints/last.ckpt", *base, "epochs=3", "data.in_memory=0"))
    train(style_config(f"ckpt_path={streamed}/checkpoints/last.ckpt", *base, "epochs=3"))
    assert (held / "losses.csv").read_bytes() == (streamed / "losses.csv").read_bytes()
