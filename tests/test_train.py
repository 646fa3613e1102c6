import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hydra.utils import instantiate
from omegaconf import DictConfig
from PIL import Image
from safetensors import safe_open
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from emogan.core.errors import UserError
from emogan.training.loop import train
from tests.conftest import TINY
from tests.typed import typed

Compose = Callable[..., DictConfig]


def test_a_run_leaves_everything(train_config: Compose) -> None:
    cfg = train_config()
    folder = train(cfg).folder

    assert {path.name for path in (folder / "checkpoints").iterdir()} == {
        "last.ckpt", "previous.ckpt", "generator.safetensors",
    }  # fmt: skip
    names = sorted(path.name for path in (folder / "samples").iterdir())
    assert names == ["epoch_000000.png", "epoch_000002.png", "epoch_000003.png", "real.png"]
    first, last = (np.asarray(Image.open(folder / "samples" / name)) for name in names[0:3:2])
    assert first.shape == (16, 6 * 16 + 5 * 2)
    assert not np.array_equal(first, last)

    with (folder / "losses.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["epoch"], row["images_seen"]) for row in rows] == [("1", "10"), ("2", "20"), ("3", "30")]
    assert Image.open(folder / "losses.png").size[0] > 500
    assert "Total params" in (folder / "summary.txt").read_text()

    events = EventAccumulator(str(folder / "tensorboard"))
    events.Reload()
    for tag in ("Perda_BCE_Discriminador", "Perda_BCE_Gerador"):
        assert [event.step for event in events.Scalars(tag)] == list(range(1, 10))
    points = [event.value for event in events.Scalars("Perda_BCE_Gerador")]
    assert np.mean(points[:3]) == pytest.approx(float(rows[0]["generator"]), rel=1e-5)

    record = json.loads((folder / "run.json").read_text())
    assert record["ended"] == "finished"
    assert record["images"]["count"] == 10
    assert len(record["images"]["sha256"]) == 64
    assert record["images_seen"] == 30
    assert record["seconds"] > 0
    assert record["config"]["latent_dim"] == 8
    assert torch.__version__.startswith(record["versions"]["torch"])


def test_the_generators_file_rebuilds_the_generator(train_config: Compose) -> None:
    folder = train(train_config("epochs=1", "grid.every=1")).folder
    with safe_open(folder / "checkpoints" / "generator.safetensors", "pt") as file:
        metadata = file.metadata()
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    generator = instantiate(json.loads(metadata["generator"]))
    generator.load_state_dict(weights)
    assert metadata["emotion"] == "raiva"
    assert generator.eval()(torch.randn(2, 8)).shape == (2, 1, 16, 16)


def test_same_seed_same_run_other_seed_other_run(train_config: Compose, tmp_path: Path) -> None:
    losses = [
        (train(train_config(f"run_dir={tmp_path / name}", f"seed={seed}")).folder / "losses.csv").read_bytes()
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    assert losses[0] == losses[1] != losses[2]


def test_a_resumed_run_ends_like_one_that_never_stopped(train_config: Compose, tmp_path: Path) -> None:
    whole = train(train_config(f"run_dir={tmp_path / 'whole'}", "epochs=5")).folder
    half = train(train_config(f"run_dir={tmp_path / 'half'}", "epochs=2")).folder
    again = train(
        train_config(f"run_dir={tmp_path / 'half'}", "epochs=5", f"ckpt_path={half / 'checkpoints' / 'last.ckpt'}")
    ).folder
    assert again == half
    assert (whole / "losses.csv").read_bytes() == (half / "losses.csv").read_bytes()
    states = [torch.load(run / "checkpoints" / "last.ckpt", weights_only=True) for run in (whole, half)]
    assert_same(states[0]["state_dict"], states[1]["state_dict"])
    assert_same(states[0]["optimizer_states"], states[1]["optimizer_states"])
    assert_same(states[0]["rng"], states[1]["rng"])
    assert len(json.loads((half / "run.json").read_text())["resumed"]) == 1


def assert_same(one: object, other: object) -> None:
    """Equal to the last bit, through nested containers."""
    if isinstance(one, torch.Tensor):
        assert isinstance(other, torch.Tensor)
        assert torch.equal(one, other)
    elif isinstance(one, dict):
        assert isinstance(other, dict)
        assert one.keys() == other.keys()
        for key in one:
            assert_same(one[key], other[key])
    elif isinstance(one, list | tuple):
        assert isinstance(other, list | tuple)
        for left, right in zip(one, other, strict=True):
            assert_same(left, right)
    else:
        assert one == other


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("emotion=odio", "'odio'"),
        ("latent_dim=0", "latent_dim=0"),
        ("epochs=many", "epochs=many"),
        ("batch_size=1", "batch_size=1"),
        ("lr=0", "lr=0 is not usable: expected a number above 0"),
        ("b1=1", "b1=1"),
        ("image_size=3", "image_size=3"),
        ("channels=2", "channels=2"),
        ("image_size=4096", "GB to train"),
        ("data.root=/no/such/folder", "data.root=/no/such/folder does not exist"),
        ("samples_per_emotion=11", "Only 10 usable images of raiva"),
        ("data.warp=-0.1", "data.warp=-0.1 is not usable: expected a number from 0 to 0.5"),
        ("data.crop=oval", "data.crop=oval is not usable: expected one of align, square, paper"),
        ("data.crop=face", "data.crop=face is not usable: expected square, as face is called now; change it with"),
        ("data.faces=all", "data.faces=all is not usable: expected one of largest, only"),
        ("emotion=tristeza", "Only 0 usable images of tristeza"),
    ],
)
def test_a_wrong_setting_is_named_before_anything_is_written(train_config: Compose, override: str, says: str) -> None:
    cfg = train_config(override, *(["model.generator.hidden=[4096,2048,8192]"] if "4096" in override else []))
    with pytest.raises(Exception) as error:
        train(cfg)
    cause: BaseException | None = error.value
    while cause is not None and not isinstance(cause, UserError):
        cause = cause.__cause__
    assert says in str(cause)
    assert str(cause).count(".\n") == 0
    assert not Path(cfg.run_dir).exists()


