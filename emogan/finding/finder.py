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

from emogan.finding.crops import cut
from emogan.finding.frames import CLOSE, Floats, Frame, anchors, laid_over
from emogan.finding.proposals import proposals
from emogan.networks.landmarker import SIZE, Landmarker, prepare

PACKAGED = Path(__file__).with_name("landmarker.safetensors")
ROUNDS = 3  # each laid over the landmarks of the one before
MAYBE, SURE = 0.3, 0.8  # of 1 that it is a face: to be looked at once more, and to be one
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
    (seen,) = _look(picture.convert("L"), [face.frame])
    return seen


def _faces(grey: Image.Image, frames: list[Frame]) -> list[FoundFace]:
    faces = [FoundFace(np.zeros((70, 2)), 1.0, 0.0, 0.0, frame) for frame in frames]
    for number in range(ROUNDS):
        faces = [face for face in _look(grey, [face.frame for face in faces]) if face.sure > MAYBE or not number]
        faces = _distinct(faces)
        if not faces:
            return []
    return [face for face in faces if face.sure > SURE]


@torch.no_grad()
def _look(grey: Image.Image, frames: list[Frame]) -> list[FoundFace]:
    """What the network says of each frame, and the frames that lie over the landmarks it found."""
    crops = np.stack([np.asarray(cut(grey, frame, SIZE), dtype=np.float32) / 255 for frame in frames])
    reading = landmarker()(prepare(torch.from_numpy(crops)[:, None]))
    shares = reading.places.double().numpy()
    turns = 45 * reading.turn.double().numpy()
    faces = []
    for frame, share, sure, (yaw, pitch) in zip(frames, shares, reading.face.sigmoid().tolist(), turns, strict=True):
        landmarks = frame.to_picture(share)
        again = laid_over(anchors(landmarks), CLOSE)
        faces.append(FoundFace(landmarks, sure, float(yaw), float(pitch), again))
    return faces


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
