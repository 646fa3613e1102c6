"""Reads the faces of photographs with the recogniser that comes with emogan."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from emogan.core.emotions import EMOTIONS
from emogan.finding.crops import cut_all
from emogan.finding.finder import FoundFace
from emogan.finding.frames import ALIGNED, CLOSE, Frame, anchors, laid_over
from emogan.networks.landmarker import SIZE, prepare
from emogan.networks.reader import Reader
from emogan.runs.weights import read_weights

PACKAGED = Path(__file__).with_name("reader.safetensors")
LARGEST = 128  # pixels of aligned images: larger ones are made smaller smoothly, before crops are cut out of them


@dataclass(frozen=True, eq=False)
class ReadFace:
    """A face of a photograph, and what was read of it.

    Attributes:
        face: where it is.
        emotions: the probability of each emotion; together 1.
        strength: of the expression, from 0 to about 1.
        actions: the facial actions by name, 1 is full.
        identity: (d,) of length 1; the product of two is the larger the likelier they are one person.
    """

    face: FoundFace
    emotions: Mapping[str, float]
    strength: float
    actions: Mapping[str, float]
    identity: Tensor

    @property
    def emotion(self) -> str:
        """The likeliest emotion."""
        return max(self.emotions, key=lambda name: self.emotions[name])


@dataclass(frozen=True, eq=False)
class PackagedReader:
    """The network, the names of its facial actions, the number its logits are divided by (Guo et al. 2017), and what a
    file of its weights says of it."""

    network: Reader
    actions: Sequence[str]
    temperature: float
    facts: Mapping[str, str]


@lru_cache(maxsize=1)
def packaged_reader() -> PackagedReader:
    """The recogniser that comes with emogan (scripts/train_reader.py trained it)."""
    read = read_weights(PACKAGED)
    made = json.loads(read.facts["made"])
    network = Reader(made["width"], made["features"], made["identity"], made["actions"])
    network.load_state_dict({name: value.float() for name, value in read.tensors.items()})
    return PackagedReader(network.eval(), made["actions"], float(made["temperature"]), {"made": read.facts["made"]})


def read_faces(picture: Image.Image, faces: Sequence[FoundFace]) -> list[ReadFace]:
    """What each of the faces found in a picture shows."""
    if not faces:
        return []
    grey = picture.convert("L")
    frames = [laid_over(anchors(face.landmarks), CLOSE) for face in faces]
    crops = cut_all(grey, frames, SIZE)
    reader = packaged_reader()
    read = reader.network.read(prepare(torch.from_numpy(crops)[:, None]))
    shares = (read.emotions / reader.temperature).softmax(1)
    return [
        ReadFace(
            face,
            dict(zip((str(emotion) for emotion in EMOTIONS), shares[k].tolist(), strict=True)),
            float(read.strength[k].clamp_min(0)),
            dict(zip(reader.actions, read.actions[k].tolist(), strict=True)),
            read.identity[k],
        )
        for k, face in enumerate(faces)
    ]


def close_crops(images: Tensor) -> Tensor:
    """Crops (n, 1, 96, 96) for the network out of aligned images (n, c, h, w) of any range, without looking for faces:
    eyes and mouth lie where :data:`emogan.finding.frames.ALIGNED` has them."""
    frame = _CLOSE_IN_ALIGNED
    cells = (np.arange(SIZE) + 0.5) / SIZE
    places = np.stack(np.meshgrid(cells, cells), -1)
    where = torch.tensor(2 * frame.to_picture(places) - 1, dtype=torch.float32)
    grey = images.float().mean(1, keepdim=True)
    if max(grey.shape[-2:]) > LARGEST:
        grey = torch.nn.functional.interpolate(grey, (LARGEST, LARGEST), mode="bilinear", antialias=True)
    grid = where[None].expand(len(grey), -1, -1, -1)
    shown = torch.nn.functional.grid_sample(grey, grid, mode="bilinear", padding_mode="border", align_corners=False)
    return prepare(shown / 255)


_CLOSE_IN_ALIGNED: Frame = laid_over(ALIGNED, CLOSE)
