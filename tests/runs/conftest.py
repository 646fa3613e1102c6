"""A run folder as a training leaves it, without a training."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hydra import compose, initialize_config_dir
from PIL import Image

import emogan
from emogan.config.compose import conf_dir, plain
from emogan.data.keeping import IN_MEMORY
from emogan.data.registry import face_module
from emogan.runs.checkpoint import write_checkpoint
from emogan.runs.folder import RunFolder
from emogan.runs.generator_file import save_generator
from emogan.training.build import build
from tests.conftest import TINY

MakeRun = Callable[..., RunFolder]


def checkpoint_of(gan: Any, config: dict[str, Any], epoch: int) -> dict[str, Any]:
    """What Lightning keeps, as far as it is read here."""
    state = gan.state_dict() | {"images_seen": torch.tensor(10 * (epoch + 1))}
    return {"epoch": epoch, "state_dict": state, "hyper_parameters": {"settings": config}}


@pytest.fixture(scope="session")
def drawn_digest(drawn_faces: Path) -> tuple[dict[str, Any], str, int]:
    """The settings of a run on the drawn faces, the digest of what it learns, and the number."""
    words = ["emotion=raiva", "data=folder", f"data.root={drawn_faces}", "run_dir=unused", *TINY, "data.cache=null"]
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        config = plain(compose("train", words))
    module = face_module(config["data"]["module"], IN_MEMORY)
    return config, module.digest, len(module.images)


@pytest.fixture
def make_run(tmp_path: Path, drawn_digest: tuple[dict[str, Any], str, int]) -> MakeRun:
    """Makes ``tmp_path/NAME``: two checkpoints, a generator, run.json, losses.csv, a grid."""
    config, digest, count = drawn_digest

    def made(name: str = "run", *, killed: bool = False) -> RunFolder:
        with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
            words = ["emotion=raiva", "data=folder", f"data.root={config['data']['root']}", "run_dir=unused", *TINY]
            gan = build(compose("train", words))
        run = RunFolder(tmp_path / name)
        run.samples.mkdir(parents=True)
        run.checkpoints.mkdir()
        for epoch in range(2):
            write_checkpoint(checkpoint_of(gan, config, epoch), run.last)
        if not killed:
            save_generator(gan.sampler, config, 20, run.generator)
        facts = {
            "versions": {"emogan": emogan.__version__},
            "emotion": "raiva",
            "images": {"count": count, "sha256": digest},
            "config": config,
            "ended": "still running, or killed" if killed else "finished",
            "seconds": 61.5,
            "peak_memory_bytes": 10**9,
        }
        run.record.write_text(json.dumps(facts))
        run.losses.write_text("epoch,images_seen,discriminator,generator\n1,10,1.4,0.7\n2,20,1.3,0.8\n")
        Image.new("L", (8, 8), 90).save(run.samples / "epoch_000002.png")
        return run

    return made


@pytest.fixture
def damage() -> Callable[[Path], None]:
    """Flips a bit in the middle of a file."""

    def flip(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 64
        path.write_bytes(content)

    return flip
