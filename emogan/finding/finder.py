"""Faces in a picture: where each is, its landmarks, how surely it is one, and which way it is turned."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor

from emogan.finding.crops import cut_all
from emogan.finding.frames import CLOSE, Floats, Frame, anchors, laid_over
from emogan.finding.proposals import proposals
from emogan.networks.landmarker import MIRRORED, SIZE, Landmarker, prepare

PACKAGED = Path(__file__).with_name("landmarker.safetensors")
LEAST = 0.1, 0.3  # of 1 that it is a face, to be looked at once more, in a frame laid over the landmarks found
SURE = 0.8  # to be one
# Of the frame's side, between the same landmarks found as it is and in a mirror: what is further apart is no face.
UNLIKE = 0.03
PLAIN = 0.12  # share of a landmark's heat in its hottest cell, on average: what is vaguer is no face
SAME = 0.35  # of a face's side: nearer ones are one


@dataclass(frozen=True, eq=False)
class FoundFace:
    """A face in a picture.

    Attributes:
        landmarks: (70, 2) pixels, x to the right and y down from the upper left corner: the usual 68, then the pupils.
        sure: from 0 to 1 that it is a face.
        yaw, pitch: degrees of the camera around the person, towards the person's left and above.
        frame: the square around it that was looked at.
    """

    landmarks: Floats
    sure: float
    yaw: float
    pitch: float
    frame: Frame

    @property
    def apart(self) -> float:
        """Pixels between the middles of the eyes."""
        left, right, _ = anchors(self.landmarks)
        return float(np.linalg.norm(right - left))

    @property
    def roll(self) -> float:
        """Degrees that the face is turned clockwise in the picture."""
        return float(np.degrees(self.frame.angle))

    def scaled(self, factor: float) -> "FoundFace":
        """The same face in the same picture ``factor`` times as large."""
        return FoundFace(self.landmarks * factor, self.sure, self.yaw, self.pitch, self.frame.scaled(factor))


def find_faces(picture: Image.Image) -> list[FoundFace]:
    """The faces of a picture of any size, the largest first; none where there is none."""
    grey = picture.convert("L")
    for frames in proposals(grey):
        if faces := _faces(grey, frames):
            return faces
    return []


def look_again(picture: Image.Image, face: FoundFace) -> FoundFace:
    """The landmarks of a face that was found in a coarser copy of a picture, in the picture itself.

    Args:
        face: in the pixels of ``picture``.
    """
    (seen,) = _look(picture.convert("L"), [face.frame], twice=True)
    return seen


def _faces(grey: Image.Image, frames: list[Frame]) -> list[FoundFace]:
    for least in LEAST:
        faces = _distinct([face for face in _look(grey, frames) if face.sure > least])
        if not faces:
            return []
        frames = [face.frame for face in faces]
    return [face for face in _look(grey, frames, twice=True) if face.sure > SURE]


@torch.no_grad()
def _look(grey: Image.Image, frames: list[Frame], twice: bool = False) -> list[FoundFace]:
    """What the network says of each frame, and the frames that lie over the landmarks it found; when looked at twice,
    also in a mirror, the mean of both, and nothing of what the two see in different places."""
    crops = prepare(torch.from_numpy(cut_all(grey, frames, SIZE))[:, None])
    places, sure, turn, peak = _read(crops)
    if twice:
        mirrored, surely, turned, peaked = _read(crops.flip(-1))
        mirrored = torch.stack([1 - mirrored[:, MIRRORED, 0], mirrored[:, MIRRORED, 1]], -1)
        alike = (places - mirrored).norm(dim=-1).mean(-1) < UNLIKE
        plain = (peak + peaked) / 2 > PLAIN
        places, sure = (places + mirrored) / 2, alike * plain * (sure + surely) / 2
        turn = (turn + turned * torch.tensor([-1.0, 1.0])) / 2
    faces = []
    for k, frame in enumerate(frames):
        landmarks = frame.to_picture(places[k].double().numpy())
        again = laid_over(anchors(landmarks), CLOSE)
        faces.append(FoundFace(landmarks, float(sure[k]), float(turn[k, 0]), float(turn[k, 1]), again))
    return faces


def _read(crops: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Landmarks (n, 70, 2) in shares of the crops' sides, (n,) from 0 to 1 that they are faces, degrees (n, 2), and
    (n,) the share of the heat in the hottest cell, mean over the landmarks."""
    reading = landmarker()(crops)
    peak = reading.heat.flatten(2).softmax(-1).amax(-1).mean(-1)
    return reading.places, reading.face.sigmoid(), 45 * reading.turn, peak


def _distinct(faces: list[FoundFace]) -> list[FoundFace]:
    """Of faces that lie over one another the surest; the largest first."""
    kept: list[FoundFace] = []
    for face in sorted(faces, key=lambda face: -face.sure):
        middle = face.landmarks.mean(0)
        if not any(_near(middle, face, other) for other in kept):
            kept.append(face)
    return sorted(kept, key=lambda face: -face.frame.side)


def _near(middle: Floats, face: FoundFace, other: FoundFace) -> bool:
    far = np.linalg.norm(middle - other.landmarks.mean(0))
    return bool(far < SAME * max(face.frame.side, other.frame.side))


@lru_cache(maxsize=1)
def landmarker() -> Landmarker:
    """The network that comes with emogan (scripts/train_landmarker.py trained it)."""
    with safe_open(PACKAGED, "pt") as file:
        network = Landmarker(int(file.metadata()["width"]))
    network.load_state_dict(load_file(PACKAGED))
    return network.eval()


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """A digest of the network: what was cut out by another one lies elsewhere."""
    return hashlib.sha256(PACKAGED.read_bytes()).hexdigest()[:16]
