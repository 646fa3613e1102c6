"""All real faces of a database at once, with emotion and person: what generated faces are measured against."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from hydra.utils import instantiate

from emogan.core.emotions import EMOTIONS
from emogan.core.errors import UserError
from emogan.data.cache import decode_cached, folder_of
from emogan.data.decode import Framing
from emogan.data.face_set import Faces, together
from emogan.data.index import Index, digest_of


def read_faces(read: Callable[[], Index], framing: Framing, cache: Path | None) -> tuple[Faces, str]:
    """Every usable face of a database, in the order of the menu, and the SHA-256 of them all.

    Decoded emotion by emotion, as trainings on all people do, so that both share what is remembered on disk.
    """
    index = read()
    parts, files = [], []
    for place, emotion in enumerate(EMOTIONS):
        candidates = [face for face in index.faces if face.emotion is emotion]
        if not candidates:
            continue
        decoded = decode_cached([face.source for face in candidates], framing, cache)
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
