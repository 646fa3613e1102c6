"""The recogniser that comes with emogan: one small network reads emotion, strength, facial actions, and who it is."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emogan.core.emotions import EMOTIONS


class Read(NamedTuple):
    """What the network says of n faces.

    Attributes:
        emotions: logits (n, 6).
        strength: (n,) of the emotion, 1 is full.
        actions: (n, a) the facial actions, 1 is full.
        identity: (n, d) of length 1: the nearer two are, the likelier they are one person.
    """

    emotions: Tensor
    strength: Tensor
    actions: Tensor
    identity: Tensor


def mirror_name(action: str) -> str:
    """What a facial action is in a mirror: mouthSmileLeft becomes mouthSmileRight."""
    for side, other in (("Left", "Right"), ("Right", "Left")):
        if action.endswith(side):
            return action.removesuffix(side) + other
    return action


class _Block(nn.Module):
    """Two convolutions beside a way past them (He et al. 2016)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(outputs) for _ in range(2))
        past = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        self.past = past if inputs != outputs or stride > 1 else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        inner = F.relu(self.norms[0](self.first(x)))
        return F.relu(self.norms[1](self.second(inner)) + self.past(x))


class Reader(nn.Module):
    """A residual network over close crops of faces.

    Args:
        width: channels of the first layer; the deepest ones have six times as many.
        features: length of the vector that emotion, strength and actions are read from.
        identity: length of the vector that says who it is.
        actions: names of the facial actions that are read; a mirror swaps Left and Right in them.
    """

    mirrored: Tensor

    def __init__(self, width: int, features: int, identity: int, actions: Sequence[str]) -> None:
        super().__init__()
        w = width
        self.body = nn.Sequential(
            nn.Conv2d(1, w, 3, 2, padding=1, bias=False),
            *(nn.BatchNorm2d(w), nn.ReLU(inplace=True)),
            *(_Block(w, 2 * w, 2), _Block(2 * w, 2 * w, 1)),
            *(_Block(2 * w, 4 * w, 2), _Block(4 * w, 4 * w, 1)),
            *(_Block(4 * w, 6 * w, 2), _Block(6 * w, 6 * w, 1)),
            *(nn.AdaptiveAvgPool2d(3), nn.Flatten()),
        )
        self.expression = nn.Sequential(nn.Linear(54 * w, features), nn.ReLU(inplace=True), nn.Dropout(0.2))
        self.emotions = nn.Linear(features, len(EMOTIONS))
        self.strength = nn.Linear(features, 1)
        self.actions = nn.Linear(features, len(actions))
        swapped = [actions.index(mirror_name(name)) for name in actions]
        self.register_buffer("mirrored", torch.tensor(swapped), persistent=False)
        self.identity = nn.Sequential(nn.Dropout(0.2), nn.Linear(54 * w, identity), nn.BatchNorm1d(identity))

    def forward(self, crops: Tensor) -> Read:
        """Close crops (n, 1, 96, 96) as :func:`emogan.networks.landmarker.prepare` makes them."""
        pooled = self.body(crops)
        features = self.expression(pooled)
        return Read(
            self.emotions(features),
            self.strength(features)[:, 0],
            self.actions(features),
            F.normalize(self.identity(pooled)),
        )

    @torch.no_grad()
    def read(self, crops: Tensor) -> Read:
        """The same for inspection, the mean of each crop and its mirror image: mirrored faces read alike."""
        was_training = self.training
        self.eval()
        reads = []
        for batch in crops.split(256):
            here, there = self(batch), self(batch.flip(-1))
            identity = F.normalize(here.identity + there.identity)
            actions = (here.actions + there.actions[:, self.mirrored]) / 2
            emotions, strength = (here.emotions + there.emotions) / 2, (here.strength + there.strength) / 2
            reads.append(Read(emotions, strength, actions, identity))
        self.train(was_training)
        return Read(*(torch.cat(parts) for parts in zip(*reads, strict=True)))