def test_no_room_for_checkpoints_is_said_first(train_config: Compose, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type(usage)(usage.total, usage.used, 1000))
    with pytest.raises(UserError, match=r"KB are free at .* for two checkpoints, two generators and one more of each"):
        train(train_config())


def test_a_missing_emotion_and_a_wrong_one_end_at_once_without_a_traceback(tmp_path: Path) -> None:
    for arguments in ([], ["emotion=odio"]):
        ended = typed("train", *arguments, cwd=tmp_path)
        assert ended.returncode == 2
        assert "felicidade, medo, neutro, raiva, surpresa, tristeza" in ended.stderr
        assert len(ended.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    ended = typed("train", "emotion=odio", "debug=true", cwd=tmp_path)
    assert "Traceback" in ended.stderr
    assert ended.returncode == 2


def test_an_unknown_key_is_one_line(tmp_path: Path) -> None:
    ended = typed("train", "emotion=raiva", "epohcs=3", cwd=tmp_path)
    assert ended.returncode == 2
    assert "epohcs" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_command_writes_where_it_says_and_how_to_go_on(tmp_path: Path, drawn_faces: Path) -> None:
    command = [sys.executable, "-m", "emogan.train", "emotion=anger", "data=folder", f"data.root={drawn_faces}", *TINY]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    (folder,) = (tmp_path / "outputs" / "train" / "raiva").iterdir()
    assert f"Results in outputs/train/raiva/{folder.name}" in ended.stdout.replace(str(tmp_path) + "/", "")
    assert f"emogan generate emotion=raiva n=100 weights={folder}" in ended.stdout
    assert "parameters" in ended.stdout
    assert ended.stderr == ""
