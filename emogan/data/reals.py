"""All real faces of a database at once, with emotion and person: what generated faces are measured against."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from hydra.utils import instantiate
from torch import Tensor

from emogan.data.cache import decode_cached, folder_of
from emogan.data.datamodule import digest_of
from emogan.data.decode import Framing
from emogan.data.index import Index
from emogan.data.people import held_out
from emogan.emotions import Emotion
from emogan.errors import UserError

EMOTIONS = tuple(Emotion)


@dataclass(frozen=True)
class Faces:
    """Images of faces, real or generated.

    Attributes:
        images: uint8 (n, c, h, w).
        emotions: int64 (n,), the place of each face's emotion in the paper's menu, from 0.
        people: who is shown, as long as the images; a generated face is a person of its own, named by its place.
    """

    images: Tensor
    emotions: Tensor
    people: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, chosen: Tensor) -> "Faces":
        """The faces that ``chosen`` picks: bool (n,), or places."""
        places = chosen.nonzero()[:, 0] if chosen.dtype == torch.bool else chosen
        return Faces(self.images[places], self.emotions[places], tuple(self.people[i] for i in places.tolist()))

    def of(self, *emotions: Emotion) -> "Faces":
        """The faces with one of ``emotions``."""
        return self[torch.isin(self.emotions, torch.tensor([EMOTIONS.index(emotion) for emotion in emotions]))]

    @property
    def held_out(self) -> Tensor:
        """bool (n,): whether the person is kept aside, see :func:`emogan.data.people.held_out`."""
        return torch.tensor([held_out(person) for person in self.people], dtype=torch.bool)


def together(parts: list[Faces]) -> Faces:
    """Several sets as one."""
    images = torch.cat([part.images for part in parts])
    return Faces(images, torch.cat([part.emotions for part in parts]), sum((part.people for part in parts), ()))


def read_faces(read: Callable[[], Index], framing: Framing, cache: Path | None) -> tuple[Faces, str]:
    """Every usable face of a database, in the order of the menu, and the SHA-256 of them all.

    Decoded emotion by emotion as trainings do, so that both share what is remembered on disk.
    """
    index = read()
    parts, files = [], []
    for place, emotion in enumerate(EMOTIONS):
        candidates = [face for face in index.faces if face.emotion is emotion]
        if not candidates:
            continue
        decoded = decode_cached([face.path for face in candidates], framing, cache)
        usable = [candidates[file] for file in decoded.usable()]
        people = tuple(face.person for face in usable)
        parts.append(Faces(decoded.images, torch.full((len(usable),), place), people))
        of_file = dict(zip(candidates, decoded.digests, strict=True))
        files += [(face.path.relative_to(index.root).as_posix(), of_file[face]) for face in usable]
    return together(parts), digest_of(files)


def real_faces(config: Mapping[str, Any]) -> tuple[Faces, str, Framing]:
    """All faces of the database that a run learns from, its digest, and how images are framed.

    Args:
        config: the run's settings, as plain values.

    Raises:
        UserError: when it is no database of faces.
    """
    data = config["data"]
    if "framing" not in data:
        raise UserError(f"{config['emotion']} is no emotion of faces: only runs on databases of faces can be measured.")
    for target in _targets(data):
        if not target.startswith("emogan.data."):
            raise UserError(f"Data of {target} are not read: a run's record may name emogan.data.* only.")
    framing: Framing = instantiate(data["framing"])
    faces, digest = read_faces(instantiate(data["read"], _convert_="all"), framing, folder_of(data["cache"]))
    return faces, digest, framing


def _targets(node: Mapping[str, Any]) -> list[str]:
    inner = [target for value in node.values() if isinstance(value, Mapping) for target in _targets(value)]
    return [str(node["_target_"]), *inner] if "_target_" in node else inner
