import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torchvision.datasets.utils import extract_archive

from emogan.core.errors import UserError
from emogan.data import fashion_mnist
from emogan.data.fashion_mnist import DEBIAN, PACKED, UNPACKED, FashionMnistDataModule, read_garments
from emogan.data.variations import AS_THEY_ARE
from tests.typed import typed

needs_files = pytest.mark.skipif(
    not DEBIAN.is_dir(), reason=f"needs Debian's package dataset-fashion-mnist, which puts the files into {DEBIAN}"
)


def module(**changes: Any) -> FashionMnistDataModule:
    settings = {
        "root": str(DEBIAN), "image_size": 28, "channels": 1, "samples": 300, "emotion": "fashion_mnist",
        "batch_size": 64, "variations": AS_THEY_ARE, "centred": True, "seed": 1,
    }  # fmt: skip
    return FashionMnistDataModule(**{**settings, **changes})


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Downloads fail, whether there is internet or not."""
    monkeypatch.setattr("torchvision.datasets.FashionMNIST.mirrors", ["http://127.0.0.1:9/"])


def tiny_files(folder: Path, images: int = 7) -> None:
    """Fashion-MNIST's four packed files, with a few made images."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PACKED:
        size = (images, 28, 28) if "images" in name else (images,)
        values = torch.arange(int(torch.tensor(size).prod())).remainder(251).to(torch.uint8)
        header = bytes([0, 0, 8, len(size)]) + b"".join(length.to_bytes(4, "big") for length in size)
        (folder / name).write_bytes(gzip.compress(header + values.numpy().tobytes()))


def test_packed_and_unpacked_folders_hold_the_same(tmp_path: Path) -> None:
    tiny_files(tmp_path / "packed")
    for name in PACKED:
        (tmp_path / UNPACKED).mkdir(parents=True, exist_ok=True)
        extract_archive(str(tmp_path / "packed" / name), str(tmp_path / UNPACKED))
    packed = read_garments(str(tmp_path / "packed"))
    assert packed.shape == (7, 28, 28)
    assert packed.flatten()[:300].tolist() == [number % 251 for number in range(300)]
    assert torch.equal(packed, read_garments(str(tmp_path)))


def test_without_a_root_debians_folder_or_the_cache(
    tmp_path: Path, private_cache: Path, monkeypatch: pytest.MonkeyPatch, offline: None
) -> None:
    monkeypatch.setattr(fashion_mnist, "DEBIAN", tmp_path / "debian")
    with pytest.raises(UserError, match=f"are not under {private_cache} and cannot be downloaded"):
        read_garments(None)
    assert not (private_cache / "FashionMNIST").exists()
    tiny_files(tmp_path / "debian")
    assert len(read_garments(None)) == 7


def test_how_to_get_the_files(tmp_path: Path, offline: None) -> None:
    with pytest.raises(UserError) as error:
        read_garments(str(tmp_path))
    assert str(error.value).startswith(f"Fashion-MNIST's files are not under {tmp_path} and cannot be downloaded (")
    for way in ("apt install dataset-fashion-mnist", "FashionMNIST('FOLDER', download=True)", "data.root=FOLDER"):
        assert way in str(error.value)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UserError, match=r"data.root=.*nowhere is no folder: expected one with Fashion-MNIST's files"):
        read_garments(str(tmp_path / "nowhere"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["cut", "not packed", "other content"])
def test_damaged_files(damage: str, tmp_path: Path) -> None:
    tiny_files(tmp_path)
    path = tmp_path / PACKED[0]
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-30])
    else:
        path.write_bytes(b"text" if damage == "not packed" else gzip.compress(bytes([0, 0, 8, 3]) + bytes(40)))
    with pytest.raises(UserError, match=f"Fashion-MNIST's files under {tmp_path} are damaged"):
        read_garments(str(tmp_path))


def test_numbers_sizes_and_emotions(tmp_path: Path) -> None:
    tiny_files(tmp_path)
    data = module(root=str(tmp_path), samples=4, image_size=32, channels=3)
    data.setup()
    assert data.images.shape == (4, 3, 32, 32)
    assert torch.equal(data.images[:, 0], data.images[:, 2])
    assert data.real_batch(2).images.shape == (2, 3, 32, 32)
    for samples in (1, 8):
        with pytest.raises(
            UserError, match=f"samples_per_emotion={samples} is not usable: expected 2 to 7, the number"
        ):
            module(root=str(tmp_path), samples=samples).setup()
    with pytest.raises(UserError, match="emotion=medo means nothing to data=fashion_mnist: expected emotion=fashion_"):
        module(root=str(tmp_path), emotion="medo").setup()


@needs_files
def test_the_real_images() -> None:
    everything, some, again, other = (
        module(samples=samples, seed=seed) for samples, seed in ((None, 1), (300, 1), (300, 1), (300, 2))
    )
    for data in (everything, some, again, other):
        data.setup()
    assert everything.images.shape == (60_000, 1, 28, 28)
    assert everything.images.float().mean() == pytest.approx(72.94, abs=0.01)  # the published mean, 0.2860 of 255
    assert torch.equal(some.images, again.images)
    assert some.digest == again.digest != other.digest
    assert not torch.equal(some.images, other.images)


@needs_files
def test_two_epochs_on_the_real_images_from_the_command_line(tmp_path: Path) -> None:
    done = typed(
        "train", "experiment=fashion_mnist", "epochs=2", "samples_per_emotion=300", f"data.root={DEBIAN}",
        "model.generator.hidden=[64,32,128]", "model.discriminator.hidden=[128,64,32]", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (run,) = (tmp_path / "outputs" / "train" / "fashion_mnist").iterdir()
    record = json.loads((run / "run.json").read_text())
    assert record["ended"] == "finished"
    assert record["images"]["count"] == 300
    assert record["images_seen"] == 600
    config = record["config"]
    assert (config["batch_size"], config["latent_dim"], config["image_size"]) == (128, 100, 28)
    assert (run / "samples" / "epoch_000002.png").exists()


def test_a_wrong_folder_on_the_command_line(tmp_path: Path) -> None:
    done = typed("train", "experiment=fashion_mnist", f"data.root={tmp_path / 'nowhere'}", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(
        f"emogan: data.root={tmp_path / 'nowhere'} does not exist: expected a folder of images"
    )
    assert "Traceback" not in done.stderr
