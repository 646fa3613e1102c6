"""Fashion-MNIST, the paper's first validation: 60,000 garments, 28x28, greyscale, through torchvision's class."""

import hashlib
import logging
import zlib
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor
from torchvision.datasets import FashionMNIST
from torchvision.datasets.utils import extract_archive
from torchvision.transforms.v2 import functional as transforms

from emogan.core.errors import UserError
from emogan.core.names import expanded
from emogan.data.cache import folder_of
from emogan.data.datamodule import FEWEST, ImageDataModule

log = logging.getLogger(__name__)

NAME = "fashion_mnist"
DEBIAN = Path("/usr/share/datasets/fashion-mnist")  # where Debian's package puts the packed files
PACKED = tuple(name for name, _ in FashionMNIST.resources)
UNPACKED = Path("FashionMNIST", "raw")  # where torchvision looks for them, unpacked, below its root


class FashionMnistDataModule(ImageDataModule):
    """The garments of the training set, all kinds together: the paper trains one GAN on the whole set.

    Args:
        root: the folder of the files, see :func:`read_garments`.
        image_size: height and width in pixels; other than 28 resizes them.
        channels: 1 greyscale, 3 RGB (all three alike).
        samples: how many images to use, drawn by ``seed``; None uses all.
        emotion: what a person asked for. Garments have none: it must be ``fashion_mnist``, which means all of them.
        batches: see :class:`ImageDataModule`.
    """

    def __init__(
        self, root: str | None, image_size: int, channels: int, samples: int | None, emotion: str | None, **batches: Any
    ) -> None:
        super().__init__(**batches)
        self.root, self.image_size, self.channels = root, image_size, channels
        self.samples, self.emotion = samples, emotion

    def load(self) -> None:
        if self.emotion != NAME:
            raise UserError(
                f"emotion={self.emotion} means nothing to data=fashion_mnist: expected emotion={NAME}, the whole set;"
                f" leave it out and use experiment={NAME}."
            )
        garments = read_garments(self.root)
        count = len(garments) if self.samples is None else self.samples
        if not FEWEST <= count <= len(garments):
            raise UserError(
                f"samples_per_emotion={count} is not usable: expected {FEWEST} to {len(garments):,}, the number of"
                " Fashion-MNIST's images; or null for all."
            )
        order = torch.randperm(len(garments), generator=torch.Generator().manual_seed(self.seed))
        garments = garments[order[:count].sort().values]
        self.digest = hashlib.sha256(garments.numpy().tobytes()).hexdigest()
        resized = transforms.resize(garments.unsqueeze(1), [self.image_size, self.image_size], antialias=True)
        self.images = resized.expand(-1, self.channels, -1, -1)
        self.emotions = torch.zeros(len(garments), dtype=torch.int64)  # they have none
        log.info("%d images of Fashion-MNIST, all garments.", len(self.images))


def read_garments(root: str | None) -> Tensor:
    """The training images, uint8 (60000, 28, 28).

    Args:
        root: a folder that holds the four packed files (as Debian's package has them), or torchvision's root; what is
            missing there is downloaded. None takes Debian's folder where there is one, else the user's cache.

    Raises:
        UserError: when the files are not there and cannot be downloaded, or are damaged.
    """
    folder = expanded(root) if root is not None else DEBIAN if DEBIAN.is_dir() else folder_of("auto")
    if folder is None:
        raise UserError(f"There is no home folder to keep Fashion-MNIST in: expected its files; {_how_to_get_them()}")
    if root is not None and not folder.is_dir():
        raise UserError(f"data.root={root} is no folder: expected one with Fashion-MNIST's files; {_how_to_get_them()}")
    packed = all((folder / name).is_file() for name in PACKED)
    try:
        if not packed:
            return _through_torchvision(folder, download=True)
        with TemporaryDirectory() as temporary:
            (temporary / UNPACKED).mkdir(parents=True)
            for name in PACKED:
                extract_archive(str(folder / name), str(temporary / UNPACKED))
            return _through_torchvision(Path(temporary), download=False)
    except (OSError, EOFError, zlib.error, ValueError, AssertionError, RuntimeError) as error:
        reason = str(error).strip().split("\n")[-1] or "unexpected content"
        if packed or all((folder / UNPACKED / Path(name).stem).is_file() for name in PACKED):
            raise UserError(
                f"Fashion-MNIST's files under {folder} are damaged ({reason}): expected the published ones;"
                f" delete them, and {_how_to_get_them()}"
            ) from error
        with suppress(OSError):  # the empty folders that torchvision made for the download
            (folder / UNPACKED).rmdir()
            (folder / UNPACKED).parent.rmdir()
        raise UserError(
            f"Fashion-MNIST's files are not under {folder} and cannot be downloaded ({reason}): {_how_to_get_them()}"
        ) from error


def _through_torchvision(root: Path, download: bool) -> Tensor:
    images: Tensor = FashionMNIST(str(root), train=True, download=download).data
    return images


def _how_to_get_them() -> str:
    return (
        "get them with `apt install dataset-fashion-mnist` (Debian, Ubuntu), or let torchvision download them on a"
        ' computer with internet, `python -c "from torchvision.datasets import FashionMNIST;'
        " FashionMNIST('FOLDER', download=True)\"`, and give that folder as data.root=FOLDER."
    )
