"""A rendered person as a glTF binary: a head whose facial actions are morph targets, with an animation per emotion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import emogan
from emogan.core.emotions import Emotion
from emogan.exporting.bust import still_parts
from emogan.exporting.gltf import TRIANGLES, VERTICES, Buffer, Json
from emogan.exporting.motion import TARGETS, Motion
from emogan.exporting.painting import skin_picture
from emogan.exporting.parts import Part, joined, moving_parts, poses
from emogan.rendering.mesh import Floats
from emogan.rendering.photograph import Sitter, sit

LEAST_MOVE, LEAST_TURN = 0.00008, 0.04  # m and of a unit normal: nobody sees less
# material -> roughness, whether both sides are seen
SURFACES = {
    "skin": (0.65, False),
    "eye": (0.08, False),
    "mouth": (0.30, True),
    "hair": (0.60, True),
    "locks": (0.75, False),
    "cloth": (0.90, True),
    "worn": (0.30, True),
}


@dataclass(frozen=True, eq=False)
class Avatar:
    """A person in parts: what the facial actions move, what stays, and the texture of the skin (a JPEG)."""

    name: str
    face: Sequence[Part]
    worn: Sequence[Part]
    texture: bytes

    @property
    def triangles(self) -> int:
        """How many there are."""
        return sum(len(part.triangles) for part in (*self.face, *self.worn))


def build(seed: int, sex: str, number: int) -> Avatar:
    """The person that ``emogan render`` draws with this seed (some seconds).

    Raises:
        UserError: when anny is not installed.
    """
    sitter: Sitter = sit(seed, sex, number)
    face = joined(moving_parts(sitter, poses(sitter, TARGETS)))
    return Avatar(f"{sex}{number:02d}", face, joined(still_parts(sitter)), skin_picture(sitter))


def glb(
    avatar: Avatar,
    shown: Mapping[Emotion, Mapping[str, float]],
    weights: NDArray[np.float32],
    motions: Sequence[Motion],
) -> bytes:
    """The file.

    Args:
        avatar: who.
        shown: facial actions of each emotion, as extras of the mesh.
        weights: (56,) of the face as it is opened.
        motions: the animations.
    """
    buffer = Buffer(max(len(part.vertices) for part in avatar.face))
    ground = np.array([0.0, 0.0, min(part.vertices[:, 2].min() for part in (*avatar.face, *avatar.worn))])
    materials = list(dict.fromkeys(part.material for part in (*avatar.face, *avatar.worn)))
    face = [_primitive(buffer, part, ground, materials, moving=True) for part in avatar.face]
    worn = [_primitive(buffer, part, ground, materials, moving=False) for part in avatar.worn]
    view = buffer.view(avatar.texture)
    document: Json = {
        "asset": {
            "version": "2.0",
            "generator": f"emogan {emogan.__version__}",
            "copyright": "CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/): a person who does not exist",
        },
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": avatar.name, "children": [1, 2]}, {"name": "face", "mesh": 0}, {"name": "worn", "mesh": 1}],
        "meshes": [
            {
                "name": "face",
                "primitives": face,
                "weights": _rounded(weights),
                "extras": {"targetNames": list(TARGETS), "emotions": _plain(shown)},
            },
            {"name": "worn", "primitives": worn},
        ],
        "materials": [_material(name) for name in materials],
        "textures": [{"source": 0, "sampler": 0}],
        "images": [{"name": "skin", "mimeType": "image/jpeg", "bufferView": view}],
        "samplers": [{"magFilter": 9729, "minFilter": 9987, "wrapS": 33071, "wrapT": 33071}],  # smooth, not repeated
        "animations": [_animation(buffer, motion) for motion in motions],
    }
    return buffer.file(document)


def turned(vectors: Floats) -> NDArray[np.float32]:
    """The renderer's vectors (n, 3) as glTF's: x stays to the sitter's left, y is up, z to the front."""
    return np.stack([vectors[:, 0], vectors[:, 2], -vectors[:, 1]], 1).astype(np.float32)


def _primitive(buffer: Buffer, part: Part, ground: Floats, materials: Sequence[str], moving: bool) -> Json:
    small = np.uint16 if len(part.vertices) <= 0xFFFF else np.uint32
    attributes = {
        "POSITION": buffer.numbers(turned(part.vertices - ground), VERTICES),
        "NORMAL": buffer.numbers(turned(part.normals), VERTICES),
    }
    if part.uv is not None:
        flipped = (part.uv * [1, -1] + [0, 1]).astype(np.float32)
        attributes["TEXCOORD_0"] = buffer.numbers(flipped, VERTICES)
    if part.colours is not None:
        opaque = np.concatenate([part.colours, np.ones((len(part.colours), 1))], 1)
        attributes["COLOR_0"] = buffer.numbers(np.round(255 * opaque).astype(np.uint8), VERTICES, normalized=True)
    described: Json = {
        "attributes": attributes,
        "indices": buffer.numbers(part.triangles.astype(small).ravel(), TRIANGLES),
        "material": materials.index(part.material),
    }
    return {**described, "targets": _targets(buffer, part)} if moving else described


def _targets(buffer: Buffer, part: Part) -> list[Json]:
    """A morph target for each facial action, those too that do not move this part: all parts have the same ones."""
    still = np.zeros_like(part.vertices)
    targets = []
    for name in TARGETS:
        target = {"POSITION": buffer.moved(_from(part.moves.get(name, still), LEAST_MOVE))}
        if part.turns:
            target["NORMAL"] = buffer.moved(_from(part.turns.get(name, still), LEAST_TURN))
        targets.append(target)
    return targets


def _from(vectors: Floats, least: float) -> NDArray[np.float32]:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return turned(np.where(length < least, 0.0, vectors))


def _material(name: str) -> Json:
    roughness, both_sides = SURFACES[name]
    surface: dict[str, Any] = {"metallicFactor": 0.0, "roughnessFactor": roughness}
    if name == "skin":
        surface["baseColorTexture"] = {"index": 0}
    return {"name": name, "pbrMetallicRoughness": surface, **({"doubleSided": True} if both_sides else {})}


def _animation(buffer: Buffer, motion: Motion) -> Json:
    sampler = {
        "input": buffer.numbers(motion.seconds),
        "output": buffer.numbers(motion.weights.ravel()),
        "interpolation": "LINEAR",
    }
    channel = {"sampler": 0, "target": {"node": 1, "path": "weights"}}
    return {"name": motion.name, "samplers": [sampler], "channels": [channel]}


def _plain(shown: Mapping[Emotion, Mapping[str, float]]) -> Json:
    return {str(one): {name: round(weight, 5) for name, weight in does.items()} for one, does in shown.items()}


def _rounded(values: NDArray[np.float32]) -> list[float]:
    return [round(float(value), 5) for value in values]
