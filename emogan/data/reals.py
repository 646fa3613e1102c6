"""All real faces of a database at once, with emotion and person: what generated faces are measured against."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from emogan.core.emotions import EMOTIONS
from emogan.core.errors import UserError
from emogan.data.cache import decode_cached
from emogan.data.decode import Framing
from emogan.data.face_set import Faces, together
from emogan.data.index import Index, digest_of
from emogan.data.registry import framing, reader


def read_faces(read: Callable[[], Index], how: Framing, cache: Path | None) -> tuple[Faces, str]:
    """Every usable face of a database, in the order of the menu, and the SHA-256 of them all.

    Decoded emotion by emotion, as trainings on all people do, so that both share what is remembered on disk.
    """
    index = read()
    parts, files = [], []
    for place, emotion in enumerate(EMOTIONS):
        candidates = [face for face in index.faces if face.emotion is emotion]
        if not candidates:
            continue
        decoded = decode_cached([face.source for face in candidates], how, cache)
        usable = [candidates[file] for file in decoded.usable()]
        people = tuple(face.person for face in usable)
        parts.append(Faces(decoded.images, torch.full((len(usable),), place), people))
        of_file = dict(zip(candidates, decoded.digests, strict=True))
        files += [(face.path.relative_to(index.root).as_posix(), of_file[face]) for face in usable]
    return together(parts), digest_of(files)


def real_faces(config: Mapping[str, Any], cache: Path | None, root: str | None = None) -> tuple[Faces, str, Framing]:
    """All faces of the database that a run learns from, its digest, and how images are framed.

    Args:
        config: the run's settings, as plain values. They come from a file: only known readers are run.
        cache: where decoded images are remembered; None: nowhere.
        root: the folder of its images, where they have moved since.

    Raises:
        UserError: when it is no database of faces.
    """
    data = config["data"]
    if "framing" not in data:
        raise UserError(
            f"{config['emotion']!s:.60} is no emotion of faces: only runs on databases of faces can be measured."
        )
    how = framing(data["framing"])
    faces, digest = read_faces(reader(data.get("read"), root), how, cache)
    return faces, digest, how
