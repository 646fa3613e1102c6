"""Two processes that share every batch train as one does."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import pytorch_lightning as pl
import torch

import emogan
from emogan.cli.command import run
from emogan.core.errors import UserError
from emogan.runs.generator_file import load_generator
from emogan.training import together
from emogan.training.together import ALONE, Together, joined
from emogan.translating import known
from tests.training.test_translation import SMALL
from tests.translating.made import pairs

GAN = (
    "emotion=[raiva,medo]", "data.people=train", "model.generator.width=8", "model.generator.widest=16",
    "model.generator.style_dim=12", "model.discriminator.width=8", "model.discriminator.widest=16",
    "model.discriminator.features=12", "image_size=16", "latent_dim=8", "batch_size=67", "grid.every=2",
    "augment.strength.every=2", "augment.strength.images=500", "trainer.precision=32-true", "evaluate_every=50",
    "evaluate_faces=20", "recogniser.steps=2", "recogniser.width=8",
)  # fmt: skip
TRANSLATOR = (*SMALL, "batch_size=5")
JOBS = (  # 200 images: two batches of 67 and one of 66
    ("train", *GAN, "epochs=2", "ckpt_path={}/begun/checkpoints/last.ckpt"),
    ("train", *TRANSLATOR, "run_dir={}/translator"),
)


@pytest.mark.parametrize(("count", "whole"), [(2, 9), (3, 9), (2, 3), (4, 64)])
def test_parts_make_up_the_whole(count: int, whole: int) -> None:
    all_of_them = [Together(rank, count) for rank in range(count)]
    values = torch.arange(float(whole))
    means = [values[one.part(whole)].mean() * one.weight(whole) for one in all_of_them]
    assert float(sum(means)) == pytest.approx(float(values.mean()))
    assert min(len(values[one.part(whole)]) for one in all_of_them) >= 2  # what batch norm needs


def test_alone_nothing_changes() -> None:
    network = torch.nn.Linear(2, 1)
    network(torch.ones(1, 2)).sum().backward()
    ALONE.average(network, 1)
    assert network.weight.grad is not None and network.weight.grad.tolist() == [[1.0, 1.0]]
    assert ALONE.told(lambda: 5) == 5 and ALONE.anybody(True) and not ALONE.anybody(False)


def test_processes_that_nobody_started(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("train", ["emotion=raiva", "trainer=ddp"]) == 2
    assert "trainer=ddp is for processes that torchrun or SLURM's srun starts: torchrun --n" in capsys.readouterr().err
    monkeypatch.setattr(together, "environment", lambda: None)
    monkeypatch.setenv("MASTER_ADDR", "nowhere")
    with pytest.raises(UserError, match=r"do not find each other \("), joined(True):
        pass


def test_callbacks_of_a_caller_are_for_one_process() -> None:
    with pytest.raises(UserError, match=r"callbacks are not usable with trainer=ddp: leave one of the two out\."):
        emogan.train("emotion=raiva", trainer="ddp", callbacks=[pl.Callback()])


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_no_gpu_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("train", ["emotion=raiva", "trainer=gpu"]) == 2
    assert "trainer.accelerator=gpu is not usable: torch sees no GPU of NVIDIA here" in capsys.readouterr().err


def train_all(folder: str, trainer: str) -> None:
    """Both kinds of training: one from nothing, one that goes on with what a process alone began."""
    found = pairs(56, people=10)
    setattr(known, "read_pairs", lambda *_: found)  # noqa: B010
    for job in JOBS:
        assert run(job[0], [*(part.format(folder) for part in job[1:]), f"trainer={trainer}"]) == 0


@pytest.mark.usefixtures("log_handlers")
def test_two_processes_have_the_losses_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pairs").mkdir()
    monkeypatch.setattr(known, "read_pairs", None)
    assert run("train", [*GAN, "epochs=1", "run_dir=two/begun"]) == 0
    shutil.copytree("two/begun", "one/begun")
    train_all("one", "auto")
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", __file__]
    root = str(Path(__file__).parents[2])
    two = subprocess.run(
        [*launch, "two"],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert two.returncode == 0, two.stderr
    assert two.stdout.count("Finished medo+raiva") == 1 and two.stdout.count("9 people in 54 pictures") == 1
    # A translator begins at zero: where a gradient is nothing but rounding, Adam's first step goes where it points.
    for name, near in (("begun", 1e-4), ("translator", 0.03)):
        one_rows, two_rows = (rows(Path(folder) / name / "losses.csv") for folder in ("one", "two"))
        assert one_rows[-1].keys() == two_rows[-1].keys()
        for one, other in zip(one_rows[-2:], two_rows[-2:], strict=True):
            assert {key: float(value or 0) for key, value in other.items()} == pytest.approx(
                {key: float(value or 0) for key, value in one.items()}, rel=near, abs=1e-5
            )
    networks = [load_generator(Path(f"{folder}/begun/checkpoints/generator.safetensors")) for folder in ("one", "two")]
    for one_tensor, other_tensor in zip(*(n.network.state_dict().values() for n in networks), strict=True):
        assert torch.allclose(one_tensor, other_tensor, rtol=1e-3, atol=1e-4)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


if __name__ == "__main__":
    train_all(sys.argv[1], "ddp")
